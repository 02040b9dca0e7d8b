import Assembly
import Documents
import Foundation
import HTTPServer
import HTTPTypes
import Inference

/// `POST /v1/embeddings`, as OpenAI's API has it.
struct EmbeddingRoutes: Sendable {
    let embedding: LoadedEmbedder
    /// Of a call, now: settings are reloaded.
    let maxWait: @Sendable () -> Duration?

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/embeddings", .call) { body, request in try await answer(body, request.context.account) }
    }

    private func answer(_ body: JSONValue, _ account: Account) async throws -> ServerResponse {
        let embedder: Embedder
        switch embedding {
        case .ready(let ready): embedder = ready
        case .missing(let reason): return Self.noEncoder("there is no encoder: \(reason), then start again")
        case .off:
            return Self.noEncoder("this server runs without an encoder (embedding.model is none); name one there")
        }
        let request = try EmbeddingRequest(body, width: embedder.dimensions)
        if let model = request.model, model != embedder.modelName {
            return .error(
                .notFound, code: "model_not_found",
                message: "there is no encoder \"\(model)\"; this server has \(embedder.modelName)", param: "model")
        }
        var result =
            switch request.input {
            case .texts(let texts): try await embedder.embed(texts, isQuery: request.isQuery, maxWait: maxWait())
            case .tokens(let tokens): try await embedder.embed(tokens: tokens, maxWait: maxWait())
            }
        var usage = Usage()
        usage.promptTokens = result.tokens
        account.add(usage)
        if let dimensions = request.dimensions { result = result.shortened(to: dimensions) }
        return .json(bytes: Self.body(result, embedder.modelName, isBase64: request.isBase64))
    }

    private static func noEncoder(_ message: String) -> ServerResponse {
        .error(.serviceUnavailable, code: "no_encoder", message: message)
    }

    /// Written by hand: a number is the shortest text that reads back as the same f32, where a JSON value would be a
    /// double of twice the length.
    private static func body(_ result: EmbeddingResult, _ model: String, isBase64: Bool) -> [UInt8] {
        var bytes: [UInt8] = Array(#"{"object":"list","data":["#.utf8)
        bytes.reserveCapacity(result.vectors.count * (isBase64 ? 6 : 13) + 256)
        for (index, start) in stride(from: 0, to: result.vectors.count, by: result.dimensions).enumerated() {
            let vector = result.vectors[start..<start + result.dimensions]
            bytes += (index == 0 ? "" : ",").utf8
            bytes += #"{"object":"embedding","index":\#(index),"embedding":"#.utf8
            if isBase64 {
                let data = vector.withUnsafeBytes { Data($0) }
                bytes.append(UInt8(ascii: "\""))
                bytes += data.base64EncodedData()
                bytes.append(UInt8(ascii: "\""))
            } else {
                for (place, number) in vector.enumerated() {
                    bytes.append(UInt8(ascii: place == 0 ? "[" : ","))
                    bytes += number.description.utf8
                }
                bytes.append(UInt8(ascii: "]"))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        let usage: JSONValue = ["prompt_tokens": .integer(result.tokens), "total_tokens": .integer(result.tokens)]
        bytes += #"],"model":\#(JSONValue.string(model).text()),"usage":\#(usage.text())}"#.utf8
        return bytes
    }
}

extension EmbeddingResult {
    /// The first numbers of each vector, at length 1 again.
    func shortened(to count: Int) -> EmbeddingResult {
        guard count < dimensions else { return self }
        var shorter: [Float] = []
        for start in stride(from: 0, to: vectors.count, by: dimensions) {
            let kept = vectors[start..<start + count]
            let length = kept.reduce(0) { $0 + $1 * $1 }.squareRoot()
            shorter += kept.map { length > 0 ? $0 / length : 0 }
        }
        return EmbeddingResult(vectors: shorter, dimensions: count, tokens: tokens)
    }
}
