import Documents
import Service
import ServiceTestSupport
import Testing

/// What chunks of streams say of tokens: `stream_options` of OpenAI, and vLLM's beside it.
@Suite struct StreamUsageTests {
    private static let routes = [
        ("/v1/completions", #""prompt": "xyz""#),
        ("/v1/chat/completions", #""messages": [{"role": "user", "content": "x"}]"#),
    ]

    /// Chunks of a stream; the last one has no answer in it where usage was asked for.
    private static func chunks(
        _ server: TinyServer, _ path: String, _ body: String, answers: Int, options: String
    ) async throws -> [JSONValue] {
        let text = #"{\#(body), "n": \#(answers), "max_tokens": 5, "ignore_eos": true, "stream": true\#(options)}"#
        let answer = try await server.ask("POST", path, body: text)
        #expect(answer.status == 200, "\(answer.text)")
        let lines = answer.text.replacing("\r\n", with: "\n").split(separator: "\n").filter { $0.hasPrefix("data: ") }
        #expect(lines.last == "data: [DONE]", "\(answer.text)")
        return try lines.dropLast().map { try JSONValue(parsing: String($0.dropFirst(6))) }
    }

    /// Options, and whether a chunk of an answer has the member `usage`.
    private static let rest = [
        ("", false), (#", "stream_options": {}"#, false),
        (#", "stream_options": {"include_usage": false, "continuous_usage_stats": true}"#, false),
        (#", "stream_options": {"continuous_usage_stats": true}"#, false),
        (#", "stream_options": {"include_usage": true}"#, true),
        (#", "stream_options": {"include_usage": true, "continuous_usage_stats": false}"#, true),
    ]
    @Test(arguments: rest.indices) func onlyAtTheEndOrNever(_ row: Int) async throws {
        let (options, hasMember) = Self.rest[row]
        let server = try await TinyServer()
        for (path, body) in Self.routes {
            let chunks = try await Self.chunks(server, path, body, answers: 1, options: options)
            let (answers, ends) = (chunks.filter { $0["choices"] != [] }, chunks.filter { $0["choices"] == [] })
            #expect(answers.allSatisfy { $0["usage"] == (hasMember ? JSONValue.null : nil) }, "\(path) \(options)")
            #expect(ends.count == (hasMember ? 1 : 0) && ends.allSatisfy { $0["usage"]?["completion_tokens"] == 5 })
        }
        await server.running.stop()
    }

    @Test("law: each chunk counts its answer's tokens up to it; the last one all of them", arguments: [1, 3])
    func throughout(answers: Int) async throws {
        let server = try await TinyServer()
        for (path, body) in Self.routes {
            let options = #", "stream_options": {"include_usage": true, "continuous_usage_stats": true}"#
            let chunks = try await Self.chunks(server, path, body, answers: answers, options: options)
            let end = try #require(chunks.last?["usage"])
            #expect(chunks.last?["choices"] == [] && end["completion_tokens"] == .integer(5 * answers))
            for index in 0..<answers {
                let mine = chunks.filter { $0["choices"]?.arrayValue?.first?["index"] == .integer(index) }
                let counts = mine.compactMap { $0["usage"]?["completion_tokens"]?.intValue }
                #expect(
                    counts.count == mine.count && counts == counts.sorted() && counts.last == 5, "\(path) \(counts)")
                #expect(Set(counts).count >= 5, "\(path) \(counts)")
                for chunk in mine {
                    let usage = try #require(chunk["usage"])
                    let sum = (usage["prompt_tokens"]?.intValue ?? -1) + (usage["completion_tokens"]?.intValue ?? -1)
                    #expect(usage["prompt_tokens"] == end["prompt_tokens"] && usage["total_tokens"] == .integer(sum))
                }
            }
        }
        await server.running.stop()
    }
}
