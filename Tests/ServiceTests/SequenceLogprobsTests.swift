import Distillation
import Documents
import Foundation
import OrderedCollections
import Service
import ServiceTestSupport
import Testing
import Training

/// `POST /get_sequence_logprobs/` and `prompt_logprobs` of completions: what a trainer asks a teacher. The tiny model's logits are
/// 8 for `a` (97) and -id / 64 for all others, whatever stands before.
@Suite struct SequenceLogprobsTests {
    /// As the model has them, at a temperature.
    private static func logprobs(temperature: Double = 1) -> [Double] {
        let logits = (0..<258).map { ($0 == 97 ? 8 : -Double($0) / 64) / temperature }
        let sum = log(logits.reduce(0) { $0 + exp($1) })
        return logits.map { $0 - sum }
    }

    private static func numbers(_ value: JSONValue?) -> [Double] { (value?.arrayValue ?? []).compactMap(\.doubleValue) }

    @Test(arguments: [1, 0.5, 4]) func listsHaveTheModelsOwn(temperature: Double) async throws {
        let server = try await TinyServer()
        let body = """
            {"sequences": [[5, 6, 97, 7], [9, 97]], "prompt_lengths": [2, 1], "top_logprobs": 3, "temperature": \(temperature)}
            """
        let answer = try await server.ask("POST", "/get_sequence_logprobs/", body: body)
        #expect(answer.status == 200, "\(answer.text)")
        let expected = Self.logprobs(temperature: temperature)
        let ids = answer.json["logprob_token_ids"]?.arrayValue ?? []
        #expect(ids == [[[97, 0, 1], [97, 0, 1]], [[97, 0, 1]]])
        for row in (answer.json["logprobs"]?.arrayValue ?? []).flatMap({ $0.arrayValue ?? [] }) {
            for (value, id) in zip(Self.numbers(row), [97, 0, 1]) { #expect(abs(value - expected[id]) < 1e-5) }
        }
        await server.running.stop()
    }

    @Test func arraysSayTheSame() async throws {
        let server = try await TinyServer()
        let body = """
            {"sequences": [[5, 6, 97, 7], [9], [9, 97]], "prompt_lengths": [2, 1, 1], "top_logprobs": 2, "response_format": "binary"}
            """
        let answer = try await server.ask("POST", "/get_sequence_logprobs/", body: body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["shape"] == [3, 2, 2] && answer.json["completion_lengths"] == [2, 0, 1])
        func words(_ name: String) -> [UInt32] {
            let data = Data(base64Encoded: answer.json[name]?.stringValue ?? "") ?? Data()
            return data.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self) }
            }
        }
        let expected = Self.logprobs(), none = -Double.infinity
        let top = [expected[97], expected[0]], nothing = [none, none]
        let logprobs = words("logprobs_b64").map { Double(Float(bitPattern: $0)) }
        for (value, expected) in zip(logprobs, top + top + nothing + nothing + top + nothing) {
            #expect(value == expected || abs(value - expected) < 1e-5)
        }
        #expect(words("token_ids_b64") == [97, 0, 97, 0, 0, 0, 0, 0, 97, 0, 0, 0])
        let actual = words("actual_logprobs_b64").map { Double(Float(bitPattern: $0)) }
        for (value, expected) in zip(actual, [expected[97], expected[7], none, none, expected[97], none]) {
            #expect(value == expected || abs(value - expected) < 1e-5)
        }
        #expect(words("actual_token_ids_b64") == [97, 7, 0, 0, 97, 0])
        await server.running.stop()
    }

    @Test("a Kinglet is a teacher of `kinglet logits`") func teaches() async throws {
        let server = try await TinyServer()
        let samples = [
            try TrainingSample(prompt: [5, 6], completion: [97, 7], place: "t"),
            try TrainingSample(prompt: [9], completion: [97], place: "t"),
        ]
        let answers = try await RemoteTeacher("http://127.0.0.1:\(server.port)").answers(to: samples, top: 258)
        #expect(answers.map(\.count) == [2, 1])
        let expected = Self.logprobs()
        for token in answers.flatMap({ $0 }) {
            #expect(token.ids.count == 258 && token.ids[0] == 97)
            for (id, logprob) in zip(token.ids, token.logprobs) {
                #expect(abs(Double(logprob) - expected[Int(id)]) < 1e-5)
            }
        }
        await server.running.stop()
    }

    /// Token ids, joined by commas.
    private static func ids(_ count: Int) -> String { (0..<count).map { "\($0 % 250)" }.joined(separator: ",") }

    static let refused: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "sequences"), (#"{"sequences": []}"#, 400, "wrong_type", "sequences"),
        (#"{"sequences": 5}"#, 400, "wrong_type", "sequences"),
        (#"{"sequences": [5]}"#, 400, "wrong_type", "sequences[0]"),
        (#"{"sequences": [[]]}"#, 400, "wrong_type", "sequences[0]"),
        (#"{"sequences": [[1], [1, "a"]]}"#, 400, "wrong_type", "sequences[1]"),
        (#"{"sequences": [[1]]}"#, 400, "missing_field", "prompt_lengths"),
        (#"{"sequences": [[1]], "prompt_lengths": [1, 1]}"#, 400, "wrong_type", "prompt_lengths"),
        (#"{"sequences": [[1]], "prompt_lengths": [0]}"#, 400, "invalid_value", "prompt_lengths[0]"),
        (#"{"sequences": [[1]], "prompt_lengths": [2]}"#, 400, "invalid_value", "prompt_lengths[0]"),
        (#"{"sequences": [[1, 2]], "prompt_lengths": [1], "top_logprobs": 0}"#, 400, "invalid_value", "top_logprobs"),
        (
            #"{"sequences": [[1, 2]], "prompt_lengths": [1], "top_logprobs": 1001}"#, 400, "invalid_value",
            "top_logprobs"
        ),
        (#"{"sequences": [[1, 2]], "prompt_lengths": [1], "temperature": 0}"#, 400, "invalid_value", "temperature"),
        (
            #"{"sequences": [[1, 2]], "prompt_lengths": [1], "response_format": "x"}"#, 400, "invalid_value",
            "response_format"
        ),
        (
            "{\"sequences\": [[\(ids(4000))], [\(ids(900))]], \"prompt_lengths\": [1, 1], \"top_logprobs\": 1000}",
            400, "invalid_value", "sequences"
        ),
        // 3,255 tokens; as arrays each sequence would have 3,000 of them.
        (
            "{\"sequences\": [[\(ids(3001))]\(String(repeating: ", [1, 2]", count: 255))], \"prompt_lengths\": "
                + "[\(Array(repeating: "1", count: 256).joined(separator: ","))], \"top_logprobs\": 1000, "
                + "\"response_format\": \"binary\"}",
            400, "invalid_value", "sequences"
        ),
    ]
    @Test func refuses() async throws { try await RouteTables.check(Self.refused, post: "/get_sequence_logprobs/") }

    @Test func tokensThatTheModelHasNotAreRefused() async throws {
        let server = try await TinyServer()
        for sequence in ["[1, 9999]", "[9999]", "[9999, 1]", "[-1, 1]"] {
            let body = #"{"sequences": [[1], \#(sequence)], "prompt_lengths": [1, 1]}"#
            let answer = try await server.ask("POST", "/get_sequence_logprobs/", body: body)
            #expect(answer.status == 400 && answer.text.contains("sequences[1]["), "\(answer.text)")
        }
        await server.running.stop()
    }

    @Test("prompt_logprobs are vLLM's", arguments: [0, 1, 3]) func promptLogprobs(top: Int) async throws {
        let server = try await TinyServer()
        let body = """
            {"prompt": [[98, 97, 99], [98]], "max_tokens": 1, "n": 2, "temperature": 1.0, "prompt_logprobs": \(top)}
            """
        let answer = try await server.ask("POST", "/v1/completions", body: body)
        #expect(answer.status == 200, "\(answer.text)")
        let choices = answer.json["choices"]?.arrayValue ?? [], expected = Self.logprobs()
        #expect(choices.count == 4)
        #expect(choices[2]["prompt_logprobs"] == [.null] && choices[3]["prompt_logprobs"] == [.null])
        for choice in choices.prefix(2) {
            let places = choice["prompt_logprobs"]?.arrayValue ?? []
            #expect(places.count == 3 && places[0].isNull)
            for (place, token) in zip(places.dropFirst(), [97, 99]) {
                let members = place.objectValue ?? [:]
                let likely = [97, 0, 1].prefix(top) + [token]
                let ids: Set<String> = Set(likely.map { String($0) })
                #expect(Set(members.keys) == ids)
                for (id, entry) in members {
                    let id = try #require(Int(id))
                    #expect(abs(try #require(entry["logprob"]?.doubleValue) - expected[id]) < 1e-5)
                    // The most likely is 97, then come all others in the order of their ids.
                    #expect(entry["rank"] == .integer(id == 97 ? 1 : id < 97 ? id + 2 : id + 1))
                    #expect(entry["decoded_token"]?.stringValue == String(UnicodeScalar(UInt8(id))))
                }
            }
        }
        await server.running.stop()
    }

    static let badPrompts: [RouteTables.Refusal] = [
        (#"{"prompt": "a", "prompt_logprobs": -1}"#, 400, "invalid_value", "prompt_logprobs"),
        (#"{"prompt": "a", "prompt_logprobs": 1001}"#, 400, "invalid_value", "prompt_logprobs"),
        (#"{"prompt": "a", "prompt_logprobs": "1"}"#, 400, "wrong_type", "prompt_logprobs"),
        (#"{"prompt": "a", "prompt_logprobs": 1, "stream": true}"#, 400, "invalid_value", "prompt_logprobs"),
    ]
    @Test func refusesPrompts() async throws { try await RouteTables.check(Self.badPrompts, post: "/v1/completions") }
}
