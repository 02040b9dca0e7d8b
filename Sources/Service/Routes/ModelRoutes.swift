import Assembly
import Documents
import HTTPServer
import HTTPTypes
import Inference
import OrderedCollections

/// `GET /v1/models` and `GET /v1/models/{model}`: the model that answers, the encoder if there is one,
/// and the model with each of its adapters.
struct ModelRoutes: Sendable {
    let engine: Engine
    let embedding: LoadedEmbedder
    /// When the server started, in seconds since 1970.
    let started: Int

    func register(in table: inout RouteTable) {
        table.on(.get, "/v1/models", .call) { _ in .json(["object": "list", "data": .array(models)]) }
        table.on(.get, "/v1/models/{model}", .call) { request in
            let name = request.parameters["model"] ?? ""
            guard let model = models.first(where: { $0["id"]?.stringValue == name }) else {
                let known = models.compactMap { $0["id"]?.stringValue }.joined(separator: ", ")
                throw OpenAIError.unknownModel(name, known: known)
            }
            return .json(model)
        }
    }

    private var models: [JSONValue] {
        var models = [model(engine.modelName, tokens: engine.contextLength)]
        if case .ready(let embedder) = embedding {
            models.append(model(embedder.modelName, tokens: embedder.maximumTokens))
        }
        for name in engine.adapters.names {
            models.append(model("\(engine.modelName):\(name)", tokens: engine.contextLength, parent: engine.modelName))
        }
        return models
    }

    /// - Parameter parent: the model that it is an adapter of; as vLLM says it.
    private func model(_ name: String, tokens: Int, parent: String? = nil) -> JSONValue {
        var members: JSONObject = [
            "id": .string(name), "object": "model", "created": .integer(started), "owned_by": "kinglet",
            "max_model_len": .integer(tokens),
        ]
        members["parent"] = parent.map { .string($0) }
        return .object(members)
    }
}
