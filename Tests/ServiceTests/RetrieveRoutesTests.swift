import Documents
import Foundation
import Service
import ServiceTestSupport
import Testing

@Suite struct RetrieveRoutesTests {
    @Test func findsWithoutAskingTheModel() async throws {
        let server = try await TinyServer()
        let answer = try await server.ask(
            "POST", "/v1/retrieve", body: #"{"query": "lights off please", "top_k": 3, "retriever": "lexical"}"#)
        let json = answer.json
        #expect(answer.status == 200)
        #expect(json["candidates"]?.arrayValue?.first?["function"] == "lights_off")
        #expect(json["description"] == .null && json["timings"]?["retrieval_ms"]?.doubleValue != nil)
        await server.running.stop()
    }

    @Test(arguments: [
        (#"{"query": "x", "adapter": "dis"}"#, "unknown_field"), (#"{"pool": "tiny"}"#, "missing_field"),
        (#"{"query": "x", "retriever": "guess"}"#, "invalid_value"),
        (#"{"query": "x", "retriever": "hybrid"}"#, "unavailable_retriever"),
        (#"{"query": "x", "pool": "other"}"#, "unknown_pool"),
    ])
    func refuses(body: String, code: String) async throws {
        let server = try await TinyServer()
        let answer = try await server.ask("POST", "/v1/retrieve", body: body)
        let json = answer.json
        #expect((400..<500).contains(answer.status) && json["error"]?["code"]?.stringValue == code, "\(answer.text)")
        await server.running.stop()
    }
}
