import CallRules
import Documents
import Functions
import OrderedCollections

extension Ruling {
    /// nil: the call is not made.
    var parameters: JSONObject? { if case .call(let call) = self { call.parameters } else { nil } }
    var outcome: Outcome { if case .refused(let outcome, _) = self { outcome } else { .call } }
    var message: String? { if case .refused(_, let message) = self { message } else { nil } }
}
