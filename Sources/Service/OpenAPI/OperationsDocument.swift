import Documents
import OrderedCollections
import Telemetry

/// Health, metrics and what the server says of itself.
struct OperationsDocument: DocumentedGroup {
    let tag = "operations"
    let about = "Health, Prometheus metrics, statistics, this document and the console."

    var operations: [Operation] {
        [
            Operation(
                method: .get, path: "/healthz", id: "healthz", tag: tag, summary: "The process is up",
                answers: [.json("Up.", Schema.named("Health"))], isOpen: true),
            Operation(
                method: .get, path: "/readyz", id: "readyz", tag: tag,
                summary: "The model is loaded and the server is not draining",
                answers: [.json("Ready.", Schema.named("Health"))], isOpen: true),
            Operation(
                method: .get, path: "/health", id: "health", tag: tag,
                summary: "As /readyz, under the name that balancers and clients of vLLM ask for",
                answers: [.json("Up.", Schema.named("Health"))], isOpen: true),
            Operation(
                method: .get, path: "/ping", id: "ping", tag: tag, summary: "As /health, for SageMaker",
                answers: [.json("Up.", Schema.named("Health"))], isOpen: true),
            Operation(
                method: .post, path: "/ping", id: "postPing", tag: tag, summary: "As /health, for SageMaker",
                answers: [.json("Up.", Schema.named("Health"))], isOpen: true),
            Operation(
                method: .get, path: "/version", id: "version", tag: tag, summary: "The server's version",
                answers: [.json("This one.", Schema.object([.required("version", Schema.string)], isOpen: true))],
                isOpen: true),
            Operation(
                method: .get, path: "/metrics", id: "metrics", tag: tag, summary: "Prometheus text, or OpenMetrics",
                answers: [
                    Operation.Answer(
                        status: 200, description: "All metrics.",
                        content: [
                            ("text/plain; version=0.0.4; charset=utf-8", Schema.string),
                            ("application/openmetrics-text; version=1.0.0; charset=utf-8", Schema.string),
                        ])
                ]),
            Operation(
                method: .get, path: "/v1/stats", id: "stats", tag: tag,
                summary: "Queries per second, response times and concurrent clients, in all and per route",
                answers: [.json("Now.", Schema.named("Statistics"))]),
            Operation(
                method: .get, path: "/openapi.json", id: "openapi", tag: tag, summary: "This document",
                parameters: [.ifNoneMatch], answers: [.versioned("The document.", Schema.anyObject), .notModified],
                isOpen: true),
            Operation(
                method: .get, path: "/", id: "console", tag: tag, summary: "The console, a page for people",
                parameters: [.ifNoneMatch],
                answers: [
                    Operation.Answer(
                        status: 200, description: "The page.", content: [("text/html; charset=utf-8", Schema.string)],
                        headers: [("content-security-policy", "Nothing from elsewhere."), ("etag", "Its version.")]),
                    .notModified,
                ], isOpen: true),
        ]
    }

    var schemas: JSONObject {
        [
            "Health": Schema.object([.required("status", Schema.choice(["ok", "ready"]))], isOpen: true),
            "Statistics": Schema.object(
                [
                    .required("uptime_seconds", Schema.count), .required("all", Schema.named("RouteStatistics")),
                    .required("routes", Schema.array(Schema.named("RouteStatistics"))),
                    .required("engine", Schema.anyObject),
                ], isOpen: true),
            "RouteStatistics": Schema.object(
                [
                    .required("route", Schema.string), .required("requests", Schema.count),
                    .required("failures", Schema.count),
                    .required(
                        "qps",
                        Schema.object([
                            .required("1s", Schema.number), .required("10s", Schema.number),
                            .required("60s", Schema.number),
                        ])),
                    .required(
                        "concurrent_clients",
                        Schema.object([.required("now", Schema.count), .required("peak", Schema.count)])),
                    .required("response_time_seconds", Schema.named("Times"), "Of the last minute."),
                    .required("total", Schema.named("Times"), "Since the start."),
                ], isOpen: true),
            "Times": Schema.object(
                ["mean", "p50", "p90", "p95", "p99", "max"].reduce([.required("count", Schema.count)]) {
                    $0 + [.required($1, Schema.number)]
                }, isOpen: true),
        ]
    }
}
