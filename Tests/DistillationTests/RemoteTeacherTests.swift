import Documents
import Foundation
import OrderedCollections
import TestSupport
import Testing
import Training

import Distillation

@Suite struct RemoteTeacherTests {
    private static func samples() throws -> [TrainingSample] {
        [
            try TrainingSample(prompt: [1, 2, 3], completion: [4, 5], place: "t"),
            try TrainingSample(prompt: [6], completion: [7], place: "t"),
        ]
    }

    private static func base64(_ words: [UInt32]) -> String {
        Data(words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
            .base64EncodedString()
    }

    /// As numpy writes arrays of two samples, two tokens, two of the most likely; the second sample is filled up.
    private static let binary: String = {
        let nothing = -Float.infinity
        let logprobs: [Float] = [-0.5, -1.5, -0.25, nothing, -0.125, -2.5, nothing, nothing]
        let ids: [UInt32] = [4, 9, 5, 0, 7, 8, 0, 0]
        return """
            {"shape": [2, 2, 2], "completion_lengths": [2, 1], "logprobs_b64": "\(base64(logprobs.map(\.bitPattern)))",
             "token_ids_b64": "\(base64(ids))", "actual_logprobs_b64": "", "actual_token_ids_b64": ""}
            """
    }()
    private static let listed = """
        {"logprobs": [[[-0.5, -1.5], [-0.25, null]], [[-0.125, -2.5]]], "logprob_token_ids": [[[4, 9], [5, 0]], [[7, 8]]]}
        """

    @Test("both forms say the same", arguments: [binary, listed]) func reads(_ body: String) async throws {
        let server = try ScriptedServer { _ in .json(body) }
        let teacher = try RemoteTeacher("http://127.0.0.1:\(server.port)/", key: "secret")
        let answers = try await teacher.answers(to: Self.samples(), top: 2)
        #expect(answers.map { $0.map(\.ids) } == [[[4, 9], [5]], [[7, 8]]])
        #expect(answers[0][0].logprobs == [-0.5, -1.5] && answers[1][0].logprobs == [-0.125, -2.5])
        // What two do not have, the others have.
        let rest = 1 - exp(-0.5) - exp(-1.5)
        #expect(abs(exp(Double(answers[0][0].rest)) - rest) < 1e-6)
        #expect(teacher.record == ["teacher": .string("http://127.0.0.1:\(server.port)")])
    }

    @Test func asksAsTheServersUnderstand() async throws {
        let server = try ScriptedServer { request in
            #expect(request.route == "/get_sequence_logprobs/" && request.method == "POST")
            #expect(request.field("authorization") == "Bearer secret")
            let body = try? JSONValue(parsing: request.text)
            #expect(body?["sequences"] == [[1, 2, 3, 4, 5], [6, 7]])
            #expect(body?["prompt_lengths"] == [3, 1] && body?["top_logprobs"] == 2)
            #expect(body?["temperature"]?.doubleValue == 1 && body?["response_format"] == "binary")
            return .json(Self.binary)
        }
        let teacher = try RemoteTeacher("http://127.0.0.1:\(server.port)", key: "secret")
        _ = try await teacher.answers(to: Self.samples(), top: 2)
    }

    @Test func asksAgainWhatMayPass() async throws {
        let server = try ScriptedServer { request in
            switch request.number {
            case 0: .json(#"{"error": {"message": "busy"}}"#, status: "429 Too Many Requests")
            case 1: .silence
            case 2: .json("{}", status: "503 Service Unavailable")
            default: .json(Self.binary)
            }
        }
        let teacher = try RemoteTeacher("http://127.0.0.1:\(server.port)", pause: .milliseconds(1))
        #expect(try await teacher.answers(to: Self.samples(), top: 2).count == 2)
    }

    /// status, body, and what is said
    static let refused: [(String, String, String)] = [
        (
            "400 Bad Request", #"{"error": {"message": "top_logprobs is too large"}}"#,
            "answered 400: top_logprobs is too large"
        ),
        ("404 Not Found", #"{"detail": "Not Found"}"#, "answered 404: Not Found"),
        ("200 OK", "hello", "it is no JSON"), ("200 OK", "{}", "neither logprobs_b64 nor logprobs"),
        ("200 OK", #"{"logprobs": [[]], "logprob_token_ids": []}"#, "neither"),
        ("200 OK", #"{"logprobs": [[], []], "logprob_token_ids": [[], []]}"#, "[0, 0] tokens of completions of [2, 1]"),
        (
            "200 OK", #"{"logprobs": [[[null], [-1]], [[-1]]], "logprob_token_ids": [[[1], [2]], [[3]]]}"#,
            "a token has no"
        ),
        (
            "200 OK", #"{"logprobs": [[[-1, -2], [-1]], [[-1]]], "logprob_token_ids": [[[1], [2]], [[3]]]}"#,
            "different lengths"
        ),
        (
            "200 OK", #"{"logprobs": [[[2.5], [-1]], [[-1]]], "logprob_token_ids": [[[1], [2]], [[3]]]}"#,
            "a token has no"
        ),
        ("200 OK", #"{"logprobs_b64": "AAAA", "shape": [2, 2, 2]}"#, "its shape does not fit"),
        (
            "200 OK",
            #"{"logprobs_b64": "", "token_ids_b64": "", "shape": [1099511627776, 1, 1], "completion_lengths": []}"#,
            "its shape does not fit"
        ),
    ]
    @Test(arguments: refused) func says(_ status: String, _ body: String, expected: String) async throws {
        let server = try ScriptedServer { _ in .json(body, status: status) }
        let teacher = try RemoteTeacher("http://127.0.0.1:\(server.port)", pause: .milliseconds(1))
        let error = await #expect(throws: TeacherError.self) { try await teacher.answers(to: Self.samples(), top: 2) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(expected) && text.contains("127.0.0.1") && !text.contains("\n"), "\(text)")
    }

    @Test(arguments: ["", "localhost:8000", "ftp://a", "http://", "file:///etc"]) func noAddress(_ text: String) {
        #expect(throws: TeacherError.self) { try RemoteTeacher(text) }
    }
}
