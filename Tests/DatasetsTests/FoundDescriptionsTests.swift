import Datasets
import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections
import Testing

/// Which of a prototype's descriptions are kept, and what is written of them.
@Suite struct FoundDescriptionsTests {
    private static func record(
        _ id: String, _ text: String?, rank: Int?, isRight: Bool? = true, confidence: Double = 0.9,
        change: (inout CallsRecord) -> Void = { _ in }
    ) -> CallsRecord {
        var record = CallsRecord(
            id: id, set: "round", reference: Reference(outcome: .call, expected: [], answers: .exact),
            answer: FunctionAnswer(
                outcome: .call,
                calls: [FunctionCall(function: "set_light", parameters: ["room": "hall"], confidence: confidence)]))
        record.described = text.map { .init(text: $0, rank: rank) }
        record.judged = SampleVerdict(isRight: isRight, confidence: confidence, reason: "")
        change(&record)
        return record
    }

    private static func found(_ records: [CallsRecord], within: Int = 5, most: Int = 1) throws -> FoundDescriptions {
        let set = try SampleSet([
            SampleSet.call("a", "light in the hall", more: #", "note": "kept", "answers": "possible""#),
            SampleSet.refusal("b", "stop that"),
        ])
        return FoundDescriptions(try set.file().rows, records, within: within, most: most)
    }

    static let records = [
        record("a", "Set a lamp.", rank: 2, confidence: 0.5), record("a", "set a LAMP", rank: 3, confidence: 0.7),
        record("a", "Light a room.", rank: 2, confidence: 0.9), record("a", "Play music.", rank: 6),
        record("a", "Wrong call.", rank: 1, isRight: false), record("a", "No verdict.", rank: 1, isRight: nil),
        record("a", nil, rank: nil), record("a", "Failed.", rank: 1) { $0.error = "no answer" },
        record("a", "Invalid.", rank: 1) { $0.violation = "no such room" },
        record("b", "Refused.", rank: nil) { $0.answer = FunctionAnswer(outcome: .requestUnclear, calls: []) },
        record("other", "Elsewhere.", rank: 1),
    ]

    static let kept: [(within: Int, most: Int, texts: [String])] = [
        (5, 1, ["Light a room."]), (5, 9, ["Light a room.", "Set a lamp."]),
        (6, 9, ["Light a room.", "Set a lamp.", "Play music."]), (1, 9, []),
    ]
    @Test(arguments: kept) func theBestRankThenTheSurestComeFirst(
        _ row: (within: Int, most: Int, texts: [String])
    ) throws {
        #expect(try Self.found(Self.records, within: row.within, most: row.most).entries.map(\.text) == row.texts)
    }

    @Test func whatIsCounted() throws {
        let found = try Self.found(Self.records, most: 9)
        #expect((found.written, found.right, found.found, found.kept) == (9, 4, 3, 1))
        let lamp = try #require(found.entries.last)
        #expect(lamp.times == 2 && lamp.rank == 2 && abs(lamp.confidence - 0.6) < 1e-9)
        #expect(try Self.found([]).entries.isEmpty)
    }

    @Test func aLineIsASampleAndALesson() throws {
        let lines = try Self.found(Self.records, most: 2).lines(of: "/x/set.jsonl", to: "/x/deep/out.jsonl") {
            [(role: "system", content: "Describe."), (role: "user", content: $0.query)]
        }
        #expect(lines.map { $0["id"] } == ["a", "a-2"])
        let line = try #require(lines.first)
        #expect(line["description"] == "Light a room." && line["rank"] == 2 && line["given"] == 1)
        #expect(line["judge_confidence"] == 0.9 && line["note"] == "kept" && line["pool"] == "../pool.json")
        #expect(line["expected"] == [["function": "set_light", "parameters": ["room": "hall"]]])
        #expect(
            line["messages"] == [
                ["role": "system", "content": "Describe."], ["role": "user", "content": "light in the hall"],
                ["role": "assistant", "content": #"{"description": "Light a room."}"#],
            ])
        #expect(try Sample(json: line).reference.expected.first?.function == "set_light")
    }
}
