import Documents
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// `POST /v1/adapt`: every shape, every refusal.
@Suite struct AdaptRoutesTests {
    private static let call =
        #""calls": [{"function": "lights_off", "parameters": {"room": "bath"}, "confidence": 0.5}]"#

    static let answers = [
        #"{"adapter": "dis", "query": "lights off", \#(call)}"#, #"{"adapter": "dis", "outcome": "request_unclear"}"#,
        #"{"adapter": "rasa", "outcome": "no_appropriate_function", "confidence": 1}"#,
        #"{"adapter": "luis", "pool": "tiny", "locale": "en-US", "id": "x", \#(call)}"#,
        #"{"adapter": "alexa", "query": null, \#(call)}"#, #"{"adapter": "dialogflow", "outcome": "call", \#(call)}"#,
    ]
    @Test func everyShapeHasItsFrame() async throws {
        let server = try await TinyServer()
        for body in Self.answers {
            let answer = try await server.ask("POST", "/v1/adapt", body: body)
            #expect(answer.status == 200 && answer.json["object"] == "adaptation", "\(body): \(answer.text)")
            #expect(answer.json["legacy"]?.objectValue?.isEmpty == false, "\(body): \(answer.text)")
        }
        await server.running.stop()
    }

    static let refusals: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "adapter"), (#"{"adapter": 5}"#, 400, "wrong_type", "adapter"),
        (#"{"adapter": "nothing", \#(call)}"#, 400, "unknown_adapter", "adapter"),
        (#"{"adapter": "dis", "pool": "nowhere", \#(call)}"#, 400, "unknown_pool", "pool"),
        (#"{"adapter": "dis", "outcome": "perhaps"}"#, 400, "invalid_value", "outcome"),
        (#"{"adapter": "dis"}"#, 400, "invalid_value", "calls"),
        (#"{"adapter": "dis", "outcome": "request_unclear", \#(call)}"#, 400, "invalid_value", "calls"),
        (#"{"adapter": "dis", "confidence": 2, \#(call)}"#, 400, "invalid_value", "confidence"),
        (#"{"adapter": "dis", "calls": [5]}"#, 400, "wrong_type", "calls[0]"),
        (#"{"adapter": "dis", "calls": [{}]}"#, 400, "missing_field", "calls[0].function"),
        (
            #"{"adapter": "dis", "calls": [{"function": "f", "parameters": 5}]}"#, 400, "wrong_type",
            "calls[0].parameters"
        ),
        (
            #"{"adapter": "dis", "calls": [{"function": "f", "confidence": "x"}]}"#, 400, "wrong_type",
            "calls[0].confidence"
        ),
        (
            #"{"adapter": "dis", "calls": [\#(Array(repeating: #"{"function": "f"}"#, count: 17).joined(separator: ", "))]}"#,
            400, "invalid_value", "calls"
        ),
    ]
    @Test func refuses() async throws { try await RouteTables.check(Self.refusals, post: "/v1/adapt") }
}
