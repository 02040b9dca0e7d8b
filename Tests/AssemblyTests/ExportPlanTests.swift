import Assembly
import Configuration
import OpenTelemetry
import Testing

/// Where telemetry goes, by the settings and by OpenTelemetry's own variables.
@Suite struct ExportPlanTests {
    private static func plan(
        _ environment: [String: String], _ change: (inout Settings.OTLP) -> Void = { _ in }
    ) throws -> ExportPlan? {
        var settings = Settings.OTLP()
        change(&settings)
        return try ExportPlan.make(settings, environment: environment, model: "m")
    }

    @Test func settingsGoBeforeVariables() throws {
        let variable = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://there:4318"]
        #expect(try Self.plan([:]) == nil)
        #expect(try Self.plan(variable)?.endpoint == "http://there:4318")
        #expect(try Self.plan(variable) { $0.endpoint = "https://here/otlp" }?.endpoint == "https://here/otlp")
        #expect(try Self.plan(variable.merging(["OTEL_SDK_DISABLED": "true"]) { $1 }) == nil)
        let grpc = variable.merging(["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"]) { $1 }
        #expect(throws: SettingsError.self) { try Self.plan(grpc) }
        #expect(try Self.plan(grpc) { $0.endpoint = "http://here:4318" } != nil)
        for address in ["there:4318", "ftp://there", "http://", "http://a?b=c", "http://user@there"] {
            #expect(throws: SettingsError.self, "\(address)") {
                try Self.plan(["OTEL_EXPORTER_OTLP_ENDPOINT": address])
            }
        }
    }

    @Test func whatSettingsSayHolds() throws {
        let plan = try Self.plan([:]) {
            ($0.endpoint, $0.interval, $0.timeout, $0.sampleRatio) = ("http://a", .seconds(2), .seconds(3), 0.5)
            ($0.queue, $0.sendsTraces) = (7, false)
        }
        #expect(plan?.interval == .seconds(2) && plan?.timeout == .seconds(3) && plan?.sampleRatio == 0.5)
        #expect(plan?.queue == 7 && plan?.sendsTraces == false && plan?.sendsMetrics == true)
    }

    @Test func headersAndResourceCanBeNamedByVariables() throws {
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, x = y",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test,service.name=no",
            "OTEL_SERVICE_NAME": "front",
        ]
        let plan = try #require(try Self.plan(environment) { $0.headers = ["x": "z"] })
        #expect(plan.headers.map(\.name) == ["api-key", "x"] && plan.headers.map(\.value) == ["a b", "z"])
        let named = Dictionary(uniqueKeysWithValues: plan.resource.map { ($0.name, $0.value) })
        #expect(named["service.name"] == .text("front") && named["deployment.environment.name"] == .text("test"))
        #expect(named["kinglet.model"] == .text("m") && named["service.version"] == .text(KingletVersion.text))
        for list in ["a b=c", "x=%0A", "x=é"] {
            #expect(throws: SettingsError.self, "\(list)") {
                try Self.plan(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_HEADERS": list])
            }
        }
    }

    @Test func theSectionLiesWithinAnother() throws {
        let told = try Settings.load(
            flags: ["telemetry.otlp.endpoint": "http://a:4318", "telemetry.otlp.headers": "{api-key: b}"],
            environment: ["KINGLET_TELEMETRY_OTLP_SAMPLE_RATIO": "0.25"], file: nil)
        #expect(told.otlp.endpoint == "http://a:4318" && told.otlp.headers == ["api-key": "b"])
        #expect(told.otlp.sampleRatio == 0.25)
        for (key, value) in [
            ("telemetry.otlp.endpoint", "a:4318"), ("telemetry.otlp.sample_ratio", "2"), ("telemetry.otlp.queue", "0"),
            ("telemetry.otlp.headers", "{a b: c}"), ("telemetry.otlp.end_point", "http://a"),
            ("telemetry.trace", "true"),
        ] {
            #expect(throws: SettingsError.self, "\(key)") {
                try Settings.load(flags: [key: value], environment: [:], file: nil)
            }
        }
    }
}
