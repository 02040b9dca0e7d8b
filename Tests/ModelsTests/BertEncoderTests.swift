import Foundation
import Kernels
import ModelFiles
import Models
import Documents
import TestSupport
import Testing
import Tokenization

/// What transformers makes of a text (`Fixtures/make_encoder_fixtures.py`).
struct EncoderFixture {
    let text: String, tokens: [Int32], vector: [Float]

    static func all(_ kind: String) throws -> [EncoderFixture] {
        let file = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("encoders.json")))
        return try (file[kind]?.arrayValue ?? []).map { value in
            let data = try #require(value["vector"]?.stringValue.flatMap { Data(base64Encoded: $0) })
            let vector = data.withUnsafeBytes { bytes in
                (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
            }
            return EncoderFixture(
                text: try #require(value["text"]?.stringValue),
                tokens: value["tokens"]?.arrayValue?.compactMap(\.intValue).map(Int32.init) ?? [], vector: vector)
        }
    }

    func cosine(_ other: [Float]) -> Float { zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 } }
}

extension SequenceEncoder {
    func vectors(_ sequences: [[Int32]]) -> [[Float]] {
        var flat = [Float](repeating: .nan, count: sequences.count * dimensions)
        flat.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { encode(sequences, into: base) } }
        return sequences.indices.map { Array(flat[$0 * dimensions..<($0 + 1) * dimensions]) }
    }
}

@Suite struct BertEncoderTests {
    @Test func aTinyModelIsThatOfTransformers() throws {
        let file = try BertFile.open(path: TestFiles.fixture("tiny-bert").path)
        #expect(file.description.pooling == .cls && file.description.maximumTokens == 24)
        let (tokenizer, pool) = (try WordPiece(file.tokenizer), WorkerPool(threads: 2))
        let encoder = BertEncoder(weights: try BertWeights(file, format: .f32, on: pool), on: pool)
        let fixtures = try EncoderFixture.all("tiny-bert")
        #expect(fixtures.count == 6)
        let vectors = encoder.vectors(fixtures.map(\.tokens))
        for (fixture, vector) in zip(fixtures, vectors) {
            #expect(tokenizer.encode(fixture.text, limit: 24) == fixture.tokens)
            let difference = zip(fixture.vector, vector).map { abs($0 - $1) }.max() ?? 1
            #expect(difference < 1e-5, "\(fixture.text)")
        }
    }

    @Test(
        .enabled(if: TestFiles.encoder != nil, "the encoder is missing: kinglet pull all-minilm-l6-v2"),
        arguments: [(EncoderFormat.f32, Float(0.9999)), (.int8, 0.99)])
    func miniLMIsThatOfTransformers(format: EncoderFormat, least: Float) throws {
        let file = try BertFile.open(path: #require(TestFiles.encoder))
        let (tokenizer, pool) = (try WordPiece(file.tokenizer), WorkerPool(threads: 2))
        let encoder = BertEncoder(weights: try BertWeights(file, format: format, on: pool), on: pool)
        let fixtures = try EncoderFixture.all("minilm")
        let sequences = fixtures.map { tokenizer.encode($0.text, limit: file.description.maximumTokens) }
        let together = encoder.vectors(sequences)
        for (index, fixture) in fixtures.enumerated() {
            let cosine = fixture.cosine(together[index])
            #expect(cosine >= least && cosine < 1.00001, "\(format): \(fixture.text)")
            // Bit for bit what it is alone.
            #expect(encoder.vectors([sequences[index]])[0] == together[index], "\(format): \(fixture.text)")
        }
    }

    static let gteLarge = BertDescription(
        name: "gte-large", layers: 24, hiddenSize: 1024, intermediateSize: 4096, heads: 16, vocabularySize: 30522,
        pooling: .mean)

    @Test func theShapeOfGTELargeRuns() throws {
        let pool = WorkerPool(threads: 2)
        let encoder = BertEncoder(
            weights: try BertWeights(RandomBertWeights(Self.gteLarge), format: .int8, on: pool), on: pool)
        #expect(encoder.weights.bytes > 290 << 20)
        let vectors = encoder.vectors([[101, 2_000, 102], [101, 5, 6, 7, 8, 102], [101, 2_000, 102]])
        #expect(vectors[0] == vectors[2] && vectors[0] != vectors[1])
        for vector in vectors {
            #expect(vector.allSatisfy { $0.isFinite })
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
    }

    @Test func aLastTokenSeesTheFirstAndBack() throws {
        var small = Self.gteLarge
        (small.layers, small.hiddenSize, small.heads, small.intermediateSize) = (2, 64, 4, 96)
        let pool = WorkerPool(threads: 2)
        for pooling in BertDescription.Pooling.allCases {
            small.pooling = pooling
            let encoder = BertEncoder(
                weights: try BertWeights(RandomBertWeights(small), format: .f32, on: pool), on: pool)
            let tokens = (0..<200).map { Int32($0 * 7 % 1000) }
            let vectors = encoder.vectors([tokens, Array(tokens.dropLast()) + [999], [1] + tokens.dropFirst()])
            #expect(Set(vectors).count == 3)
        }
    }

    @Test(arguments: [
        ("\"hidden_size\": 32", "\"hidden_size\": 96", "not [86, 96]"), ("\"gelu\"", "\"relu\"", "activation 'relu'"),
        ("\"num_attention_heads\": 2", "\"num_attention_heads\": 4", "no multiple of 16"),
        ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "encoder.layer.2"),
        ("\"absolute\"", "\"relative_key\"", "positions 'relative_key'"),
    ])
    func refuses(text: String, replacement: String, message: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: TestFiles.fixture("tiny-bert"), to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let config = folder.appendingPathComponent("config.json")
        let changed = try String(contentsOf: config, encoding: .utf8).replacingOccurrences(of: text, with: replacement)
        try Data(changed.utf8).write(to: config)
        #expect {
            _ = try BertFile.open(path: folder.path)
        } throws: {
            "\($0)".contains(message)
        }
    }
}

/// GTE-Qwen2's recipe on the real decoder's weights.
@Suite(.enabled(if: TestFiles.model != nil, "the model is missing: make model"))
struct Qwen2EncoderTests {
    @Test(arguments: ["causal", "bidirectional"]) func isThatOfTransformers(kind: String) throws {
        let file = try ModelFile.open(path: #require(TestFiles.model))
        let pool = WorkerPool(threads: 2)
        let encoder = Qwen2Encoder(
            weights: try Qwen2Weights(file, format: .f32, on: pool), isCausal: kind == "causal", on: pool)
        let fixtures = try EncoderFixture.all(kind)
        #expect(fixtures.count >= 2)
        for (fixture, vector) in zip(fixtures, encoder.vectors(fixtures.map(\.tokens))) {
            #expect(fixture.cosine(vector) > 0.9999, "\(fixture.text)")
        }
    }
}
