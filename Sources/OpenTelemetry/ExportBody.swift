/// Bodies of OTLP/HTTP requests: spans or metrics of one process (opentelemetry.proto.collector.…).
package struct ExportBody: Sendable {
    /// What the process is: `service.name` and the like.
    package let resource: [Attribute]
    package let version: String

    package init(resource: [Attribute], version: String) { (self.resource, self.version) = (resource, version) }

    /// An ExportTraceServiceRequest.
    package func traces(_ spans: [Span]) -> [UInt8] {
        whole { scope in for span in spans { scope.field(2) { span.write(&$0) } } }
    }

    /// An ExportMetricsServiceRequest.
    package func metrics(_ metrics: [MetricSnapshot], since start: UInt64, now: UInt64) -> [UInt8] {
        whole { scope in
            for metric in metrics where !metric.points.isEmpty {
                scope.field(2) { metric.write(since: start, now: now, &$0) }
            }
        }
    }

    /// Both kinds have the same wrapping: a resource, a scope, what it tells.
    private func whole(_ content: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var request = ProtobufWriter()
        request.field(1) { of in
            of.field(1) { resource.write(as: 1, &$0) }
            of.field(2) { scope in
                scope.field(1) { name in
                    name.field(1, "kinglet")
                    name.field(2, version)
                }
                content(&scope)
            }
        }
        return request.bytes
    }
}
