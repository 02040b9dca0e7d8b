import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import TestSupport
import Testing

/// A small Qwen3 against Hugging Face transformers in f32 (`Fixtures/make_tiny_qwen3.py`), from both of its files.
@Suite struct Qwen3ParityTests {
    struct Case {
        let prompt: [Int32], logits: [Float], greedy: [Int32]
    }

    static let files = ["tiny-qwen3", "tiny-qwen3.gguf"]

    static func cases() throws -> [Case] {
        let text = try Data(contentsOf: TestFiles.fixture("tiny-qwen3/expected.json"))
        return try (JSONValue(parsing: text).arrayValue ?? []).map { value in
            func ids(_ name: String) -> [Int32] {
                value[name]?.arrayValue?.compactMap { $0.intValue.map(Int32.init) } ?? []
            }
            let logits = value["logits"]?.arrayValue?.compactMap { $0.doubleValue.map(Float.init) } ?? []
            return Case(prompt: ids("prompt"), logits: logits, greedy: ids("greedy"))
        }
    }

    static func file(_ name: String) throws -> ModelFile {
        try ModelFile.open(path: TestFiles.fixture(name).path)
    }

    private static func best(_ row: [Float]) -> Int32 {
        Int32(row.indices.max { (row[$0], -$0) < (row[$1], -$1) } ?? 0)
    }

    @Test("shape, head and tokenizer", arguments: files) func describes(name: String) throws {
        let file = try Self.file(name), model = file.description
        #expect(model.architecture == .qwen3 && model.hasHeadNorms && !model.hasQKVBias && model.tiesEmbeddings)
        #expect((model.hiddenSize, model.heads, model.kvHeads, model.headSize) == (64, 4, 2, 32))
        #expect(model.rotaryPairing == .halves && model.ropeBase == 30_000)
        #expect(file.tokenizer.specialTokens["<think>"] == 262 && file.tokenizer.endOfText == [261, 259])
        #expect(file.tokenizer.merges.count == 3 && file.tokenizer.preTokenizer == .qwen2)
    }

    @Test("f32: logits and greedy tokens", arguments: files) func f32(name: String) throws {
        let cases = try Self.cases()
        #expect(cases.map(\.prompt.count) == [1, 7, 40] && cases.allSatisfy { $0.logits.count == 264 })
        let model = try RunningModel(Self.file(name), format: .f32, sequences: 3, tokensEach: 64)
        var logits = model.logits(cases.indices.map { ($0, 0, cases[$0].prompt) })
        for (index, item) in cases.enumerated() {
            let scale = item.logits.reduce(0) { max($0, abs($1)) }
            let worst = zip(logits[index], item.logits).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(worst <= 1e-4 * scale, "prompt \(index)")
        }
        for step in 0..<24 {
            for (index, item) in cases.enumerated() {
                #expect(Self.best(logits[index]) == item.greedy[step], "prompt \(index), step \(step)")
            }
            logits = model.logits(cases.indices.map { ($0, cases[$0].prompt.count + step, [cases[$0].greedy[step]]) })
        }
    }

    /// Format, cache, and how far its logits may be from transformers'.
    static let formats: [(WeightFormat, KVCacheShape.Element, Float)] = [
        (.bf16, .bf16, 0.03), (.w8a16, .bf16, 0.03), (.w8a8, .bf16, 0.08), (.w8a8, .int8, 0.08), (.w4a8, .bf16, 0.6),
    ]

    @Test("every format is near", arguments: formats) func near(
        format: WeightFormat, element: KVCacheShape.Element, bound: Float
    ) throws {
        let item = try #require(try Self.cases().last)
        let model = try RunningModel(
            Self.file("tiny-qwen3"), format: format, element: element, sequences: 1, tokensEach: 64)
        let logits = model.logits([(0, 0, item.prompt)])[0]
        let difference = zip(logits, item.logits).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let size = item.logits.reduce(0) { $0 + $1 * $1 }
        #expect((difference / size).squareRoot() <= bound)
    }

    @Test("law: one piece, chunks and a batch give the same bits", arguments: [WeightFormat.w8a8, .w4a8, .bf16, .f32])
    func pieces(format: WeightFormat) throws {
        let item = try #require(try Self.cases().last), prompt = item.prompt
        let model = try RunningModel(Self.file("tiny-qwen3"), format: format, sequences: 3, tokensEach: 64)
        let whole = model.logits([(0, 0, prompt)])[0]
        _ = model.logits([(1, 0, Array(prompt[..<13]))])
        _ = model.logits([(1, 13, Array(prompt[13..<14])), (2, 0, prompt.reversed())])
        #expect(model.logits([(2, 40, [1, 2, 3]), (1, 14, Array(prompt[14...]))])[1] == whole)
    }

    @Test("as an encoder its last state is the decoder's") func encodes() throws {
        let pool = WorkerPool(threads: 2)
        let weights = try Qwen2Weights(Self.file("tiny-qwen3"), format: .f32, on: pool)
        let encoder = Qwen2Encoder(weights: weights, isCausal: true, on: pool)
        let item = try #require(try Self.cases().last)
        var vectors = [Float](repeating: 0, count: 2 * 64)
        vectors.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { encoder.encode([item.prompt, Array(item.prompt.prefix(7))], into: base) }
        }
        // The head is the embedding: products of a state's direction are the logits but for one factor.
        let embedding = try Self.file("tiny-qwen3").weight(.tokenEmbedding).all()
        let products = (0..<264).map { token in
            (0..<64).reduce(Float(0)) { $0 + embedding[token * 64 + $1] * vectors[$1] }
        }
        let factor = (item.logits.reduce(0) { $0 + $1 * $1 } / products.reduce(0) { $0 + $1 * $1 }).squareRoot()
        let worst = zip(products, item.logits).reduce(0) { max($0, abs($1.0 * factor - $1.1)) }
        #expect(worst <= 1e-3 * item.logits.reduce(0) { max($0, abs($1)) })
    }
}
