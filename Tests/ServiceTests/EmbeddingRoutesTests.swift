import Assembly
import Documents
import Foundation
import Inference
import Models
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// `/v1/embeddings` on the tiny encoder of the model tests: 32 dimensions, texts cut at 24 tokens.
@Suite struct EmbeddingRoutesTests {
    private static func server() async throws -> TinyServer {
        let folder = TestFiles.repository.appendingPathComponent("Tests/ModelsTests/Fixtures/tiny-bert").path
        return try await TinyServer(
            embedding: .ready(try Embedder.load(path: folder, name: "tiny", format: .f32, threads: 1)))
    }

    private static func vectors(_ answer: TinyAnswer) -> [[Float]] {
        (answer.json["data"]?.arrayValue ?? []).map { item in
            if let text = item["embedding"]?.stringValue, let data = Data(base64Encoded: text) {
                return data.withUnsafeBytes { bytes in
                    (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
                }
            }
            return (item["embedding"]?.arrayValue ?? []).compactMap { $0.doubleValue.map(Float.init) }
        }
    }

    @Test func answersInOpenAIsForm() async throws {
        let server = try await Self.server()
        func ask(_ body: String) async throws -> TinyAnswer {
            let answer = try await server.ask("POST", "/v1/embeddings", body: body)
            #expect(answer.status == 200, "\(answer.text)")
            return answer
        }
        let one = try await ask(
            #"{"input": "lights 7", "model": "tiny", "user": "x", "normalize": true, "embedding_types": ["float"]}"#)
        #expect(one.json["object"]?.stringValue == "list" && one.json["model"]?.stringValue == "tiny")
        let vector = try #require(Self.vectors(one).first)
        #expect(vector.count == 32 && abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        #expect(one.json["usage"]?["prompt_tokens"]?.intValue == 5)  // [CLS] light ##s 7 [SEP]

        let several = try await ask(#"{"input": ["a", "lights 7"], "encoding_format": "base64"}"#)
        #expect(Self.vectors(several)[1] == vector)
        #expect(several.json["data"]?.arrayValue?.compactMap { $0["index"]?.intValue } == [0, 1])

        let short = Self.vectors(try await ask(#"{"input": "lights 7", "dimensions": 8}"#))[0]
        let length = vector[..<8].reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(zip(short, vector).allSatisfy { abs($0 - $1 / length) < 1e-6 } && short.count == 8)

        // The same text by its tokens, with and without the special ones.
        let tokens = try #require(Self.tokens(of: "light"))
        #expect(Self.vectors(try await ask(#"{"input": [\#(tokens)]}"#))[0].count == 32)
        let pair = Self.vectors(try await ask(#"{"input": [[\#(tokens)], [2, \#(tokens), 3]]}"#))
        #expect(pair.count == 2 && pair[0] == pair[1])
        _ = await server.running.stop()
    }

    /// The id of a word of the tiny vocabulary.
    private static func tokens(of word: String) -> Int? {
        let path = TestFiles.repository.appendingPathComponent("Tests/ModelsTests/Fixtures/tiny-bert/vocab.txt")
        return try? String(contentsOf: path, encoding: .utf8).split(separator: "\n").firstIndex { $0 == word }
    }

    static let refused: [(body: String, status: Int, param: String)] = [
        ("{}", 400, "input"), (#"{"input": []}"#, 400, "input"), (#"{"input": 5}"#, 400, "input"),
        (#"{"input": ["a", 5]}"#, 400, "input[1]"), (#"{"input": ["a", ""]}"#, 400, "input[1]"),
        (#"{"input": [[1], "a"]}"#, 400, "input[1]"), (#"{"input": [[1], []]}"#, 400, "input[1]"),
        (#"{"input": [1, 5000]}"#, 400, "input[0]"), (#"{"input": [[1], [-1]]}"#, 400, "input[1]"),
        (#"{"input": [\#((0..<60).map { _ in "7" }.joined(separator: ","))]}"#, 400, "input[0]"),
        (#"{"input": "a", "dimensions": 33}"#, 400, "dimensions"),
        (#"{"input": "a", "dimensions": 0}"#, 400, "dimensions"),
        (#"{"input": "a", "encoding_format": "int8"}"#, 400, "encoding_format"),
        (#"{"input": "a", "input_type": "passage"}"#, 400, "input_type"),
        (#"{"input": "a", "truncate_prompt_tokens": 5}"#, 400, "truncate_prompt_tokens"),
        (#"{"input": "a", "normalize": false}"#, 400, "normalize"),
        (#"{"input": "a", "output_dimension": 8}"#, 400, "output_dimension"),
        (#"{"input": "a", "embedding_types": ["int8"]}"#, 400, "embedding_types"),
        (#"{"input": "a", "extra_body": {"dimensions": 8}}"#, 400, "extra_body"),
        (#"{"input": "a", "model": "other"}"#, 404, "model"),
        (#"{"input": [\#((0..<2049).map { _ in "\"a\"" }.joined(separator: ","))]}"#, 400, "input"),
    ]

    @Test func refusesNamingTheField() async throws {
        let server = try await Self.server()
        for (body, status, param) in Self.refused {
            let answer = try await server.ask("POST", "/v1/embeddings", body: body)
            #expect(answer.status == status && answer.param == param, "\(body.prefix(80)): \(answer.text)")
        }
        _ = await server.running.stop()
    }

    @Test func withoutAnEncoderItSaysWhatToDo() async throws {
        let server = try await TinyServer(embedding: .missing("not here. Fetch it: kinglet pull all-minilm-l6-v2"))
        let answer = try await server.ask("POST", "/v1/embeddings", body: #"{"input": "a"}"#)
        #expect(answer.status == 503 && answer.code == "no_encoder" && answer.text.contains("kinglet pull"))
        _ = await server.running.stop()
    }
}
