import Configuration
import Foundation
import OpenTelemetry

extension ExportPlan {
    /// The plan of the settings and of the variables that OpenTelemetry's programs read; settings go first.
    ///
    /// - Returns: nil where nothing is sent anywhere.
    /// - Throws: `SettingsError` for a variable that cannot be followed.
    package static func make(
        _ settings: Settings.OTLP, environment: [String: String], model: String
    ) throws(SettingsError) -> ExportPlan? {
        func variable(_ name: String) -> String { environment[name].map { $0.trimmed } ?? "" }
        guard variable("OTEL_SDK_DISABLED").lowercased() != "true" else { return nil }
        let named = variable("OTEL_EXPORTER_OTLP_ENDPOINT")
        let endpoint = settings.endpoint.isEmpty ? named : settings.endpoint
        guard !endpoint.isEmpty else { return nil }
        guard Settings.OTLP.isAddress(endpoint) else {
            throw .invalid(
                source: "environment variable OTEL_EXPORTER_OTLP_ENDPOINT",
                reason: "must be an address as http://127.0.0.1:4318, not \"\(endpoint)\"")
        }
        let transport = variable("OTEL_EXPORTER_OTLP_PROTOCOL")
        guard transport.isEmpty || transport == "http/protobuf" || !settings.endpoint.isEmpty else {
            throw .invalid(
                source: "environment variable OTEL_EXPORTER_OTLP_PROTOCOL",
                reason: "is \"\(transport)\"; only http/protobuf is spoken here (a collector's port 4318)")
        }
        var plan = ExportPlan(endpoint: endpoint)
        (plan.sendsTraces, plan.sendsMetrics) = (settings.sendsTraces, settings.sendsMetrics)
        (plan.interval, plan.timeout) = (settings.interval, settings.timeout)
        (plan.sampleRatio, plan.queue) = (settings.sampleRatio, settings.queue)
        plan.version = KingletVersion.text
        plan.headers = try headers(settings, variable("OTEL_EXPORTER_OTLP_HEADERS"))
        plan.resource = resource(
            variable("OTEL_RESOURCE_ATTRIBUTES"), service: variable("OTEL_SERVICE_NAME"), model: model)
        return plan
    }

    private static func headers(
        _ settings: Settings.OTLP, _ list: String
    ) throws(SettingsError) -> [(name: String, value: String)] {
        var headers = pairs(list).filter { settings.headers[$0.name] == nil }
        if let bad = headers.first(where: { !Settings.OTLP.isHeader($0.name, $0.value) }) {
            throw .invalid(
                source: "environment variable OTEL_EXPORTER_OTLP_HEADERS",
                reason: "has \"\(bad.name)\", which is no name of a header with a text of ASCII")
        }
        headers += settings.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return headers
    }

    /// What the process is, by OpenTelemetry's conventions.
    private static func resource(_ list: String, service: String, model: String) -> [Attribute] {
        var named = Dictionary(pairs(list).map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        if !service.isEmpty { named["service.name"] = service }
        let own = [
            "service.name": "kinglet", "service.version": KingletVersion.text, "service.instance.id": UUID().uuidString,
            "host.name": ProcessInfo.processInfo.hostName, "os.type": "linux", "telemetry.sdk.name": "kinglet",
            "telemetry.sdk.language": "swift", "telemetry.sdk.version": KingletVersion.text, "kinglet.model": model,
        ]
        let texts = own.merging(named) { $1 }.sorted { $0.key < $1.key }.map { Attribute($0.key, $0.value) }
        return texts + [Attribute("process.pid", .integer(Int(ProcessInfo.processInfo.processIdentifier)))]
    }

    /// `a=b,c=d`, the values percent-encoded (W3C Baggage).
    private static func pairs(_ list: String) -> [(name: String, value: String)] {
        list.split(separator: ",").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                String($0).trimmed
            }
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            return (parts[0], parts[1].removingPercentEncoding ?? parts[1])
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
