import Assembly
import Configuration
import Documents
import Foundation
import HTTPClient
import LoadTesting
import OrderedCollections
import Service
import Tokenization

/// A model from its file to answers over HTTP, in a process that does nothing else: how long it takes to load, what memory it
/// has then, and what a closed loop gets of it.
public struct ServedModel: Sendable {
    /// What is asked, by how many clients, how long each.
    public struct Load: Sendable, Hashable {
        /// Of `kinglet bench`: paper, decode or cold.
        public let workload: String
        public let clients: [Int]
        public let seconds: Double

        /// - Returns: nil for a workload that is not known, and without clients.
        public init?(workload: String, clients: [Int], seconds: Double) {
            guard ServingSection.Load.all.contains(where: { $0.name == workload }), !clients.isEmpty,
                clients.allSatisfy({ (1...1024).contains($0) }), (0.1...3600).contains(seconds)
            else { return nil }
            (self.workload, self.clients, self.seconds) = (workload, clients, seconds)
        }

        public static var workloads: [String] { ServingSection.Load.all.map(\.name) }

        public var json: JSONObject {
            [
                "workload": .string(workload), "cc": .array(clients.map { .integer($0) }), "seconds": .number(seconds),
            ]
        }
    }

    private let settings: Settings
    private let load: Load

    public init(_ settings: Settings, _ load: Load) { (self.settings, self.load) = (settings, load) }

    /// - Parameter tell: gets a line for each point.
    public func measure(tell: @escaping @Sendable (String) -> Void) async throws -> JSONValue {
        try await measure(PackedModel.load(settings), tell: tell)
    }

    /// The same of a model that is packed already.
    package func measure(_ model: PackedModel, tell: @escaping @Sendable (String) -> Void) async throws -> JSONValue {
        let others = OthersLoad()
        let ready = try LoadedModel(model, settings.engine)
        var figures: JSONObject = [
            "load_seconds": .rounded(ready.seconds, 3), "weights_mib": .integer(ready.weightBytes >> 20),
            "resident_mib": Machine.residentMebibytes.map { .integer($0) } ?? .null,
        ]
        figures["load"] = .object(load.json)
        figures["kv_cache"] = .string(ready.kvCacheFormat)
        var settings = settings
        (settings.server.host, settings.server.port) = ("127.0.0.1", 0)
        let server = try await RunningServer.start(settings, ready)
        let points: [LoadPoint]
        do {
            points = try await ask(model, at: server.address, tell)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
        figures["points"] = .array(points.map(Self.json))
        figures["peak_mib"] = Machine.peakMebibytes.map { .integer($0) } ?? .null
        figures["cores_busy_with_others"] = others?.cores.map { .rounded($0, 2) } ?? .null
        return .object(figures)
    }

    private func ask(
        _ model: PackedModel, at address: String, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> [LoadPoint] {
        guard let section = ServingSection.Load.all.first(where: { $0.name == load.workload }) else { return [] }
        let run = LoadRun(
            try section.plan(at: address, clients: load.clients, seconds: load.seconds, tokens: model.tokenizer.count))
        return try await ServingSection.onThread {
            var listener = LoadRun.Listener()
            listener.point = { point, _ in
                let time = point.times.map { String(format: "%.1f ms", $0.mean * 1000) } ?? "no answer"
                tell("cc \(point.clients): \(String(format: "%.2f", point.queriesPerSecond)) QPS, \(time)")
            }
            return try run.run(listener).points
        }
    }

    private static func json(_ point: LoadPoint) -> JSONValue {
        func milliseconds(_ seconds: Double?) -> JSONValue { seconds.map { .rounded($0 * 1000, 3) } ?? .null }
        let times = point.times
        return [
            "cc": .integer(point.clients), "qps": .rounded(point.queriesPerSecond, 4),
            "requests": .integer(point.answers), "errors": .integer(point.errors),
            "rt_mean_ms": milliseconds(times?.mean), "rt_p50_ms": milliseconds(times?.p50),
            "rt_p95_ms": milliseconds(times?.p95), "rt_p99_ms": milliseconds(times?.p99),
            "first_error": point.firstError.map { .string($0) } ?? .null,
        ]
    }
}
