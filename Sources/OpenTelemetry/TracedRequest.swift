import Telemetry

/// What is known of a request when it is over; its spans are made of it later, on another thread.
package struct TracedRequest: Sendable {
    /// A part of the work, in the order in which parts are done.
    package struct Stage: Sendable, Hashable {
        package let name: String
        /// Nanoseconds since 1970.
        package let start: UInt64, end: UInt64

        package init(_ name: String, start: UInt64, end: UInt64) {
            (self.name, self.start, self.end) = (name, start, end)
        }

        /// Stages that follow each other and end at a moment, the last of them then; those without any length are left out.
        package static func sequence(
            endingAt end: UInt64, _ parts: [(name: String, duration: Duration)]
        ) -> [Stage] {
            var (stages, last) = ([Stage](), end)
            for (name, duration) in parts.reversed() {
                let length = UInt64(max(0, duration / .nanoseconds(1))), start = last - min(last, length)
                if length > 0 { stages.append(Stage(name, start: start, end: last)) }
                last = start
            }
            return stages.reversed()
        }
    }

    /// What a model did for it.
    package struct Work: Sendable, Hashable {
        /// As OpenTelemetry's conventions for generative AI name it: `chat`, `text_completion`, `embeddings`, …
        package var operation: String
        package var model: String
        package var promptTokens = 0, cachedTokens = 0, completionTokens = 0
        /// As in `call`.
        package var outcome: String?

        package init(operation: String, model: String) { (self.operation, self.model) = (operation, model) }
    }

    package var trace: TraceContext
    package var method: String, path: String, scheme: String, version: String
    package var route: String?
    package var status: Int
    package var client: String?
    /// The answer was cut off, or the client left.
    package var end = "answered"
    /// Nanoseconds since 1970.
    package var ended: UInt64
    package var duration: Duration
    package var work: Work?
    package var stages: [Stage] = []

    /// - Parameter ended: nanoseconds since 1970.
    package init(
        _ trace: TraceContext, method: String, path: String, status: Int, ended: UInt64, took duration: Duration
    ) {
        (self.trace, self.path, self.status) = (trace, path, status)
        self.method = Self.methods.contains(method) ? method : Self.otherMethod
        (self.ended, self.duration) = (ended, duration)
        (scheme, version) = ("http", "1.1")
    }

    /// Those that the conventions know. Of others clients could make up so many that there is no room for what matters.
    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
    private static let otherMethod = "_OTHER"

    private var started: UInt64 { ended - min(ended, UInt64(max(0, duration / .nanoseconds(1)))) }
    private var isFailed: Bool { status >= 500 || end == "failed" }

    /// The request, what the model did for it within, and its stages within that; none reaches beyond the one around it.
    package var spans: [Span] {
        let outer = span(
            "\(method == Self.otherMethod ? "HTTP" : method) \(route ?? "")".trimmed, kind: .server, id: trace.spanID,
            within: trace.parentID, httpAttributes)
        guard let work else { return [outer] }
        var inner = span(
            "\(work.operation) \(work.model)", id: TraceContext.newID(), within: outer.spanID, Self.attributes(of: work)
        )
        if let first = stages.first?.start, let last = stages.last?.end {
            (inner.start, inner.end) = (clamped(first), clamped(last))
        }
        let parts = stages.map { stage in
            var part = span(stage.name, id: TraceContext.newID(), within: inner.spanID, [])
            (part.start, part.end) = (clamped(stage.start), clamped(stage.end))
            return part
        }
        return [outer, inner] + parts
    }

    private func span(
        _ name: String, kind: Span.Kind = .within, id: String, within parent: String, _ attributes: [Attribute]
    ) -> Span {
        Span(
            name: name, kind: kind, traceID: trace.traceID, spanID: id, parentID: parent, state: trace.state ?? "",
            start: started, end: ended, attributes: attributes,
            failure: kind == .server && isFailed ? "status \(status), \(end)" : nil)
    }

    private func clamped(_ time: UInt64) -> UInt64 { min(max(time, started), ended) }

    /// OpenTelemetry's conventions for HTTP servers.
    private var httpAttributes: [Attribute] {
        var all = [
            Attribute("http.request.method", method), Attribute("url.path", path), Attribute("url.scheme", scheme),
            Attribute("network.protocol.name", "http"), Attribute("network.protocol.version", version),
            Attribute("http.response.status_code", .integer(status)),
        ]
        if let route { all.append(Attribute("http.route", route)) }
        if let client { all.append(Attribute("client.address", client)) }
        if isFailed { all.append(Attribute("error.type", end == "failed" ? end : String(status))) }
        if end != "answered" { all.append(Attribute("kinglet.end", end)) }
        return all
    }

    /// Its conventions for generative AI.
    private static func attributes(of work: Work) -> [Attribute] {
        var all = [
            Attribute("gen_ai.operation.name", work.operation), Attribute("gen_ai.provider.name", "kinglet"),
            Attribute("gen_ai.request.model", work.model), Attribute("gen_ai.response.model", work.model),
            Attribute("gen_ai.usage.input_tokens", .integer(work.promptTokens)),
            Attribute("gen_ai.usage.output_tokens", .integer(work.completionTokens)),
            Attribute("gen_ai.usage.cache_read.input_tokens", .integer(work.cachedTokens)),
        ]
        if let outcome = work.outcome { all.append(Attribute("kinglet.outcome", outcome)) }
        return all
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
