import Documents
import LoadTesting
import OrderedCollections
import TestSupport
import Testing

/// What counts as a good answer, whole or as a stream.
@Suite struct AnswerTests {
    static func workload(_ kind: Workload.Kind, streams: Bool = false) throws -> Workload {
        var workload = try Workload(name: "x", kind: kind, seed: 1)
        workload.streams = streams
        return workload
    }

    private static let calls = Workload.Kind.functionCall(queries: ["q"], pool: nil)
    private static let exact = Workload.Kind.tokens(shared: 4, fresh: 2, generated: 3)
    private static let chat = Workload.Kind.chat(queries: ["q"], tools: [], generated: 5)
    private static let usage = #""usage": {"prompt_tokens": 6, "completion_tokens": 3}"#

    /// Kind, status, body, and what is said of it; nil for a good one.
    static let answers: [(Workload.Kind, Int, String, String?)] = [
        (calls, 200, #"{"outcome": "call"}"#, nil), (calls, 201, #"{"outcome": "request_unclear"}"#, nil),
        (calls, 200, #"{"outcome": "no_appropriate_function"}"#, nil),
        (calls, 200, #"{"outcome": "maybe"}"#, "without an outcome"), (calls, 200, "{}", "without an outcome"),
        (calls, 200, "", "no JSON"), (calls, 200, "<html>", "no JSON"), (calls, 404, "gone", "HTTP 404: gone"),
        (calls, 503, #"{"error": {}}"#, "HTTP 503"), (calls, 0, "", "HTTP 0: "), (exact, 200, "{\(usage)}", nil),
        (exact, 200, "{}", "without usage"),
        (
            exact, 200, #"{"usage": {"prompt_tokens": 6, "completion_tokens": 2}}"#, "2 tokens generated, not 3"
        ),
        (exact, 200, #"{"usage": {"prompt_tokens": 7, "completion_tokens": 3}}"#, "7 prompt tokens counted, not 6"),
        (chat, 200, #"{"choices": [{}]}"#, nil), (chat, 200, #"{"choices": []}"#, "without choices"),
        (.text(queries: ["q"], generated: 1), 200, #"{"choices": [{"text": ""}]}"#, nil),
        (.text(queries: ["q"], generated: 1), 200, "{}", "without choices"),
        (.get(path: "/"), 200, "anything", nil), (.get(path: "/"), 304, "", "HTTP 304"),
    ]
    @Test(arguments: answers.indices) func wholeAnswers(_ row: Int) throws {
        let (kind, status, body, complaint) = Self.answers[row]
        let found = try Self.workload(kind).check(status: status, Array(body.utf8)).complaint
        #expect((found == nil) == (complaint == nil), "\(body): \(found ?? "-")")
        if let complaint { #expect(found?.contains(complaint) == true, "\(body): \(found ?? "-")") }
    }

    @Test func longBodiesAreCutInComplaints() throws {
        let body = Array(String(repeating: "x", count: 5000).utf8)
        let workload = try Self.workload(Self.calls)
        let complaint = try #require(workload.check(status: 500, body).complaint)
        #expect(complaint.utf8.count < 250 && complaint.hasPrefix("HTTP 500: xxx"))
    }

    /// Tokens in the names of OpenAI's routes, and in ours.
    static let counts: [(String, Int?, Int?, Int?)] = [
        (#"{"outcome": "call", "usage": {"prompt_tokens": 9, "cached_tokens": 4, "completion_tokens": 2}}"#, 9, 4, 2),
        (
            #"{"outcome": "call", "usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 5}}}"#, 9, 5,
            nil
        ),
        (#"{"outcome": "call"}"#, nil, nil, nil),
        (#"{"outcome": "call", "usage": {"prompt_tokens": "9"}}"#, nil, nil, nil),
    ]
    @Test(arguments: counts) func countsTokens(_ body: String, _ prompt: Int?, _ cached: Int?, _ made: Int?) throws {
        let workload = try Self.workload(Self.calls)
        let usage = try #require(workload.check(status: 200, Array(body.utf8)).usage)
        #expect(usage.promptTokens == prompt && usage.cachedTokens == cached && usage.completionTokens == made)
    }

    // MARK: Streams

    /// Kind, events, whether they are complete, what went wrong, events of tokens.
    static let streams: [(Workload.Kind, String, Bool, String?, Int)] = [
        (
            calls,
            "event: candidates\ndata: {}\n\nevent: delta\ndata: {}\n\nevent: done\ndata: {\"outcome\": \"call\"}\n\n",
            true, nil, 1
        ),
        (calls, "event: delta\r\ndata: {}\r\n\r\nevent: delta\r\ndata: {}\r\n\r\n", false, nil, 2),
        (calls, ": a comment\n\nevent:done\ndata:{\"outcome\":\"call\"}\n\n", true, nil, 0),
        (calls, "event: done\ndata: {\"outcome\":\ndata: \"call\"}\n\n", true, nil, 0),
        (calls, "event: error\ndata: {\"error\": {\"message\": \"too late\"}}\n\n", false, "too late", 0),
        (calls, "data: {oops\n\n", false, "an event is no JSON", 0),
        (
            chat,
            "data: {\"choices\": [{\"delta\": {\"role\": \"assistant\"}}]}\n\n"
                + "data: {\"choices\": [{\"delta\": {\"content\": \"a\"}}]}\n\n"
                + "data: {\"choices\": [{\"delta\": {\"content\": \"\"}}]}\n\ndata: [DONE]\n\n", true, nil, 1
        ),
        (chat, "data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 4}}\n\ndata: [DONE]\n\n", true, nil, 0),
        (
            exact, "data: {\"choices\": [{\"text\": \"a\"}]}\n\ndata: {\"choices\": [{\"text\": \"b\"}]}\n\n", false,
            nil, 2
        ),
        (calls, "event: done\ndata: {}", false, nil, 0), (calls, "", false, nil, 0), (calls, "\n\n\n", false, nil, 0),
    ]
    @Test(arguments: streams.indices) func readsEvents(_ row: Int) {
        let (kind, text, isComplete, error, tokens) = Self.streams[row]
        var answer = StreamedAnswer(kind)
        answer.take(Array(text.utf8)[...], at: 2)
        #expect(answer.isComplete == isComplete && answer.error == error, "\(text)")
        #expect((answer.firstToken != nil) == (tokens > 0) && answer.gaps.count == max(0, tokens - 1), "\(text)")
    }

    @Test("law: wherever a stream is cut, it reads the same", arguments: UInt64(0)..<8)
    func anyCuts(seed: UInt64) {
        var random = SeededGenerator(seed)
        for (kind, text, _, _, _) in Self.streams {
            var whole = StreamedAnswer(kind), cut = StreamedAnswer(kind)
            let bytes = Array(text.utf8)
            whole.take(bytes[...], at: 0)
            var next = 0
            while next < bytes.count {
                let end = min(bytes.count, next + Int.random(in: 1...7, using: &random))
                cut.take(bytes[next..<end], at: 0)
                next = end
            }
            #expect(cut.value == whole.value && cut.isComplete == whole.isComplete, "\(text)")
            #expect(cut.error == whole.error && cut.gaps == whole.gaps, "\(text)")
        }
    }

    @Test func theMomentsOfTokensAreKept() {
        var answer = StreamedAnswer(Self.exact)
        for (index, moment) in [1.5, 1.75, 2.5].enumerated() {
            answer.take(Array("data: {\"choices\": [{\"text\": \"\(index)\"}]}\n\n".utf8)[...], at: moment)
        }
        #expect(answer.firstToken == 1.5 && answer.lastToken == 2.5 && answer.gaps == [0.25, 0.75])
    }

    @Test func aStreamThatEndsBadlyIsNoAnswer() throws {
        let workload = try Self.workload(Self.chat, streams: true)
        for (events, complaint) in [
            ("data: {\"choices\": []}\n\n", "no end"),
            ("data: {\"error\": {\"message\": \"busy\"}}\n\ndata: [DONE]\n\n", "busy"),
        ] {
            var answer = StreamedAnswer(Self.chat)
            answer.take(Array(events.utf8)[...], at: 0)
            #expect(workload.check(answer).complaint?.contains(complaint) == true, "\(events)")
        }
        var good = StreamedAnswer(Self.chat)
        good.take(
            Array("data: {\"choices\": [{\"delta\": {\"content\": \"a\"}}]}\n\ndata: [DONE]\n\n".utf8)[...], at: 0)
        #expect(workload.check(good).complaint == nil)
    }
}
