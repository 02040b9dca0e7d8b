import Kernels
import OrderedCollections
import Foundation
import ModelFiles
import Documents
import Testing

import Training

@Suite struct AdapterFilesTests {
    private static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }

    private static func config(_ folder: String) throws -> JSONObject {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/adapter_config.json"))
        return try JSONValue(parsing: data).objectValue ?? [:]
    }

    @Test("what is written is read", arguments: [true, false]) func roundTrip(activated: Bool) throws {
        let fixture = try GradientFixture()
        var shape = fixture.shape(activated: activated)
        (shape.layers, shape.alpha) = ([0, 2], 5.5)
        let adapter = Adapter(shape: shape, factors: try fixture.adapter(shape))
        try Self.inFolder { folder in
            #expect(!AdapterFiles.exist(in: folder))
            try AdapterFiles.write(adapter, base: "tiny", to: folder)
            #expect(AdapterFiles.exist(in: folder))
            let read = try AdapterFiles.read(folder, for: fixture.model)
            #expect(read.shape == shape)
            for entry in adapter.factors.entries {
                #expect(read.factors.values(entry.key) == adapter.factors.values(entry.key))
            }
            let config = try Self.config(folder)
            #expect(config["alora_invocation_tokens"] == (activated ? [5, 9] : .null))
            #expect(config["r"] == 2)
            #expect(config["lora_alpha"] == 5.5)
            #expect(config["base_model_name_or_path"] == "tiny")
            #expect(config["peft_type"] == "LORA")
        }
    }

    /// A member of the configuration, its value, and what is said of it.
    static let refused: [(String, JSONValue?, String)] = [
        ("peft_type", "IA3", #"peft_type is "IA3", not LORA"#), ("peft_type", nil, "peft_type is missing, not LORA"),
        ("r", 0, "r is 0, not a number in 1...1024"), ("r", nil, "r is missing, not a number in 1...1024"),
        ("r", 3, "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight is [2, 16], not [3, 16]"),
        ("lora_alpha", -1, "lora_alpha is -1, not a number above 0"),
        ("lora_alpha", "x", #"lora_alpha is "x", not a number above 0"#),
        ("use_dora", true, "use_dora is not supported"), ("bias", "all", #"bias "all" is not supported"#),
        ("modules_to_save", ["lm_head"], "modules_to_save is not supported"),
        ("rank_pattern", ["q_proj": 4], "rank_pattern is not supported"),
        ("alora_invocation_tokens", "user", "alora_invocation_tokens is no list of token ids"),
        ("alora_invocation_tokens", [], "alora_invocation_tokens is no list of token ids"),
    ]

    @Test(arguments: refused) func refusesAConfiguration(member: String, value: JSONValue?, message: String) throws {
        let fixture = try GradientFixture()
        try Self.inFolder { folder in
            try AdapterFiles.write(
                Adapter(shape: fixture.shape(), factors: try fixture.adapter(fixture.shape())), base: "tiny", to: folder
            )
            var config = try Self.config(folder)
            config[member] = value
            try JSONValue.object(config).text().write(
                toFile: "\(folder)/adapter_config.json", atomically: true, encoding: .utf8)
            let error = #expect(throws: TrainingError.self) { _ = try AdapterFiles.read(folder, for: fixture.model) }
            #expect(error.map { "\($0)".hasSuffix(message) } == true, "\(String(describing: error))")
            #expect(error.map { !"\($0)".contains("\n") } == true)
        }
    }

    @Test("rank-stabilised adapters are scaled by the root of the rank") func stabilised() throws {
        let fixture = try GradientFixture()
        try Self.inFolder { folder in
            try AdapterFiles.write(
                Adapter(shape: fixture.shape(), factors: try fixture.adapter(fixture.shape())), base: "tiny", to: folder
            )
            var config = try Self.config(folder)
            config["use_rslora"] = true
            try JSONValue.object(config).text().write(
                toFile: "\(folder)/adapter_config.json", atomically: true, encoding: .utf8)
            let scale = try AdapterFiles.read(folder, for: fixture.model).shape.scale
            #expect(abs(scale - 5 / Float(2).squareRoot()) < 1e-6)
        }
    }

    @Test("a NaN, a missing factor, another model, no adapter: one line each") func damaged() throws {
        let fixture = try GradientFixture()
        let shape = fixture.shape()
        let first = ParameterKey.factorA(.query, 0)
        try Self.inFolder { folder in
            let factors = try fixture.adapter(shape)
            factors.set(first, to: [Float](repeating: .nan, count: 32))
            try AdapterFiles.write(Adapter(shape: shape, factors: factors), base: "tiny", to: folder)
            let path = "\(folder)/adapter_model.safetensors"
            #expect(throws: TrainingError.adapter(path: path, reason: "\(first) has a value that is no number")) {
                _ = try AdapterFiles.read(folder, for: fixture.model)
            }
            var other = fixture.model
            other.layers = 2
            #expect(throws: TrainingError.adapter(path: folder, reason: "there is no layer 2; the model's are 0...1")) {
                _ = try AdapterFiles.read(folder, for: other)
            }
            try SafetensorsWriter([
                .init(name: "\(first)", type: .f32, shape: [2, 16]) { [Float](repeating: 1, count: 32) }
            ]).write(to: path)
            let missing = ParameterKey.factorB(.query, 0)
            #expect(throws: TrainingError.adapter(path: path, reason: "\(missing) is missing")) {
                _ = try AdapterFiles.read(folder, for: fixture.model)
            }
            try SafetensorsWriter([.init(name: "classifier.weight", type: .f32, shape: [1]) { [1] }]).write(to: path)
            let reason = "there is no place for classifier.weight in this model"
            #expect(throws: TrainingError.adapter(path: path, reason: reason)) {
                _ = try AdapterFiles.read(folder, for: fixture.model)
            }
        }
        let path = "/nowhere/adapter_config.json"
        #expect(throws: TrainingError.adapter(path: path, reason: "there is no such file")) {
            _ = try AdapterFiles.read("/nowhere", for: fixture.model)
        }
    }

    @Test func mergedWeightsLoseAsTheAdapterDoes() throws {
        let fixture = try GradientFixture()
        let weights = try fixture.weights
        try Adapter(shape: fixture.shape(), factors: try fixture.adapter(fixture.shape())).merge(into: weights)
        let decoder = try TrainingDecoder(training: weights, of: fixture.model, on: .init(threads: 1))
        let step = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: .trained, maximumRows: 100), kept: .init(maximumBytes: 0))
        #expect(abs(try step.loss(of: fixture.samples).loss / (try fixture.loss(of: "lora")) - 1) < 1e-5)
    }

    @Test func anActivatedAdapterIsNotMerged() throws {
        let fixture = try GradientFixture(), shape = fixture.shape(activated: true)
        let adapter = Adapter(shape: shape, factors: try fixture.adapter(shape))
        let weights = try fixture.weights
        #expect(throws: TrainingError.self) { try adapter.merge(into: weights) }
    }
}
