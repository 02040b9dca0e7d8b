import Configuration
import HTTPServer
import HTTPTypes
import Inference
import Logging
import OpenTelemetry
import Synchronization
import Telemetry

/// Stands before every route: who asks, may they, is it their turn, is there room. Counts and logs what became of it.
final class Gate: ServerObserver {
    private let metrics: ServerMetrics
    private let lifecycle: Lifecycle
    private let engine: Engine
    private let policies: [RouteTable.Key: RoutePolicy]
    private let forms: [any ClientForm]
    private let limiter = RateLimiter()
    private let rules: Mutex<AccessRules>
    private let accessLog = AccessLog()
    /// nil: nobody is told of traces.
    private let exporter: Exporter?

    init(
        rules: AccessRules, table: RouteTable, metrics: ServerMetrics, lifecycle: Lifecycle, engine: Engine,
        exporter: Exporter? = nil
    ) {
        self.rules = Mutex(rules)
        (policies, forms) = (table.policies, table.forms)
        (self.metrics, self.lifecycle, self.engine) = (metrics, lifecycle, engine)
        self.exporter = exporter
    }

    var keyCount: Int { rules.withLock { $0.keys.keys.count } }

    /// For requests from now on.
    func replaceRules(_ rules: AccessRules) { self.rules.withLock { $0 = rules } }

    func admit(_ head: RequestHead, route: Route?, id: String, client: SocketAddress?) -> ServerResponse? {
        metrics.began(route)
        let rules = rules.withLock { $0 }
        let key = Self.token(head).flatMap { rules.keys.key(for: $0) }
        let context = RequestContext(
            rules: rules, key: key, client: rules.proxies.client(head, peer: client), trace: trace(of: head, route),
            form: forms.first { $0.covers(head.path) })
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
        context.form?.apply(to: &response, id: id)
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
        if let exporter, let traced = Self.traced(exchange, model: engine.modelName) { exporter.record(traced) }
        if context?.rules.logsAccess ?? rules.withLock({ $0.logsAccess }) { accessLog.write(exchange, context) }
    }

    func connectionsChanged(by difference: Int) { metrics.connectionsChanged(by: difference) }

    private static let traceparent = HTTPField.Name("traceparent") ?? .server
}

extension Gate {
    /// The caller's trace, or one that begins here where somebody is told of it. Probes and scrapes begin none.
    private func trace(of head: RequestHead, _ route: Route?) -> TraceContext? {
        if let joined = TraceContext(head) { return joined }
        guard let exporter, let route, isWork(route) else { return nil }
        return TraceContext(isSampled: exporter.samples())
    }

    private func isWork(_ route: Route) -> Bool {
        guard let scope = policies[.init(method: route.method, pattern: route.pattern)]?.scope else { return false }
        return scope != .metrics
    }

    /// A request that is over, as its spans tell it; nil where it is part of no trace.
    private static func traced(_ exchange: FinishedExchange, model: String) -> TracedRequest? {
        guard let head = exchange.head, let context = head.context as? RequestContext, let trace = context.trace else {
            return nil
        }
        var traced = TracedRequest(
            trace, method: head.method.rawValue, path: head.path, status: exchange.status,
            ended: WallClock.nanoseconds, took: exchange.duration)
        (traced.route, traced.scheme, traced.end) = (exchange.route, head.scheme, "\(exchange.end)")
        traced.version = String(head.version.rawValue.dropFirst("HTTP/".utf8.count))
        traced.client = context.client.map { "\($0)" }
        let notes = context.notes, usage = context.account.usage
        traced.stages = notes.stages
        // Of a request that was refused, or asked the model for nothing, the model did nothing.
        guard let operation = operations[exchange.route ?? ""], usage != nil || !notes.stages.isEmpty else {
            return traced
        }
        var work = TracedRequest.Work(operation: operation, model: model)
        work.outcome = notes.outcome
        if let usage {
            (work.promptTokens, work.cachedTokens) = (usage.promptTokens, usage.cachedTokens)
            work.completionTokens = usage.completionTokens
        }
        traced.work = work
        return traced
    }

    /// What a route asks of the model, by the names of OpenTelemetry's conventions where they have one.
    private static let operations = [
        "/v1/chat/completions": "chat", "/v1/responses": "chat", "/v1/messages": "chat",
        "/v1/completions": "text_completion",
        "/v1/embeddings": "embeddings", "/v1/retrieve": "retrieval", "/v1/functioncall": "function_call",
        "/mcp": "execute_tool", "/v1/judge": "judge", "/v1/judge/compare": "judge",
    ]

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
                    "this route needs a key with the scope \"\(scope.rawValue)\": "
                    + "send \"authorization: Bearer KEY\" or \"x-api-key: KEY\"")
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

    /// `authorization: Bearer KEY`, else `x-api-key: KEY`.
    private static func token(_ head: RequestHead) -> String? { bearer(head) ?? head.header("x-api-key") }

    /// The scheme in any case (RFC 9110, 11.1).
    private static func bearer(_ head: RequestHead) -> String? {
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
