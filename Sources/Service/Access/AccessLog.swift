import HTTPServer
import HTTPTypes
import Inference
import Logging
import Telemetry

/// One line a request.
struct AccessLog: Sendable {
    private let logger = Logger(label: "access")

    func write(_ exchange: FinishedExchange, _ context: RequestContext?) {
        guard logger.logLevel <= .info else { return }
        var fields: Logger.Metadata = [
            "id": "\(exchange.id)", "method": "\(exchange.head?.method.rawValue ?? "-")",
            "route": "\(exchange.route ?? "other")", "status": .stringConvertible(exchange.status),
            "end": "\(exchange.end)",
            "ms": .stringConvertible(Double(Int(exchange.duration / .microseconds(1))) / 1000),
            "bytes_in": .stringConvertible(exchange.requestBytes),
            "bytes_out": .stringConvertible(exchange.responseBytes),
        ]
        if let client = context?.client ?? exchange.client { fields["client"] = "\(client)" }
        if let client = context?.client, client != exchange.client, let peer = exchange.client {
            fields["proxy"] = "\(peer)"
        }
        if let key = context?.key { fields["key"] = "\(key.name)" }
        if let trace = context?.trace {
            fields["trace"] = "\(trace.traceID)"
            fields["span"] = "\(trace.spanID)"
        }
        if let usage = context?.account.usage {
            fields["prompt_tokens"] = .stringConvertible(usage.promptTokens)
            fields["cached_tokens"] = .stringConvertible(usage.cachedTokens)
            fields["completion_tokens"] = .stringConvertible(usage.completionTokens)
        }
        let notes = context?.notes
        if let outcome = notes?.outcome { fields["outcome"] = "\(outcome)" }
        if let reason = notes?.rejection { fields["refused"] = "\(reason)" }
        if let query = notes?.query { fields["query"] = "\(query)" }
        logger.info("request", metadata: fields)
    }
}
