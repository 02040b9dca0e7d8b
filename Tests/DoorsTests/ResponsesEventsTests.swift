import Documents
import Doors
import Inference
import OrderedCollections
import Service
import Testing

/// The order and the numbers of a streamed response's events.
@Suite struct ResponsesEventsTests {
    static let answer = ResponsesAnswer(requestID: "r", model: "m", echo: ["tools": []])
    static let begun = ["response.created", "response.in_progress"]

    /// A result: a text, or calls by name and arguments.
    static func result(
        _ text: String?, _ calls: [(String, String)] = [], finish: FinishReason = .stop
    ) -> ChatAnswering.Result {
        var result = ChatAnswering.Result()
        (result.text, result.finish) = (text, finish)
        result.calls = calls.enumerated().map { .init(id: "call_\($0)", name: $1.0, arguments: $1.1) }
        return result
    }

    /// Told, and then finished with a result that fits.
    static func events(_ result: ChatAnswering.Result, pieces: [String] = []) -> [ResponsesEvents.Event] {
        var events = ResponsesEvents(answer), all: [ResponsesEvents.Event] = []
        for piece in pieces { all += events.tell(.text(piece), logprobs: [["token": .string(piece)]]) }
        for (index, call) in result.calls.enumerated() {
            all += events.tell(.call(index: index, .init(id: call.id, name: call.name, arguments: "")))
            all += events.tell(.arguments(index: index, call.arguments))
        }
        return all + events.finish(result)
    }

    static let text = [
        "response.output_text.done", "response.content_part.done", "response.output_item.done",
    ]
    static let call = [
        "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done",
        "response.output_item.done",
    ]
    static let opened = ["response.output_item.added", "response.content_part.added"]
    static let delta = ["response.output_text.delta"]

    @Test func eventsComeInOrder() {
        let table: [([ResponsesEvents.Event], [String])] = [
            (
                Self.events(Self.result("ab"), pieces: ["a", "b"]),
                Self.begun + Self.opened + Self.delta + Self.delta + Self.text + ["response.completed"]
            ),
            (Self.events(Self.result("")), Self.begun + Self.opened + Self.text + ["response.completed"]),
            (
                Self.events(Self.result("a", finish: .length), pieces: ["a"]),
                Self.begun + Self.opened + Self.delta + Self.text + ["response.incomplete"]
            ), (Self.events(Self.result(nil, [("f", "{}")])), Self.begun + Self.call + ["response.completed"]),
            (
                Self.events(Self.result(nil, [("f", "{}"), ("g", "{}"), ("f", "{}")], finish: .length)),
                Self.begun + Self.call + Self.call + Self.call + ["response.completed"]
            ),
        ]
        for (events, names) in table {
            #expect(events.map(\.name) == names)
            #expect(events.map(\.data).compactMap { $0["sequence_number"]?.intValue } == Array(0..<events.count))
            #expect(events.allSatisfy { $0.data["type"] == .string($0.name) })
        }
    }

    @Test func aTextIsWhatItsPiecesSay() throws {
        let events = Self.events(Self.result("αβγ"), pieces: ["α", "β", "γ"])
        let deltas = events.filter { $0.name == "response.output_text.delta" }
        #expect(deltas.compactMap { $0.data["delta"]?.stringValue }.joined() == "αβγ")
        #expect(deltas.allSatisfy { $0.data["item_id"] == "msg_r" && $0.data["content_index"] == 0 })
        let done = try #require(events.first { $0.name == "response.output_text.done" }?.data)
        #expect(done["text"] == "αβγ" && done["logprobs"]?.arrayValue?.count == 3 && done["output_index"] == 0)
        let last = try #require(events.last?.data["response"])
        #expect(last["status"] == "completed" && last["id"] == "resp_r" && last["tools"] == [])
        #expect(
            last["output"]?.arrayValue?.first == events.first { $0.name == "response.output_item.done" }?.data["item"])
        #expect(last == Self.finished(last, Self.result("αβγ"), done["logprobs"] ?? .null))
    }

    /// A whole answer has what a stream's last event has, but for the time.
    private static func finished(_ like: JSONValue, _ result: ChatAnswering.Result, _ logprobs: JSONValue) -> JSONValue
    {
        var whole = answer.object(of: result, logprobs: logprobs).objectValue ?? [:]
        whole["completed_at"] = like["completed_at"]
        return .object(whole)
    }

    @Test func callsAreItemsOfTheirOwn() throws {
        let result = Self.result(nil, [("f", #"{"x": 1}"#), ("g", "{}")])
        let events = Self.events(result)
        let added = events.filter { $0.name == "response.output_item.added" }.map(\.data)
        #expect(added.compactMap { $0["output_index"]?.intValue } == [0, 1])
        #expect(added.allSatisfy { $0["item"]?["arguments"] == "" && $0["item"]?["status"] == "in_progress" })
        let done = events.filter { $0.name == "response.function_call_arguments.done" }.map(\.data)
        #expect(
            done.map { $0["arguments"] } == [#"{"x": 1}"#, "{}"] && done.map { $0["item_id"] } == ["fc_0", "fc_1"])
        let last = try #require(events.last?.data["response"])
        #expect(last["output"]?.arrayValue?.map { $0["call_id"] } == ["call_0", "call_1"])
        #expect(last == Self.finished(last, result, .null))
    }

    @Test func whatBreaksOffSaysSoLast() throws {
        var events = ResponsesEvents(Self.answer)
        #expect(!events.hasBegun)
        _ = events.tell(.text("a"))
        #expect(events.hasBegun)
        let last = events.fail("too late")
        #expect(last.map(\.name) == ["response.failed"])
        let response = try #require(last.first?.data["response"])
        #expect(response["status"] == "failed" && response["error"] == ["code": "server_error", "message": "too late"])
        #expect(response["usage"] == .null && response["completed_at"] == .null)
    }
}
