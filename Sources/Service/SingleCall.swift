import FunctionCalling
import OrderedJSON

/// One function call without a server.
public enum SingleCall {
    /// - Parameter body: as of `POST /v1/functioncall`.
    public static func answer(_ body: JSONValue, _ settings: Settings) async throws -> JSONValue {
        let request = try FunctionCallRequest(json: body)
        let catalog = try await CatalogLoader.load(settings)
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        let pipeline = try Pipeline(generator: model.engine, catalog: catalog, settings: settings.pipeline)
        return try await pipeline.run(request).json
    }
}
