import Documents
import Foundation
import ModelFiles
import OrderedCollections
import TestSupport
import Testing

/// Adapters in PEFT's layout: what is read, and which faults are the files' own, which another model's.
@Suite struct AdapterFolderTests {
    static let model = ModelDescription(
        name: "tiny", architecture: .qwen2, layers: 2, hiddenSize: 8, intermediateSize: 12, heads: 2, kvHeads: 1,
        headSize: 4, vocabularySize: 10, contextLength: 16, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)

    private static func adapter(invocation: [Int32]? = nil) -> LowRankAdapter {
        var adapter = LowRankAdapter(
            shape: AdapterShape(
                rank: 3, alpha: 6, matrices: [.down, .query], layers: [1, 0], invocation: invocation))
        for layer in 0..<2 {
            for matrix in [AdaptedMatrix.query, .down] {
                let shape = model.shape(of: matrix.weight(ofLayer: layer))
                adapter[.a, matrix, layer] = (0..<3 * shape[1]).map { Float($0 + layer) * 0.25 }
                adapter[.b, matrix, layer] = (0..<3 * shape[0]).map { Float($0 - layer) * -0.5 }
            }
        }
        return adapter
    }

    private static func inFolder(_ body: (AdapterFolder) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try withExtendedLifetime(folder) { try body(AdapterFolder(folder.path)) }
    }

    @Test(arguments: [nil, [4, 5]] as [[Int32]?]) func whatIsWrittenIsRead(invocation: [Int32]?) throws {
        try Self.inFolder { folder in
            #expect(!folder.exists)
            let adapter = Self.adapter(invocation: invocation)
            try folder.write(adapter, base: "tiny")
            #expect(folder.exists)
            let read = try folder.read(for: Self.model)
            #expect(read.shape == adapter.shape && read.shape.scale == 2)
            #expect(read.shape.layers == [0, 1] && read.shape.matrices == [.query, .down])
            for layer in 0..<2 {
                for matrix in AdaptedMatrix.allCases {
                    for factor in LowRankAdapter.Factor.allCases {
                        #expect(read[factor, matrix, layer] == adapter[factor, matrix, layer])
                    }
                }
            }
            #expect(read[.a, .key, 0] == nil && read[.a, .query, 2] == nil)
        }
    }

    @Test("PEFT also writes bf16") func narrowNumbers() throws {
        try Self.inFolder { folder in
            let adapter = Self.adapter()
            try folder.write(adapter, base: "tiny", numbers: .bf16)
            #expect(try folder.read(for: Self.model)[.b, .down, 1] == adapter[.b, .down, 1])
        }
    }

    /// A change of one tensor: its name, shape or first number; and what is said of it.
    static let tensors: [(String, (name: String, shape: [Int], first: Float)?, Bool, String)] = [
        (q("A"), (q("A"), [3, 8], .nan), false, "has a value that is no number"),
        (q("B"), (q("B"), [8, 3], -.infinity), false, "has a value that is no number"),
        (q("A"), nil, false, "\(q("A")) is missing"),
        (q("A"), (q("A"), [2, 8], 1), false, "is [2, 8], not [3, 8]"),
        (q("A"), (q("A"), [24], 1), false, "is [24], not [3, 8]"),
        (q("A"), (q("A"), [3, 16], 1), true, "is [3, 16], not [3, 8]"),
        (q("B"), (q("B"), [12, 3], 1), true, "is [12, 3], not [8, 3]"),
        (q("A"), (q("A", layer: 7), [3, 8], 1), true, "there is no layer 7; the model's are 0...1"),
        (
            q("A"), ("base_model.model.lm_head.lora_A.weight", [3, 8], 1), true,
            "there is no place for base_model.model.lm"
        ),
        (q("A"), (q("C"), [3, 8], 1), true, "there is no place for \(q("C"))"),
        (q("A"), ("x" + q("A"), [3, 8], 1), true, "there is no place for x"),
    ]

    private static func q(_ factor: String, layer: Int = 0) -> String {
        "base_model.model.model.layers.\(layer).self_attn.q_proj.lora_\(factor).weight"
    }

    @Test(arguments: 0..<tensors.count) func refusesTensors(index: Int) throws {
        let (old, new, isForeign, message) = Self.tensors[index]
        try Self.inFolder { folder in
            try folder.write(Self.adapter(), base: "tiny")
            let entries = Self.entries(Self.adapter()).compactMap { entry -> SafetensorsWriter.Entry? in
                guard entry.name == old else {
                    return .init(name: entry.name, type: .f32, shape: entry.shape) { entry.numbers }
                }
                return new.map { new in
                    .init(name: new.name, type: .f32, shape: new.shape) {
                        [new.first] + [Float](repeating: 1, count: new.shape.reduce(1, *) - 1)
                    }
                }
            }
            try SafetensorsWriter(entries).write(to: folder.weightsPath)
            try Self.expect(folder, isForeign, message)
        }
    }

    static let members: [(String, JSONValue?, String)] = [
        ("peft_type", "IA3", #"peft_type is "IA3", not LORA"#), ("peft_type", nil, "peft_type is missing, not LORA"),
        ("r", 0, "r is 0, not a number in 1...1024"), ("r", 1025, "r is 1025, not a number in 1...1024"),
        ("r", 4, "is [3, 8], not [4, 8]"), ("lora_alpha", 0, "lora_alpha is 0, not a number above 0"),
        ("lora_alpha", 1e300, "not a number above 0"), ("use_dora", true, "use_dora is not supported"),
        ("fan_in_fan_out", true, "fan_in_fan_out is not supported"), ("bias", "all", #"bias "all" is not supported"#),
        ("modules_to_save", ["lm_head"], "modules_to_save is not supported"),
        ("alpha_pattern", ["q_proj": 4], "alpha_pattern is not supported"),
        ("alora_invocation_tokens", [], "alora_invocation_tokens is no list of token ids"),
        ("alora_invocation_tokens", [1, "a"], "alora_invocation_tokens is no list of token ids"),
        ("alora_invocation_tokens", [5_000_000_000], "alora_invocation_tokens is no list of token ids"),
    ]

    @Test(arguments: members) func refusesConfigurations(member: String, value: JSONValue?, message: String) throws {
        try Self.inFolder { folder in
            try folder.write(Self.adapter(), base: "tiny")
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.configPath))
            var config = try #require(JSONValue(parsing: data).objectValue)
            config[member] = value
            try JSONValue.object(config).text().write(toFile: folder.configPath, atomically: true, encoding: .utf8)
            try Self.expect(folder, false, message)
        }
    }

    @Test func namesTheFileThatIsMissingOrNone() throws {
        try Self.inFolder { folder in
            try Self.expect(folder, false, "\(folder.configPath): no adapter that can be read: there is no such file")
            try folder.write(Self.adapter(), base: "tiny")
            try FileManager.default.removeItem(atPath: folder.weightsPath)
            try Self.expect(folder, false, "cannot be read")
            try Data("{".utf8).write(to: URL(fileURLWithPath: folder.weightsPath))
            try Self.expect(folder, false, "damaged")
            try SafetensorsWriter([]).write(to: folder.weightsPath)
            try Self.expect(folder, false, "there are no tensors in it")
            try Data("[".utf8).write(to: URL(fileURLWithPath: folder.configPath))
            try Self.expect(folder, false, folder.configPath)
        }
    }

    @Test("law: a file with any bit turned is read or refused in one line", arguments: AdapterNumbers.allCases)
    func flippedBits(numbers: AdapterNumbers) throws {
        try Self.inFolder { folder in
            try folder.write(Self.adapter(), base: "tiny", numbers: numbers)
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.weightsPath)))
            var random = SeededGenerator(5)
            for _ in 0..<400 {
                var changed = bytes
                changed[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try Data(changed).write(to: URL(fileURLWithPath: folder.weightsPath))
                do {
                    let read = try folder.read(for: Self.model)
                    #expect(read.shape.alpha.isFinite && read[.a, .query, 0]?.allSatisfy(\.isFinite) == true)
                } catch {
                    #expect(!"\(error)".contains("\n"), "\(error)")
                }
            }
        }
    }

    private static func expect(_ folder: AdapterFolder, _ isForeign: Bool, _ message: String) throws {
        do {
            _ = try folder.read(for: model)
            Issue.record("it was read")
        } catch {
            #expect("\(error)".contains(message) && !"\(error)".contains("\n"), "\(error)")
            if case .foreign = error { #expect(isForeign, "\(error)") } else { #expect(!isForeign, "\(error)") }
            #expect("\(error)".hasPrefix(error.path) && "\(error)".hasSuffix(error.reason))
        }
    }

    private static func entries(_ adapter: LowRankAdapter) -> [(name: String, shape: [Int], numbers: [Float])] {
        adapter.shape.layers.flatMap { layer in
            adapter.shape.matrices.flatMap { matrix in
                LowRankAdapter.Factor.allCases.map { factor in
                    let numbers = adapter[factor, matrix, layer] ?? []
                    let shape = factor == .a ? [3, numbers.count / 3] : [numbers.count / 3, 3]
                    return (matrix.tensor(factor, ofLayer: layer), shape, numbers)
                }
            }
        }
    }
}
