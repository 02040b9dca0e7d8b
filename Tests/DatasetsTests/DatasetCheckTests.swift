import Datasets
import Documents
import Testing

@Suite struct DatasetCheckTests {
    /// A line, and what is said of it; nil: nothing.
    static let lines: [(String, String?)] = [
        (SampleSet.call("a", "x"), nil), (SampleSet.refusal("a", "x"), nil),
        (SampleSet.call("a", " "), "the query is empty"),
        (SampleSet.call("a", "x", #"{"room": "attic"}"#), #"set_light: /room"#),
        (SampleSet.call("a", "x", #"{"level": 5}"#), "set_light: "),
        (SampleSet.call("a", "x", #"{"room": 5}"#), "set_light: /room"),
        (SampleSet.call("a", "x", #"{"room": "hall", "level": 101}"#), "set_light: /level"),
        (SampleSet.call("a", "x", #"{"room": "hall", "colour": "red"}"#), "set_light has no parameter colour"),
        (SampleSet.call("a", "x", #"{"room": ["hall"]}"#, more: #", "answers": "possible""#), nil),
        (
            SampleSet.call(
                "a", "x", #"{"room": ["attic", "hall"], "level": [5, ""]}"#, more: #", "answers": "possible""#), nil
        ),
        (
            SampleSet.call("a", "x", #"{"room": ["attic"]}"#, more: #", "answers": "possible""#),
            "no accepted value follows"
        ),
        (SampleSet.call("a", "x", #"{"room": "hall"}"#, more: #", "answers": "possible""#), "must be an array"),
        (
            SampleSet.call("a", "x", #"{"level": [5]}"#, more: #", "answers": "possible""#),
            "room is required and missing"
        ),
        (#"{"id": "a", "query": "x", "pool": "pool.json", "outcome": "call", "expected": []}"#, "expected is empty"),
        (#"{"id": "a", "query": "x", "pool": "pool.json", "outcome": "call", "expected": [], "answers": "any"}"#, nil),
        (
            #"{"id": "a", "query": "x", "pool": "pool.json", "outcome": "request_unclear", "expected": [{"function": "stop"}]}"#,
            "expected has 1 calls"
        ),
        (
            SampleSet.call("a", "x", more: #", "candidates": ["set_light", "other"]"#),
            "candidate other is not in the pool"
        ),
        (SampleSet.call("a", "x", more: #", "candidates": ["set_light", "set_light"]"#), "stands twice"),
        (SampleSet.call("a", "x", more: #", "candidates": ["stop"]"#), "set_light is expected and not offered"),
        (
            SampleSet.refusal(
                "a", "x", "request_unclear", more: #", "unclear": {"function": "set_light", "missing": ["room"]}"#), nil
        ),
        (
            SampleSet.refusal(
                "a", "x", "request_unclear", more: #", "unclear": {"function": "set_light", "missing": ["x"]}"#),
            "misses x"
        ),
        (
            SampleSet.refusal("a", "x", "request_unclear", more: #", "unclear": {"function": "no"}"#),
            "which is not offered"
        ),
        (SampleSet.refusal("a", "x", more: #", "unclear": {"function": "stop"}"#), "unclear stands beside"),
        ("{", "JSON"), ("5", "object"), (#"{"id": "a"}"#, "query"),
        (#"{"id": "a", "query": "x"}"#, "neither pool nor functions"),
        (SampleSet.call("a", "x", more: #", "answers": "maybe""#), "maybe"),
        (#"{"id": "a", "query": "x", "pool": "no.json", "outcome": "request_unclear"}"#, "pool no.json"),
        (
            #"{"id": "a", "query": "x", "functions": [{"name": "f"}, {"name": "f"}], "outcome": "request_unclear"}"#,
            "function f stands twice"
        ),
        (#"{"id": "a", "query": "x", "functions": [], "outcome": "request_unclear"}"#, "no function is offered"),
    ]

    @Test(arguments: lines) func saysWhatIsWrong(_ line: String, message: String?) throws {
        let check = try SampleSet([line]).check()
        guard let message else {
            #expect(check.faults.isEmpty)
            return
        }
        #expect(check.faults.contains { $0.message.contains(message) }, "\(check.faults)")
        #expect(check.errors >= 1)
    }

    @Test func findsAllFaultsWithTheirLines() throws {
        let set = try SampleSet([
            SampleSet.call("a", "x"), "{", "", SampleSet.call("a", "x"),
            SampleSet.call("b", "x", #"{"room": "kitchen"}"#),
            SampleSet.call("c", "", #"{"x": 1}"#),
        ])
        let check = try set.check()
        #expect(check.samples == 5)
        #expect(check.faults.map(\.line) == [2, 4, 4, 5, 6, 6, 6])
        #expect(
            check.faults.filter(\.isWarning).map(\.message) == [
                "the same sample as line 1", "the request of line 1 with another answer",
            ])
        #expect("\(check.faults[1])" == "\(set.path):4: a: the id stands in line 1 too")
        #expect("\(check.faults[2])".hasPrefix("\(set.path):4: look at: a: "))
        #expect(check.errors == 5)
    }

    @Test func namesSchemasOnce() throws {
        let function =
            #"{"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string", "not": {}}}}}"#
        let line = { (id: String) in
            #"{"id": "\#(id)", "query": "\#(id)", "functions": [\#(function)], "outcome": "no_appropriate_function"}"#
        }
        let check = try SampleSet([line("a"), line("b")]).check()
        #expect(check.faults.count == 1 && check.faults.first?.isWarning == true, "\(check.faults)")
    }

    @Test func refusesWhatIsNoFile() throws {
        #expect(throws: DocumentError.self) { try DatasetCheck(path: "/no/such/file.jsonl") }
        #expect(try SampleSet([]).check().faults.map(\.message) == ["has no samples"])
    }
}
