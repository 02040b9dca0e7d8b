import Assembly
import Benchmarking
import Configuration
import Documents
import ModelFiles
import Testing

@Suite struct ServedModelTests {
    static let refused: [(String, [Int], Double)] = [
        ("nothing", [1], 1), ("paper", [], 1), ("paper", [0], 1), ("paper", [1025], 1), ("paper", [1, 8], 0.01),
        ("cold", [1], 4000),
    ]

    @Test(arguments: refused) func refuses(workload: String, clients: [Int], seconds: Double) {
        #expect(ServedModel.Load(workload: workload, clients: clients, seconds: seconds) == nil)
    }

    @Test("every workload of the benchmark can be asked") func workloads() throws {
        #expect(ServedModel.Load.workloads == ["paper", "decode", "cold"])
        for name in ServedModel.Load.workloads {
            let load = try #require(ServedModel.Load(workload: name, clients: [1, 8], seconds: 2))
            #expect(JSONValue.object(load.json) == ["workload": .string(name), "cc": [1, 8], "seconds": 2.0])
        }
    }

    @Test("a model that is loaded and asked: how long, how much memory, what each number of clients gets")
    func measures() async throws {
        var settings = Settings()
        (settings.model.format, settings.engine.kvCacheMiB, settings.model.threads) = ("fp8", 64, 2)
        let small = ModelDescription(
            name: "small", architecture: .qwen2, layers: 2, hiddenSize: 64, intermediateSize: 96, heads: 4, kvHeads: 2,
            headSize: 16, vocabularySize: 400, contextLength: 4096, ropeBase: 10_000, rmsEpsilon: 1e-6,
            hasQKVBias: true, tiesEmbeddings: true, rotaryPairing: .halves)
        let load = try #require(ServedModel.Load(workload: "decode", clients: [1, 2], seconds: 0.2))
        let model = try await PackedModel.random(small, settings)
        let figures = try await ServedModel(settings, load).measure(model) { _ in }
        #expect((figures["load_seconds"]?.doubleValue ?? 0) > 0 && (figures["resident_mib"]?.intValue ?? 0) > 0)
        #expect((figures["peak_mib"]?.intValue ?? 0) >= (figures["resident_mib"]?.intValue ?? 1))
        #expect(figures["load"]?["workload"] == "decode")
        let points = try #require(figures["points"]?.arrayValue)
        #expect(points.compactMap { $0["cc"]?.intValue } == [1, 2])
        for point in points {
            #expect((point["qps"]?.doubleValue ?? 0) > 0 && (point["rt_mean_ms"]?.doubleValue ?? 0) > 0)
            #expect(point["errors"] == 0 && point["first_error"] == .null, "\(point)")
        }
    }
}
