import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// A request and the answer that a model is taught to give: a sample of a data set in the canonical form.
public struct TaughtRequest: Sendable, Hashable {
    /// Query, history and context.
    public var request: FunctionCallRequest
    public var label: LabelledRequest

    public init(request: FunctionCallRequest, label: LabelledRequest) {
        (self.request, self.label) = (request, label)
    }

    /// Reads `{"query", "history"?, "context"?, "functions"?, "max_calls"?, "expected", "outcome"?, "answers"?}`; other members
    /// are of no account.
    ///
    /// - Throws: `FieldError` that names the member at fault.
    public init(json: JSONValue) throws(FieldError) {
        label = try LabelledRequest(json: json)
        let members = json.objectValue ?? [:]
        request = try FunctionCallRequest(
            json: .object(members.filter { ["query", "history", "context", "max_calls"].contains($0.key) }))
        // Several calls are one answer, a list of them.
        request.maxCalls = max(request.maxCalls, label.calls.count)
        var fields = try FieldReader(json)
        guard fields.optional("functions") != nil else { return }
        request.functions = try FunctionDefinition.list("functions", &fields)
    }
}
