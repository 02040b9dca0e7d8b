import Documents
import Service
import ServiceTestSupport
import Testing

/// Asks one route after the other what a table says, of one server.
enum RouteTables {
    typealias Refusal = (body: String, status: Int, code: String, param: String?)

    static func check(_ refusals: [Refusal], post path: String, _ flags: [String: String] = [:]) async throws {
        let server = try await TinyServer(flags)
        for (body, status, code, param) in refusals {
            let answer = try await server.ask("POST", path, body: body)
            #expect(answer.status == status && answer.code == code, "\(path) \(body): \(answer.text)")
            #expect(answer.param == param, "\(path) \(body): \(answer.text)")
            #expect(answer.json["error"]?["message"]?.stringValue?.isEmpty == false, "\(path) \(body)")
            #expect(answer.headers["content-type"] == "application/json", "\(path) \(body)")
        }
        await server.running.stop()
    }
}
