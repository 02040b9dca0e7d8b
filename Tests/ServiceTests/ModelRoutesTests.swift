import Documents
import Service
import ServiceTestSupport
import Testing

/// `GET /v1/models`.
@Suite struct ModelRoutesTests {
    @Test func theModelIsListedAndFoundByItsName() async throws {
        let server = try await TinyServer()
        let list = try await server.ask("GET", "/v1/models")
        #expect(list.json["object"] == "list" && list.json["data"]?.arrayValue?.count == 1)
        let model = try await server.ask("GET", "/v1/models/tiny")
        #expect(model.json == list.json["data"]?.arrayValue?.first && model.json["max_model_len"] == 4096)
        let other = try await server.ask("GET", "/v1/models/other")
        #expect(other.status == 404 && other.code == "model_not_found" && other.param == "model", "\(other.text)")
        #expect(other.json["error"]?["message"]?.stringValue?.contains("tiny") == true)
        await server.running.stop()
    }
}
