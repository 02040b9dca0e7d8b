import Datasets
import Documents
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite struct FinderSamplesTests {
    private static let pool = """
        {"functions": [
          {"name": "set_light", "description": "Sets a lamp.", "parameters": {"type": "object", "properties":
            {"room": {"type": "string"}, "levelNow": {"type": "integer"}}}},
          {"name": "stop", "description": "Stops the music."},
          {"name": "playMusic", "description": "Plays music."},
          {"name": "dim", "description": "Makes a lamp darker."}]}
        """

    private static func call(_ id: String, _ query: String, _ functions: [String], more: String = "") -> String {
        let calls = functions.map { #"{"function": "\#($0)", "parameters": {}}"# }.joined(separator: ", ")
        return
            #"{"id": "\#(id)", "query": "\#(query)", "pool": "pool.json", "outcome": "call", "expected": [\#(calls)]\#(more)}"#
    }

    private static func samples(
        _ lines: [String], change: (inout FinderSamples.Reading) -> Void = { _ in }
    ) throws -> FinderSamples {
        let set = try SampleSet(lines, pool: pool)
        var reading = FinderSamples.Reading(), samples = FinderSamples()
        change(&reading)
        try withExtendedLifetime(set) { try samples.add(set.path, reading) }
        return samples
    }

    @Test func callsOfAPoolAndItsSignatures() throws {
        let samples = try Self.samples([
            Self.call("1", "a lamp please", ["set_light"]), SampleSet.refusal("2", "hello"),
            Self.call("3", "silence", ["stop", "dim"]),
            Self.call(
                "4", "and louder", ["playMusic"], more: #", "history": [{"role": "user", "content": "some jazz"}]"#),
            Self.call("5", "no such function", ["unknown"]),
        ]) { $0.others = 2 }
        #expect(
            samples.documents == [
                "set light: Sets a lamp. (room, level Now)", "stop: Stops the music.", "play Music: Plays music.",
                "dim: Makes a lamp darker.",
            ])
        #expect(samples.sources.count == 1 && samples.count == 3)
        let requests = samples.sources[0]
        #expect(requests.map(\.text) == ["a lamp please", "silence", "some jazz and louder"])
        #expect(requests.map(\.wanted) == [[0], [3, 1], [2]])
        // One has the word lamp too; the other music.
        #expect(requests[0].others.first == 3 && requests[2].others.contains(1))
        #expect(requests.allSatisfy { $0.others.count <= 2 && Set($0.others).isDisjoint(with: $0.wanted) })
    }

    @Test func functionsOfTheirOwnAreOnePool() throws {
        func line(_ id: String, _ names: [String], _ wanted: String) -> String {
            let functions = names.map { #"{"name": "\#($0)", "description": "Is \#($0)."}"# }.joined(separator: ", ")
            return
                #"{"id": "\#(id)", "query": "query \#(id)", "pool": null, "functions": [\#(functions)], "outcome": "call", "expected": [{"function": "\#(wanted)", "parameters": {}}]}"#
        }
        let samples = try Self.samples([line("1", ["a", "b"], "b"), line("2", ["b", "c"], "c")])
        #expect(samples.documents == ["a: Is a.", "b: Is b.", "c: Is c."])
        #expect(samples.sources.map { $0.map(\.wanted) } == [[[1], [2]]])
    }

    @Test("so many, drawn by the seed alone", arguments: [1, 3, 9]) func limit(count: Int) throws {
        let lines = (0..<6).map { Self.call("\($0)", "query \($0)", ["stop"]) }
        let first = try Self.samples(lines) { ($0.limit, $0.seed) = (count, 4) }
        let second = try Self.samples(lines.reversed()) { ($0.limit, $0.seed) = (count, 4) }
        #expect(first.count == min(count, 6))
        #expect(Set(first.sources.joined().map(\.text)) == Set(second.sources.joined().map(\.text)))
        let other = try Self.samples(lines) { ($0.limit, $0.seed) = (3, 5) }
        let same = try Self.samples(lines) { ($0.limit, $0.seed) = (3, 4) }
        #expect(other.sources.joined().map(\.text) != same.sources.joined().map(\.text))
    }

    @Test("train and valid share nothing and are all") func splits() throws {
        let lines = (0..<40).map { Self.call("\($0)", "query \($0)", ["stop"]) }
        #expect(RetrievalEvaluation.Task.Split.allCases.map(\.rest) == [.all, .valid, .train])
        let parts = try [RetrievalEvaluation.Task.Split.train, .valid, .all].map { split in
            Set(try Self.samples(lines) { $0.split = split }.sources.joined().map(\.text))
        }
        #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].union(parts[1]) == parts[2])
        #expect(!parts[1].isEmpty && parts[1].count < parts[0].count)
    }

    @Test func severalFilesKeepTheirFunctionsApart() throws {
        let set = try SampleSet([Self.call("1", "one", ["stop"])], pool: Self.pool)
        var samples = FinderSamples()
        for _ in 0..<2 { try samples.add(set.path, .init()) }
        #expect(samples.documents.count == 8)
        #expect(samples.sources.map { $0.map(\.wanted) } == [[[1]], [[5]]])
    }

    @Test("a pool that teaches nothing is no reason to leave the others", arguments: ["pool.json", "zero.json"])
    func onePoolOfTwo(good: String) throws {
        let lines = ["pool.json", "zero.json"].map { name in
            Self.call("1", "one", [name == good ? "stop" : "unknown"]).replacing("pool.json", with: name)
        }
        let set = try SampleSet(lines, pool: Self.pool)
        let folder = URL(fileURLWithPath: set.path).deletingLastPathComponent()
        try Data(Self.pool.utf8).write(to: folder.appendingPathComponent("zero.json"))
        var samples = FinderSamples()
        try withExtendedLifetime(set) { try samples.add(set.path, .init()) }
        #expect(samples.count == 1)
    }

    @Test(
        "a file that teaches nothing is an error",
        arguments: [
            [SampleSet.refusal("1", "hello")], [call("1", "query", ["unknown"])],
        ])
    func nothing(lines: [String]) {
        let error = #expect(throws: DocumentError.self) { try Self.samples(lines) }
        #expect(error?.reason == "no sample of it calls a function of its pool; a finder learns from calls")
    }
}
