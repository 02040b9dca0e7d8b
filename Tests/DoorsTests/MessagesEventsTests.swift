import Documents
import Doors
import Inference
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// The order of a streamed message's events, and what they come to.
@Suite struct MessagesEventsTests {
    static let begun = ["message_start", "ping"], ended = ["message_delta", "message_stop"]
    static let delta = ["content_block_delta"]
    static func block(_ count: Int) -> [String] {
        ["content_block_start"] + Array(repeating: delta, count: count).flatMap { $0 } + ["content_block_stop"]
    }

    static func usage(_ prompt: Int, _ cached: Int, _ completion: Int = 0) -> Usage {
        var usage = Usage()
        (usage.promptTokens, usage.cachedTokens, usage.completionTokens) = (prompt, cached, completion)
        return usage
    }

    static func events(_ result: ChatAnswering.Result, pieces: [String] = []) async throws -> [MessagesEvents.Event] {
        var events = MessagesEvents(MessagesAnswer(requestID: "r", model: "m"))
        #expect(!events.hasBegun)
        var all = events.begin(usage(10, 4))
        #expect(events.hasBegun && events.begin(usage(1, 1)).isEmpty)
        for piece in pieces { all += events.tell(.text(piece)) }
        for (index, call) in result.calls.enumerated() {
            all += events.tell(.call(index: index, .init(id: call.id, name: call.name, arguments: "")))
            all += events.tell(.arguments(index: index, call.arguments))
        }
        var result = result
        result.usage = usage(10, 4, 6)
        return all + events.finish(result, try await end(result))
    }

    static func end(_ result: ChatAnswering.Result, stop: [String] = []) async throws -> MessagesAnswer.End {
        let server = try await TinyServer()
        let end = MessagesAnswer.End(result, stop: stop, server.running.engine.tokenizer)
        await server.running.stop()
        return end
    }

    static func result(_ text: String?, _ calls: [(String, String)] = []) -> ChatAnswering.Result {
        ResponsesEventsTests.result(text, calls)
    }

    @Test func eventsComeInOrder() async throws {
        let table: [([MessagesEvents.Event], [String])] = [
            (try await Self.events(Self.result("ab"), pieces: ["a", "b"]), Self.begun + Self.block(2) + Self.ended),
            (try await Self.events(Self.result("")), Self.begun + Self.block(0) + Self.ended),
            (
                try await Self.events(Self.result(nil, [("f", "{}"), ("g", "{}")])),
                Self.begun + Self.block(1) + Self.block(1) + Self.ended
            ),
        ]
        for (events, names) in table {
            #expect(events.map(\.name) == names)
            #expect(events.allSatisfy { $0.data["type"] == .string($0.name) })
            let blocks = events.filter { $0.name.hasPrefix("content_block") }
            #expect(blocks.allSatisfy { $0.data["index"] != nil })
            #expect(
                blocks.filter { $0.name.hasSuffix("start") }.compactMap { $0.data["index"]?.intValue }.sorted()
                    == Array(0..<blocks.filter { $0.name.hasSuffix("start") }.count))
        }
    }

    @Test func theyComeToTheWholeMessage() async throws {
        let events = try await Self.events(Self.result("αβγ"), pieces: ["α", "β", "γ"])
        let start = try #require(events.first?.data["message"])
        #expect(start["id"] == "msg_r" && start["content"] == [] && start["stop_reason"] == .null)
        #expect(start["usage"]?["input_tokens"] == 6 && start["usage"]?["cache_read_input_tokens"] == 4)
        #expect(start["usage"]?["output_tokens"] == 0)
        let deltas = events.filter { $0.name == "content_block_delta" }.map { $0.data["delta"] }
        #expect(deltas.allSatisfy { $0?["type"] == "text_delta" })
        #expect(deltas.compactMap { $0?["text"]?.stringValue }.joined() == "αβγ")
        let delta = try #require(events.dropLast().last?.data)
        #expect(delta["delta"] == ["stop_reason": "end_turn", "stop_sequence": nil])
        #expect(delta["usage"]?["output_tokens"] == 6 && delta["usage"]?["input_tokens"] == 6)
    }

    @Test func callsAreBlocksOfTheirOwn() async throws {
        let result = Self.result(nil, [("f", #"{"x": 1}"#), ("g", "{}")])
        let events = try await Self.events(result)
        let opened = events.filter { $0.name == "content_block_start" }.compactMap { $0.data["content_block"] }
        #expect(opened.map { $0["name"] } == ["f", "g"] && opened.map { $0["id"] } == ["toolu_0", "toolu_1"])
        #expect(opened.allSatisfy { $0["type"] == "tool_use" && $0["input"] == [:] })
        let deltas = events.filter { $0.name == "content_block_delta" }.map { $0.data["delta"] }
        #expect(deltas.map { $0?["partial_json"] } == [#"{"x": 1}"#, "{}"])
        #expect(events.dropLast().last?.data["delta"]?["stop_reason"] == "tool_use")
        let whole = MessagesAnswer(requestID: "r", model: "m").object(of: result, try await Self.end(result))
        let content = whole["content"]?.arrayValue ?? []
        #expect(content.map { $0["input"] } == [["x": 1], [:]] && content.map { $0["id"] } == opened.map { $0["id"] })
        #expect(whole["stop_reason"] == "tool_use" && whole["type"] == "message" && whole["role"] == "assistant")
    }

    /// What was written, the answer's text, how it ended, and what is said of that.
    static let ends: [(written: String, text: String?, FinishReason, reason: String, sequence: String?)] = [
        ("ab", "ab", .stop, "end_turn", nil), ("ab", "ab", .length, "max_tokens", nil),
        ("ab", "ab", .grammar, "end_turn", nil), ("abc", "ab", .stop, "stop_sequence", "c"),
        ("abxy", "ab", .stop, "stop_sequence", "xy"), ("xyz", "", .stop, "stop_sequence", "xy"),
        ("灯c", "灯", .stop, "stop_sequence", "c"), ("abc", "ab", .length, "max_tokens", nil),
        ("{}", nil, .stop, "tool_use", nil), ("{}", nil, .length, "tool_use", nil),
    ]

    @Test func whyItEnded() async throws {
        for (written, text, finish, reason, sequence) in Self.ends {
            var result = Self.result(text)
            result.finish = finish
            // The special token between has no bytes in the text.
            result.tokens =
                [257].map { GeneratedToken(id: $0, bytes: []) }
                + written.utf8.map { GeneratedToken(id: Int32($0), bytes: [$0]) }
            if sequence == nil { result.tokens.append(GeneratedToken(id: 257, bytes: [])) }
            let end = try await Self.end(result, stop: ["c", "xy"])
            #expect(end.reason == reason && end.sequence == sequence, "\(written)")
        }
    }
}
