import Datasets
import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections
import Testing

/// What a judge leaves of a prototype's answers.
@Suite struct FilteredAnswersTests {
    private static func record(
        _ id: String, _ round: Int, _ room: String?, isRight: Bool?, confidence: Double = 0.9,
        change: (inout CallsRecord) -> Void = { _ in }
    ) -> CallsRecord {
        let calls = room.map {
            [FunctionCall(function: "set_light", parameters: ["room": .string($0)], confidence: confidence)]
        }
        var record = CallsRecord(
            id: id, set: "round \(round)", reference: Reference(outcome: .call, expected: [], answers: .exact),
            answer: FunctionAnswer(outcome: calls == nil ? .requestUnclear : .call, calls: calls ?? []))
        record.judged = SampleVerdict(isRight: isRight, confidence: confidence, reason: "")
        change(&record)
        return record
    }

    private static func filtered(_ records: [CallsRecord], most: Int = 1) throws -> FilteredAnswers {
        let set = try SampleSet([
            SampleSet.call(
                "a", "light in the hall", more: #", "to_label": true, "note": "kept", "answers": "possible""#),
            SampleSet.refusal("b", "stop that"),
        ])
        return FilteredAnswers(try set.file().rows, records, most: most)
    }

    static let records = [
        record("a", 1, "hall", isRight: true, confidence: 0.6),
        record("a", 2, "kitchen", isRight: true, confidence: 0.99),
        record("a", 3, "hall", isRight: true, confidence: 0.8), record("a", 4, "attic", isRight: false),
        record("b", 1, "hall", isRight: false), record("b", 2, nil, isRight: nil),
        record("b", 3, "hall", isRight: true) { $0.error = "no answer" },
        record("b", 4, "hall", isRight: true) { $0.violation = "no such room" },
        record("other", 1, "hall", isRight: true),
    ]

    @Test func keepsWhatTheJudgeTakesToBeRight() throws {
        let filtered = try Self.filtered(Self.records)
        #expect(filtered.given == 8 && filtered.right == 3 && filtered.kept == 1)
        let entry = try #require(filtered.entries.first)
        #expect(filtered.entries.count == 1 && entry.times == 2 && abs(entry.confidence - 0.7) < 1e-9)
        let line = try #require(filtered.lines(of: "/x/set.jsonl", to: "/x/deep/out.jsonl").first)
        #expect(line["expected"] == [["function": "set_light", "parameters": ["room": "hall"]]])
        #expect(line["outcome"] == "call" && line["answers"] == "exact" && line["pool"] == "../pool.json")
        #expect(line["id"] == "a" && line["query"] == "light in the hall" && line["note"] == "kept")
        #expect(line["to_label"] == nil && line["given"] == 2 && line["judge_confidence"] == 0.7)
        #expect(try Sample(json: line).reference.expected.count == 1)
    }

    @Test func severalAnswersOfARequest() throws {
        let filtered = try Self.filtered(Self.records, most: 5)
        #expect(filtered.entries.map { $0.answer.calls.first?.parameters["room"] } == ["hall", "kitchen"])
        #expect(filtered.lines(of: "/x/a", to: "/x/b").map { $0["id"] } == ["a", "a-2"])
    }

    @Test func aRefusalIsAnAnswerToo() throws {
        let filtered = try Self.filtered([Self.record("b", 1, nil, isRight: true)])
        let line = try #require(filtered.lines(of: "/x/a", to: "/x/b").first)
        #expect(line["outcome"] == "request_unclear" && line["expected"] == [] && filtered.kept == 1)
        #expect(try Self.filtered([]).entries.isEmpty)
    }
}
