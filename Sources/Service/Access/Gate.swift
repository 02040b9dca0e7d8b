import Telemetry
import Configuration
import HTTPServer
import HTTPTypes
import Inference
import Logging
import Synchronization

/// Stands before every route: who asks, may they, is it their turn, is there room. Counts and logs what became of it.
final class Gate: ServerObserver {
    private let metrics: ServerMetrics
    private let lifecycle: Lifecycle
    private let engine: Engine
    private let policies: [RouteTable.Key: RoutePolicy]
    private let limiter = RateLimiter()
    private let rules: Mutex<AccessRules>
    private let accessLog = AccessLog()

    init(
        rules: AccessRules, policies: [RouteTable.Key: RoutePolicy], metrics: ServerMetrics, lifecycle: Lifecycle,
        engine: Engine
    ) {
        self.rules = Mutex(rules)
        (self.policies, self.metrics, self.lifecycle, self.engine) = (policies, metrics, lifecycle, engine)
    }

    var keyCount: Int { rules.withLock { $0.keys.keys.count } }

    /// For requests from now on.
    func replaceRules(_ rules: AccessRules) { self.rules.withLock { $0 = rules } }

    func admit(_ head: RequestHead, route: Route?, id: String, client: SocketAddress?) -> ServerResponse? {
        metrics.began(route)
        let rules = rules.withLock { $0 }
        let key = Self.token(head).flatMap { rules.keys.key(for: $0) }
        let context = RequestContext(
            rules: rules, key: key, client: rules.proxies.client(head, peer: client), trace: TraceContext(head))
        head.context = context
        if let preflight = rules.origins.preflight(head) { return preflight }
        guard let route else { return nil }
        // A route without a policy is nobody's but an administrator's.
        let policy = policies[.init(method: route.method, pattern: route.pattern)] ?? .write
        guard let scope = policy.scope else { return nil }
        let refusal =
            refuseStranger(context, scope) ?? (scope == .metrics ? nil : refuseDraining() ?? refuseRate(context))
            ?? (policy.needsEngine ? refuseFull(head, route, context) : nil)
        guard let refusal else { return nil }
        context.note(rejection: refusal.reason)
        return refusal.response
    }

    func willAnswer(_ head: RequestHead, route: Route?, id: String, response: inout ServerResponse) {
        guard let context = head.context as? RequestContext else { return }
        context.rules.origins.mark(&response, for: head)
        if let trace = context.trace { response.headerFields[Self.traceparent] = trace.header }
    }

    func finished(_ exchange: FinishedExchange) {
        let context = exchange.head?.context as? RequestContext
        context?.account.place?.release()
        metrics.finished(exchange, rejection: context?.notes.rejection ?? reason(exchange.status))
        if let context, let usage = context.account.usage {
            limiter.spend(
                usage.promptTokens - usage.cachedTokens + usage.completionTokens, by: context.payer, context.rate)
        }
        if context?.rules.logsAccess ?? rules.withLock({ $0.logsAccess }) { accessLog.write(exchange, context) }
    }

    func connectionsChanged(by difference: Int) { metrics.connectionsChanged(by: difference) }

    private static let traceparent = HTTPField.Name("traceparent") ?? .server
}

extension Gate {
    private struct Refusal {
        var reason: String
        var response: ServerResponse
    }

    private func refuseStranger(_ context: RequestContext, _ scope: Scope) -> Refusal? {
        guard !context.rules.keys.isEmpty else { return nil }
        guard let key = context.key else {
            var response = ServerResponse.error(
                .unauthorized, code: "invalid_api_key",
                message:
                    "this route needs a key with the scope \"\(scope.rawValue)\": send \"authorization: Bearer KEY\"")
            response.headerFields[.wwwAuthenticate] = "Bearer realm=\"kinglet\""
            return Refusal(reason: "unauthenticated", response: response)
        }
        guard key.scopes.contains(scope) else {
            var response = ServerResponse.error(
                .forbidden, code: "missing_scope",
                message: "the key \"\(key.name)\" lacks the scope \"\(scope.rawValue)\", which this route needs")
            response.headerFields[.wwwAuthenticate] =
                "Bearer realm=\"kinglet\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
            return Refusal(reason: "forbidden", response: response)
        }
        return nil
    }

    private func refuseDraining() -> Refusal? {
        guard lifecycle.isDraining else { return nil }
        return Refusal(
            reason: "draining",
            response: .error(
                .serviceUnavailable, code: "draining", message: "the server is shutting down; ask another one",
                retryAfter: 1))
    }

    private func refuseRate(_ context: RequestContext) -> Refusal? {
        switch limiter.admit(context.payer, context.rate) {
        case nil: return nil
        case .requests(let seconds):
            return Self.tooMany("rate_limit", "more than \(context.rate.requestsPerSecond) requests a second", seconds)
        case .tokens(let seconds):
            return Self.tooMany("token_limit", "more than \(context.rate.tokensPerMinute) tokens a minute", seconds)
        }
    }

    private static func tooMany(_ code: String, _ what: String, _ seconds: Int) -> Refusal {
        Refusal(
            reason: code,
            response: .error(
                .tooManyRequests, type: "rate_limited", code: code, message: "\(what); come again in \(seconds) s",
                retryAfter: seconds))
    }

    /// A full engine would refuse as well, but only after body, JSON and prompt had been read.
    private func refuseFull(_ head: RequestHead, _ route: Route, _ context: RequestContext) -> Refusal? {
        do {
            context.account.place = try engine.hold(
                bytes: head.header("content-length").flatMap { Int($0) }, kind: route.pattern)
            return nil
        } catch {
            return Refusal(reason: "queue_full", response: ErrorResponse.response(for: error))
        }
    }

    /// `authorization: Bearer KEY`; the scheme in any case (RFC 9110, 11.1).
    private static func token(_ head: RequestHead) -> String? {
        guard let field = head.header("authorization") else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }

    /// Why a status refuses where the record does not say.
    private func reason(_ status: Int) -> String? {
        switch status {
        case 408: "timeout"
        case 413: "body_too_large"
        case 414, 431: "header_too_large"
        case 429: "queue_full"
        case 503: lifecycle.isDraining ? "draining" : "unavailable"
        default: nil
        }
    }
}
