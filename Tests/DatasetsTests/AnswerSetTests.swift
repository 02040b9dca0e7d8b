import Datasets
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import TestSupport
import Testing

/// Answers made from right calls: labels that the matcher confirms, kinds, seeds, files.
@Suite struct AnswerSetTests {
    static let pool = """
        {"functions": [
          {"name": "train_book", "description": "Books a train.", "parameters": {"type": "object", "required": ["from", "to"], "properties":
            {"from": {"type": "string"}, "to": {"type": "string"}, "time": {"type": "string"}, "seats": {"type": "integer", "default": 1},
             "class": {"type": "string", "enum": ["first", "second"]}}}},
          {"name": "train_cancel", "description": "Cancels a train.", "parameters": {"type": "object", "properties": {"from": {"type": "string"}}}},
          {"name": "joke", "description": "Tells a joke."}]}
        """

    static func line(_ id: String, _ query: String, _ expected: String, more: String = "") -> String {
        #"{"id": "\#(id)", "query": "\#(query)", "pool": "pool.json", "outcome": "call", "expected": \#(expected)\#(more)}"#
    }

    static let lines = [
        line(
            "a", "book a train from Lyon to Nice at 23:00 for two",
            #"[{"function": "train_book", "parameters": {"from": "Lyon", "to": "Nice", "time": "23:00", "seats": 2}}]"#),
        line(
            "b", "train from Oslo to Bergen please, first class",
            #"[{"function": "train_book", "parameters": {"from": ["Oslo"], "to": ["Bergen", "bergen"], "class": ["first", ""]}}]"#,
            more: #", "answers": "possible""#),
        line(
            "c", "tell me a joke and cancel my train",
            #"[{"function": "joke", "parameters": {}}, {"function": "train_cancel", "parameters": {}}]"#),
        #"{"id": "d", "query": "what is the meaning of life", "pool": "pool.json", "outcome": "no_appropriate_function", "expected": []}"#,
        #"{"id": "e", "query": "book a train to Rome", "pool": "pool.json", "outcome": "request_unclear", "expected": [], "unclear": {"function": "train_book", "missing": ["from"]}}"#,
        line("f", "anything", "[]", more: #", "answers": "any""#),
    ]

    static func set(_ count: Int = 1000, perLabel: Int = 8, seed: UInt64 = 0) throws -> AnswerSet {
        AnswerSet(try SampleSet(lines, pool: pool).file().rows, count: count, perLabel: perLabel, seed: seed)
    }

    @Test(arguments: UInt64(0)..<20) func theMatcherConfirmsEachLabel(seed: UInt64) throws {
        let set = try Self.set(seed: seed)
        #expect(set.entries.count(where: \.made.kind.isRight) * 2 == set.entries.count && set.entries.count > 20)
        for entry in set.entries {
            let match = AnswerMatcher(functions: entry.row.functions)
                .match(entry.made.answer, entry.row.sample.reference, .notations)
            #expect(match.isRight == entry.made.kind.isRight, "\(entry.made)")
        }
        // Of one sample no answer twice, and none of a sample that any call answers.
        let answers = Dictionary(grouping: set.entries, by: \.row.sample.id).mapValues { $0.map(\.made.answer) }
        #expect(answers.values.allSatisfy { Set($0).count == $0.count } && answers["f"] == nil)
    }

    @Test func makesEveryKind() throws {
        var kinds: Set<AnswerKind> = []
        for seed in UInt64(0)..<30 { kinds.formUnion(try Self.set(seed: seed).counts.keys) }
        #expect(kinds == Set(AnswerKind.allCases))
    }

    @Test func theSameSeedMakesTheSame() throws {
        func text(_ seed: UInt64) throws -> [String] {
            try Self.set(12, perLabel: 2, seed: seed).lines(of: "/x/a.jsonl", name: "a", to: "/x/b.jsonl").map {
                $0.text()
            }
        }
        #expect(try text(4) == text(4) && text(4) != text(5) && text(4).count <= 12)
    }

    /// Answers come in twos, a right one and a wrong one.
    @Test(arguments: [(1, 0), (2, 2), (3, 2), (7, 6)]) func makesNoMoreThanAsked(_ asked: Int, _ made: Int) throws {
        #expect(try Self.set(asked, perLabel: 2).entries.count == made)
    }

    /// The largest numbers stay numbers.
    @Test(arguments: UInt64(0)..<8) func changesLargeNumbers(seed: UInt64) throws {
        let pool =
            #"{"functions": [{"name": "pay", "parameters": {"type": "object", "properties": {"sum": {"type": "number"}, "count": {"type": "integer"}}}}]}"#
        let sample = Self.line(
            "n", "pay", #"[{"function": "pay", "parameters": {"sum": 1.7e308, "count": 9223372036854775807}}]"#)
        let rows = try SampleSet([sample], pool: pool).file().rows
        let set = AnswerSet(rows, count: 100, perLabel: 16, seed: seed)
        for line in set.lines(of: "a.jsonl", name: "a", to: "b.jsonl") {
            #expect(try JSONValue(parsing: line.text().utf8) == line)
        }
        for entry in set.entries {
            for case .number(let number)? in entry.made.answer.calls.flatMap({
                [$0.parameters["sum"], $0.parameters["count"]]
            }) {
                #expect(number.isFinite)
            }
        }
    }

    @Test func theFileIsAJudgesData() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.pool.utf8, as: "pool.json")
        let path = try folder.write(Self.lines.joined(separator: "\n").utf8, as: "set.jsonl")
        let out = folder.path + "/deep/answers.jsonl"
        try FileManager.default.createDirectory(atPath: folder.path + "/deep", withIntermediateDirectories: true)
        let rows = try DatasetFile(path: path).rows
        let lines = AnswerSet(rows, count: 100, seed: 1).lines(of: path, name: "set", to: out)
        try Data(lines.map { $0.text() }.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: out))
        let (dataset, answers) = try Dataset.labelled(path: out)
        #expect(answers.count == lines.count && Set(answers.map(\.sample.id)).count == lines.count)
        for answer in answers {
            let functions = try dataset.functions(for: answer.sample)
            #expect(answer.sample.pool == "../pool.json" && !functions.isEmpty)
            #expect(Set(answer.answer.calls.map(\.function)).isSubset(of: functions.map(\.name)))
            #expect(AnswerKind(rawValue: answer.kind)?.isRight == answer.isRight && answer.source == "set")
        }
        #expect(Set(answers.map(\.question)).isSubset(of: ["set a", "set b", "set c", "set d", "set e"]))
    }

    static let notations: [(String, String?)] = [
        ("23:00", "11 pm"), ("00:05", "12:05 am"), ("9:30", "9:30 am"), ("2019-03-03", "March 3, 2019"), ("4", "four"),
        ("seven", "7"), ("25:00", nil), ("2019-13-03", nil), ("13", nil), ("Lyon", nil), ("04", nil), ("", nil),
    ]
    @Test(arguments: notations) func writesOtherNotations(_ text: String, _ other: String?) throws {
        let sample = Self.line(
            "n", "x", #"[{"function": "train_book", "parameters": {"from": "L", "to": "N", "time": "\#(text)"}}]"#)
        var found: Set<String> = []
        for seed in UInt64(0)..<12 {
            let rows = try SampleSet([sample], pool: Self.pool).file().rows
            for entry in AnswerSet(rows, count: 100, perLabel: 16, seed: seed).entries
            where entry.made.kind == .otherNotation {
                found.formUnion(entry.made.answer.calls.compactMap { $0.parameters["time"]?.stringValue })
            }
        }
        #expect(found == Set([other].compactMap { $0 }))
    }

    /// 11 pm is 23:00, but not where the schema wants hours and minutes; where it forbids what is expected, it says nothing.
    @Test(arguments: [("23:00", false), ("23:7", true)]) func rightAnswersFollowTheirSchema(
        _ time: String, _ mayBreak: Bool
    ) throws {
        let pool =
            #"{"functions": [{"name": "wake", "parameters": {"type": "object", "properties": {"at": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}, "day": {"type": "string"}}}}, {"name": "stop"}]}"#
        let sample = Self.line(
            "n", "wake me", #"[{"function": "wake", "parameters": {"at": "\#(time)", "day": "2019-03-03"}}]"#)
        let rows = try SampleSet([sample], pool: pool).file().rows
        for seed in UInt64(0)..<12 {
            let right = AnswerSet(rows, count: 100, perLabel: 16, seed: seed).entries.filter(\.made.kind.isRight)
            let times = Set(right.flatMap { $0.made.answer.calls.compactMap { $0.parameters["at"] } })
            #expect(!right.isEmpty && (mayBreak || times == [.string(time)]), "\(times)")
        }
    }

    @Test func aTenthIsHeldBack() {
        let held = (0..<2000).count(where: { AnswerSet.isHeldBack("id-\($0)") })
        #expect((140...260).contains(held), "\(held)")
    }
}
