import Documents
import Service
import ServiceTestSupport
import Testing

/// `POST /v1/completions`: prompts, streams, every refusal.
@Suite struct CompletionRoutesTests {
    static let refusals: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "prompt"), (#"{"prompt": []}"#, 400, "wrong_type", "prompt"),
        (#"{"prompt": [[97], 5]}"#, 400, "wrong_type", "prompt"), (#"{"prompt": ""}"#, 400, "invalid_value", "prompt"),
        (#"{"prompt": [99999]}"#, 400, "invalid_value", "prompt"),
        (#"{"prompt": ["a", 5]}"#, 400, "wrong_type", "prompt"),
        (#"{"prompt": "a", "model": "other"}"#, 404, "model_not_found", "model"),
        (#"{"prompt": "a", "max_tokens": 0}"#, 400, "invalid_value", "max_tokens"),
        (#"{"prompt": "a", "temperature": 11}"#, 400, "invalid_value", "temperature"),
        (#"{"prompt": "a", "top_p": 2}"#, 400, "invalid_value", "top_p"),
        (#"{"prompt": "a", "stop": [""]}"#, 400, "wrong_type", "stop"),
        (#"{"prompt": "a", "stream": 1}"#, 400, "wrong_type", "stream"),
        (#"{"prompt": "a", "logit_bias": {"x": 1}}"#, 400, "invalid_value", "logit_bias.x"),
    ]
    @Test func refuses() async throws { try await RouteTables.check(Self.refusals, post: "/v1/completions") }

    /// Prompts in every form, and how many answers they have.
    static let forms: [(String, Int)] = [
        (#""ab""#, 1), (#"[97, 98]"#, 1), (#"["ab", "cd"]"#, 2), (#"[[97], [98, 99], [97]]"#, 3), (#"["a", [98]]"#, 2),
    ]
    @Test func promptsComeInManyForms() async throws {
        let server = try await TinyServer()
        for (prompt, count) in Self.forms {
            for several in [1, 2] {
                let body =
                    #"{"prompt": \#(prompt), "n": \#(several), "max_tokens": 2, "ignore_eos": true, "logprobs": 1}"#
                let answer = try await server.ask("POST", "/v1/completions", body: body)
                let choices = answer.json["choices"]?.arrayValue ?? []
                #expect(choices.count == count * several, "\(prompt) \(answer.text)")
                #expect(choices.compactMap { $0["index"]?.intValue } == Array(0..<count * several))
                #expect(choices.allSatisfy { $0["logprobs"]?["tokens"]?.arrayValue?.count == 2 }, "\(answer.text)")
                #expect(answer.json["usage"]?["completion_tokens"] == .integer(2 * count * several))
            }
        }
        await server.running.stop()
    }

    /// A stream says what the whole answer says, and ends with the usage that was asked for.
    @Test(arguments: [1, 3]) func aStreamSaysTheSame(several: Int) async throws {
        let server = try await TinyServer()
        let body = #""prompt": "x", "n": \#(several), "max_tokens": 4, "ignore_eos": true, "temperature": 0"#
        let whole = try await server.ask("POST", "/v1/completions", body: "{\(body)}")
        let stream = try await server.ask(
            "POST", "/v1/completions", body: #"{\#(body), "stream": true, "stream_options": {"include_usage": true}}"#)
        let lines = stream.text.replacing("\r\n", with: "\n").split(separator: "\n").filter { $0.hasPrefix("data: ") }
        #expect(lines.last == "data: [DONE]", "\(stream.text)")
        let events = lines.compactMap { try? JSONValue(parsing: String($0.dropFirst(6))) }
        for index in 0..<several {
            let text = events.compactMap { $0["choices"]?.arrayValue?.first }
                .filter { $0["index"] == .integer(index) }.compactMap { $0["text"]?.stringValue }.joined()
            #expect(text == whole.json["choices"]?.arrayValue?[index]["text"]?.stringValue)
        }
        #expect(
            events.last?["usage"] == whole.json["usage"]
                || events.last?["usage"]?["completion_tokens"] == .integer(4 * several))
        await server.running.stop()
    }
}
