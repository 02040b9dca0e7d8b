import Datasets
import Documents
import Foundation
import Functions
import OrderedCollections
import TestSupport
import Testing

/// Sets of intents and slots: BIO and CoNLL, Rasa, LUIS.
@Suite struct LegacyFormatTests {
    /// Files of one folder, and what is made of them; the result is checked as `validate` does.
    private static func converted(
        _ format: ForeignFormat, _ files: [(String, String)], _ paths: [String]
    ) throws -> (lines: [JSONValue], set: ConvertedSet) {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            for (name, text) in files {
                let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: url)
            }
            let set = try format.read(paths.map { "\(folder.path)/\($0)" }, answers: nil, text: nil)
            let lines = set.lines(name: "s", pool: "s.pool.json")
            let pool: JSONValue = ["functions": .array(set.pool.map(\.json))]
            _ = try folder.write(pool.utf8(), as: "s.pool.json")
            let path = try folder.write(lines.map { $0.text() }.joined(separator: "\n").utf8, as: "s.jsonl")
            if !lines.isEmpty { #expect(try DatasetCheck(path: path).errors == 0) }
            return (lines, set)
        }
    }

    private static func calls(_ lines: [JSONValue]) -> [JSONValue?] { lines.map { $0["expected"]?.arrayValue?.first } }

    private static let play: JSONValue = [
        "function": "PlayMusic", "parameters": ["artist": "miles davis", "track": "so what"],
    ]

    /// One sentence in each of the three forms of slot filling.
    static let forms: [(name: String, files: [(String, String)], paths: [String])] = [
        (
            "folder",
            [
                ("train/seq.in", "play so what by miles davis\nhello there\n"),
                ("train/seq.out", "O B-track I-track O B-artist I-artist\nO O\n"),
                ("train/label", "PlayMusic\nNone\n"),
            ], ["train"]
        ),
        (
            "rows",
            [
                (
                    "atis.iob",
                    "BOS play so what by miles davis EOS\tO O B-track I-track O B-artist I-artist PlayMusic\nBOS hello there EOS\tO O O None\r\n"
                )
            ], ["atis.iob"]
        ),
        (
            "columns",
            [
                (
                    "train.conll",
                    """
                    # id = 1
                    # intent: PlayMusic
                    play\tO
                    so\tB-track
                    what\tI-track
                    by\tO
                    miles NNP B-artist
                    davis NNP I-artist

                    # intent = None
                    hello O
                    there O
                    """
                )
            ], ["train.conll"]
        ),
    ]

    @Test(arguments: forms) func readsSlotFilling(
        _ form: (name: String, files: [(String, String)], paths: [String])
    ) throws {
        let (lines, set) = try Self.converted(.bio, form.files, form.paths)
        #expect(lines.map { $0["query"] } == ["play so what by miles davis", "hello there"])
        #expect(lines.map { $0["outcome"] } == ["call", "no_appropriate_function"])
        let call = Self.calls(lines)[0]
        #expect(call?["function"] == "PlayMusic" && call?["parameters"]?["track"] == "so what")
        #expect(call?["parameters"]?["artist"] == Self.play["parameters"]?["artist"])
        #expect(set.pool.map(\.name) == ["PlayMusic"] && set.pool[0].examples.isEmpty)
        #expect(lines[0]["pool"] == "s.pool.json" && lines[0]["functions"] == nil && set.pool[0].requiredNames.isEmpty)
    }

    /// Tags of three words, and the slots that they are.
    static let tags: [(String, JSONValue)] = [
        ("B-a B-a I-a", ["a": ["x", "y z"]]), ("I-a I-a O", ["a": ["x y"]]),
        ("B-a I-b I-b", ["a": ["x"], "b": ["y z"]]),
        ("B-a O I-a", ["a": ["x", "z"]]), ("O O O", [:]),
    ]
    @Test(arguments: tags) func joinsWords(_ tags: String, slots: JSONValue) throws {
        // The second sentence makes lists of all slots.
        let (lines, _) = try Self.converted(
            .bio,
            [("seq.in", "x y z\n1 2 3 4"), ("seq.out", "\(tags)\nB-a B-a B-b B-b"), ("label", "go\ngo")], ["."])
        #expect(Self.calls(lines)[0]?["parameters"] == slots)
    }

    @Test func countsWhatItLeavesOut() throws {
        let (lines, set) = try Self.converted(
            .bio, [("seq.in", "a b\nc\nd"), ("seq.out", "O\nO\nO"), ("label", "f\nf#g\nf")], ["."])
        #expect(lines.map { $0["query"] } == ["d"])
        #expect(
            set.notes["left out: words and tags are not equally many"] == 1
                && set.notes["left out: it has two intents"] == 1)
    }

    /// Words that begin with # are words where a tag stands behind them.
    @Test func tellsWordsFromComments() throws {
        let text = "# a note O\n# intent: go\n#party O\n# O\nto\tO\n#rome B-city\n"
        let (lines, _) = try Self.converted(.bio, [("x.conll", text)], ["x.conll"])
        #expect(lines.map { $0["query"] } == ["#party # to #rome"])
        #expect(Self.calls(lines)[0]?["parameters"] == ["city": "#rome"])
    }

    /// A row of one word is no column.
    @Test func readsRowsOfOneWord() throws {
        let (lines, _) = try Self.converted(.bio, [("x.iob", "hello\tO greet\nstop now\tO O halt\n")], ["x.iob"])
        #expect(Self.calls(lines).map { $0?["function"] } == ["greet", "halt"])
    }

    /// What is no number of JSON's, or was not said at all, is no value.
    @Test(arguments: ["nan", "inf", "-infinity", "1e999", "many"]) func leavesOutWhatIsNoNumber(_ word: String) throws {
        let domain =
            "entities: [people]\nslots: {people: {type: float, mappings: [{type: from_entity, entity: people}]}}"
        let nlu =
            "nlu:\n  - intent: book\n    examples: |\n      - a table for [\(word)](people)\n      - a table for [2](people)\n"
        let (lines, set) = try Self.converted(
            .rasa, [("nlu.yml", nlu), ("domain.yml", domain)], ["nlu.yml", "domain.yml"])
        #expect(Self.calls(lines).map { $0?["parameters"] } == [["people": 2]])
        #expect(set.notes.keys.contains { $0.hasPrefix("book: 1 examples have a value") })
    }

    /// A pool has room for some examples only; a set has for all, and nothing is said of a pool's room.
    @Test func takesMoreExamplesThanAPool() throws {
        let count = 3000, words = (0..<count).map { "say \($0)" }.joined(separator: "\n")
        let tags = Array(repeating: "O O", count: count).joined(separator: "\n")
        let labels = (["oos"] + Array(repeating: "talk", count: count - 1)).joined(separator: "\n")
        let (lines, set) = try Self.converted(.bio, [("seq.in", words), ("seq.out", tags), ("label", labels)], ["."])
        #expect(lines.count == count && set.pool.map(\.name) == ["talk"])
        #expect(!set.notes.keys.contains { $0.contains("pool") || $0.contains("oos") }, "\(set.notes)")
    }

    @Test func readsRasa() throws {
        let (lines, set) = try Self.converted(
            .rasa,
            [
                (
                    "data/nlu.yml",
                    """
                    version: "3.1"
                    nlu:
                      - intent: book_flight
                        examples: |
                          - fly from [Berlin]{"entity": "city", "role": "from"} to [San Fran]{"entity": "city", "role": "to", "value": "San Francisco"}
                          - a seat to [Rome]{"entity": "city", "role": "to"} for [two](people:2)
                      - intent: nlu_fallback
                        examples: |
                          - sing me a song
                      - synonym: window
                        examples: |
                          - by the window
                      - intent: choose_seat
                        examples: |
                          - a seat [by the window](seat)
                          - the [roof](seat) please
                    """
                ),
                (
                    "domain.yml",
                    """
                    entities: [seat, people, {city: {roles: [from, to]}}]
                    slots:
                      seat: {type: categorical, values: [window, aisle], mappings: [{type: from_entity, entity: seat}]}
                      people: {type: float, mappings: [{type: from_entity, entity: people}]}
                    """
                ),
            ], ["data", "domain.yml"])
        let calls = Self.calls(lines)
        #expect(calls[0]?["parameters"] == ["city_from": "Berlin", "city_to": "San Francisco"])
        #expect(calls[1]?["parameters"] == ["city_to": "Rome", "people": 2])
        #expect(lines[2]["outcome"] == "no_appropriate_function" && lines[2]["query"] == "sing me a song")
        #expect(calls[3] == ["function": "choose_seat", "parameters": ["seat": "window"]])
        // No seat is on the roof.
        #expect(lines.count == 4 && set.notes.keys.contains { $0.hasPrefix("choose_seat: 1 examples have a value") })
    }

    @Test func readsLUIS() throws {
        let export = """
            {"luis_schema_version": "7.0.0", "intents": [{"name": "None"}, {"name": "Paint"}],
             "entities": [{"name": "thing", "roles": ["where"]}],
             "closedLists": [{"name": "colour", "subLists": [{"canonicalForm": "red", "list": ["crimson", "scarlet"]}]}],
             "prebuiltEntities": [{"name": "number"}],
             "utterances": [
               {"text": "😀 paint 2 walls scarlet", "intent": "Paint", "entities": [
                 {"entity": "colour", "startPos": 17, "endPos": 23}, {"entity": "thing", "role": "where", "startPos": 11, "endPos": 15},
                 {"entity": "number", "startPos": 9, "endPos": 9}]},
               {"text": "paint it", "intent": "Paint", "entities": [{"entity": "thing", "startPos": 6, "endPos": 60}]},
               {"text": "how are you", "intent": "None", "entities": []}]}
            """
        let (lines, set) = try Self.converted(.luis, [("app.json", export)], ["app.json"])
        #expect(Self.calls(lines)[0]?["parameters"] == ["colour": "red", "where": "walls", "number": 2])
        #expect(lines[1]["outcome"] == "no_appropriate_function" && set.pool.map(\.name) == ["Paint"])
        // Where its place is not in the text, nobody knows what was said.
        #expect(lines.count == 2 && set.notes.keys.contains { $0.hasPrefix("Paint: 1 examples have a value") })
    }

    static let refused: [(ForeignFormat, [(String, String)], [String], String)] = [
        (.bio, [("seq.in", "a"), ("seq.out", "O\nO"), ("label", "f")], ["."], "have 1, 2, 1 lines"),
        (.bio, [("x.conll", "a O\nb O\n")], ["x.conll"], "write # intent: NAME before it"),
        (.bio, [("x.conll", "# intent: f\nalone\n")], ["x.conll"], "line 2: is not a word and its tag"),
        (.bio, [("x.iob", "a b\tO O f\nc d e\n")], ["x.iob"], "line 2: is not words, a tab"),
        (.rasa, [("notes.txt", "x")], ["."], "the folder has no YAML files"),
        (.rasa, [("a.yml", "nlu: []")], ["a.yml"], "no intents"),
        (.luis, [("a.json", "{}")], ["a.json"], "not the export of a LUIS application"),
        (.luis, [("a.json", "{}")], ["a.json", "a.json"], "luis takes one file"),
        (.bio, [], ["missing"], "there is no such file"),
    ]
    @Test(arguments: refused) func refuses(
        _ format: ForeignFormat, _ files: [(String, String)], _ paths: [String], message: String
    ) {
        let error = #expect(throws: (any Error).self) { try Self.converted(format, files, paths) }
        #expect(error.map { "\($0)" }?.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
    }
}
