import Configuration
import Documents
import HTTPServer
import Inference
import Synchronization

/// What is known of one request: made when it is admitted, added to on the way, logged at its end.
package final class RequestRecord: Sendable {
    struct Notes: Sendable {
        var usage: Usage?
        var outcome: String?
        var query: String?
        var rejection: String?
        var place: AdmissionPlace?
    }

    /// Of the request whose handler runs.
    @TaskLocal package static var current: RequestRecord?

    /// Those in force when the request came; a reload does not change them.
    let rules: AccessRules
    let key: APIKey?
    /// Who asks: the other end of the connection, or for whom a trusted proxy asks.
    let client: SocketAddress?
    /// What its use is counted under.
    let account: String
    package let trace: TraceContext?
    private let state = Mutex(Notes())

    init(rules: AccessRules, key: APIKey?, client: SocketAddress?, trace: TraceContext?) {
        (self.rules, self.key, self.client, self.trace) = (rules, key, client, trace)
        account = key.map { "key \($0.name)" } ?? client?.account ?? "unknown"
    }

    var notes: Notes { state.withLock { $0 } }
    var rate: Rate { key?.rate ?? rules.rate }

    /// In the engine's queue, held before the body was read.
    var place: AdmissionPlace? {
        get { state.withLock { $0.place } }
        set { state.withLock { $0.place = newValue } }
    }

    func add(_ usage: Usage) { state.withLock { $0.usage = ($0.usage ?? Usage()) + usage } }
    /// What came out, as in `call` or `verdict 1`.
    func note(outcome: String) { state.withLock { $0.outcome = outcome } }
    /// The reason of `kinglet_rejected_total`.
    func note(rejection: String) { state.withLock { $0.rejection = rejection } }

    /// What was asked, where the settings want it in the log.
    func note(query body: JSONValue) {
        guard rules.logsQueries else { return }
        let text =
            body["query"]?.stringValue ?? body["prompt"]?.stringValue
            ?? body["messages"]?.arrayValue?.last?["content"]?.stringValue ?? body["input"]?.stringValue
        guard let text else { return }
        state.withLock { $0.query = text.count > 1000 ? text.prefix(1000) + "…" : text }
    }
}

/// What requests are measured by. Immutable; a reload makes a new one.
final class AccessRules: Sendable {
    let keys: KeyRing
    let rate: Rate
    let origins: CrossOrigin
    let caps: RequestCaps
    let logsAccess: Bool
    let logsQueries: Bool
    let gzipFromBytes: Int
    let proxies: TrustedProxies

    init(_ settings: Settings, environment: [String: String]) throws(SettingsError) {
        keys = try KeyRing(settings.access, environment: environment, resolve: settings.resolve)
        rate = settings.access.rate
        origins = CrossOrigin(settings.cors)
        caps = RequestCaps(settings.limits)
        (logsAccess, logsQueries) = (settings.log.access, settings.log.queries)
        gzipFromBytes = settings.server.gzipFromBytes
        proxies = settings.server.trustedProxies
    }
}
