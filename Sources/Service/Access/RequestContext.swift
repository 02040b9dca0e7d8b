import Configuration
import Documents
import FunctionCalling
import HTTPServer
import Inference
import OpenTelemetry
import Synchronization
import Telemetry

/// What is known of one request: made when it is admitted, handed on with it, added to on the way, logged at its end. The gate
/// owns it.
package final class RequestContext: Sendable {
    struct Notes: Sendable {
        var outcome: String?
        var query: String?
        var rejection: String?
        var stages: [TracedRequest.Stage] = []
    }

    /// Those in force when the request came; a reload does not change them.
    package let rules: AccessRules
    let key: APIKey?
    /// Who asks: the other end of the connection, or for whom a trusted proxy asks.
    package let client: SocketAddress?
    /// What its use is counted under, with that of other requests of the same client.
    let payer: String
    /// What it asks of the engine, and what that costs.
    package let account: Account
    package let trace: TraceContext?
    /// Of its answers; nil: the server's own.
    let form: (any ClientForm)?
    private let state = Mutex(Notes())

    init(
        rules: AccessRules, key: APIKey?, client: SocketAddress?, trace: TraceContext?, form: (any ClientForm)? = nil
    ) {
        (self.rules, self.key, self.client, self.trace, self.form) = (rules, key, client, trace, form)
        payer = key.map { "key \($0.name)" } ?? client?.account ?? "unknown"
        account = Account(cacheSalt: key?.cacheSalt ?? 0)
    }

    var notes: Notes { state.withLock { $0 } }
    var rate: Rate { key?.rate ?? rules.rate }

    /// What came out, as in `call` or `verdict 1`.
    package func note(outcome: String) { state.withLock { $0.outcome = outcome } }

    /// Parts of the work that are done; of several answers to one request those of the longest.
    func note(stages: @autoclosure () -> [TracedRequest.Stage]) {
        guard trace != nil else { return }
        let stages = stages()
        state.withLock { notes in
            if Self.length(stages) > Self.length(notes.stages) { notes.stages = stages }
        }
    }

    private static func length(_ stages: [TracedRequest.Stage]) -> UInt64 {
        stages.reduce(0) { $0 + $1.end - $1.start }
    }

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
package final class AccessRules: Sendable {
    let keys: KeyRing
    let rate: Rate
    package let origins: CrossOrigin
    package let limits: RequestLimits
    let logsAccess: Bool
    let logsQueries: Bool
    let gzipFromBytes: Int
    let proxies: TrustedProxies

    init(_ settings: Settings, environment: [String: String]) throws(SettingsError) {
        keys = try KeyRing(settings.access, environment: environment, resolve: settings.resolve)
        rate = settings.access.rate
        origins = CrossOrigin(settings.cors)
        limits = settings.limits
        (logsAccess, logsQueries) = (settings.log.access, settings.log.queries)
        gzipFromBytes = settings.server.gzipFromBytes
        proxies = settings.server.trustedProxies
    }

    /// Of a server that is told nothing.
    init() {
        (keys, rate, origins) = (KeyRing(keys: []), Rate(), CrossOrigin(Settings.CORS()))
        (limits, gzipFromBytes, logsAccess, logsQueries) = (RequestLimits(), 0, false, false)
        proxies = Settings.Server().trustedProxies
    }
}

extension ServerRequest {
    /// What the gate knows of the request; of one that came past it, nothing.
    package var context: RequestContext {
        head.context as? RequestContext
            ?? RequestContext(rules: AccessRules(), key: nil, client: nil, trace: nil)
    }
}

extension TraceContext {
    /// Of a request's `traceparent` and `tracestate`.
    init?(_ head: RequestHead) {
        guard let header = head.header("traceparent"), head.headers("traceparent").count == 1 else { return nil }
        let states = head.headers("tracestate")
        self.init(header, state: states.isEmpty ? nil : states.joined(separator: ","))
    }
}
