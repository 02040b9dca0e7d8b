import Documents
import Foundation
import OrderedCollections

extension Settings {
    /// `telemetry.otlp`: where traces and metrics are sent.
    public struct OTLP: SettingsSection {
        /// Address of a collector that takes OTLP/HTTP; empty: what OTEL_EXPORTER_OTLP_ENDPOINT says, else nothing is sent.
        public var endpoint = ""
        /// Sent with each request, by name.
        public var headers: [String: String] = [:]
        public var sendsTraces = true
        public var sendsMetrics = true
        public var interval = Duration.seconds(15)
        public var timeout = Duration.seconds(10)
        /// Share of the requests that begin a trace here.
        public var sampleRatio = 1.0
        /// Requests whose spans may wait.
        public var queue = 2048

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            endpoint = try fields.optionalString("endpoint") ?? endpoint
            headers = try Self.headers(&fields) ?? headers
            sendsTraces = try fields.optionalBool("traces") ?? sendsTraces
            sendsMetrics = try fields.optionalBool("metrics") ?? sendsMetrics
            interval = try fields.seconds("interval_seconds") ?? interval
            timeout = try fields.seconds("timeout_seconds") ?? timeout
            sampleRatio = try fields.optionalDouble("sample_ratio", in: 0...1) ?? sampleRatio
            queue = try fields.optionalInt("queue", in: 1...1_000_000) ?? queue
            guard endpoint.isEmpty || Self.isAddress(endpoint) else {
                throw fields.invalid("endpoint", "must be an address as http://127.0.0.1:4318")
            }
        }

        /// Whether requests can be sent there.
        package static func isAddress(_ text: String) -> Bool {
            guard text.hasPrefix("http://") || text.hasPrefix("https://"), let url = URL(string: text) else {
                return false
            }
            return url.host?.isEmpty == false && url.query == nil && url.user == nil
        }

        /// Whether a request can carry it.
        package static func isHeader(_ name: String, _ value: String) -> Bool {
            let isName =
                !name.isEmpty
                && name.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "-_.".utf8.contains($0) }
            return isName && value.utf8.allSatisfy { 0x20...0x7E ~= $0 }
        }

        private static func headers(_ fields: inout FieldReader) throws(FieldError) -> [String: String]? {
            guard let value = fields.optional("headers") else { return nil }
            guard let members = value.objectValue else {
                throw fields.invalid("headers", "must be an object of names and texts, not \(value.typeName)")
            }
            var headers: [String: String] = [:]
            for (name, value) in members {
                guard let text = value.stringValue, isHeader(name, text) else {
                    throw fields.invalid(
                        "headers", "has \"\(name)\", which is no name of a header with a text of ASCII")
                }
                headers[name] = text
            }
            return headers
        }
    }
}
