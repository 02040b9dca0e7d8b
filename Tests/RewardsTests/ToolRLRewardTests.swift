import Documents
import Rewards
import Testing

/// Against verl's own `rlla.py` (0.9.1), which worked out every figure of the table.
@Suite struct ToolRLRewardTests {
    /// An answer, its ground truth, and what they are worth.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String, answer: String, truth: String
        let format: Double, correctness: Double

        init(_ name: String, _ answer: String, _ truth: String, format: Double, _ correctness: Double) {
            (testDescription, self.answer, self.truth) = (name, answer, truth)
            (self.format, self.correctness) = (format, correctness)
        }
    }

    static let kitchen = #"{"name": "light", "parameters": {"room": "kitchen", "on": true}}"#
    static let hall = #"{"name": "light", "parameters": {"room": "hall", "on": false}}"#
    static let alarm = #"{"name": "alarm", "parameters": {"time": "07:00", "days": ["mon", "tue"], "level": 5}}"#
    static let stop = #"{"name": "stop", "parameters": {}}"#
    static let r = "<think>t</think>\n<response>no</response>"
    static let b = calls(kitchen) + "\n<response>done</response>"

    static func calls(_ lines: String...) -> String {
        "<think>t</think>\n<tool_call>\n" + lines.joined(separator: "\n") + "\n</tool_call>"
    }

    static let cases: [Case] = [
        Case("equal", calls(kitchen), calls(kitchen), format: 1, 3.0),
        Case(
            "members in another order", calls(#"{"parameters": {"on": true, "room": "kitchen"}, "name": "light"}"#),
            calls(kitchen), format: 1, 3.0),
        Case(
            "a value differs", calls(#"{"name": "light", "parameters": {"room": "hall", "on": true}}"#), calls(kitchen),
            format: 1, 1.5),
        Case("both values differ", calls(hall), calls(kitchen), format: 1, 0.0),
        Case(
            "a parameter is missing", calls(#"{"name": "light", "parameters": {"room": "kitchen"}}"#), calls(kitchen),
            format: 1, 0.75),
        Case(
            "a parameter too many", calls(#"{"name": "light", "parameters": {"room": "kitchen", "on": true, "x": 1}}"#),
            calls(kitchen), format: 1, 2.5),
        Case(
            "other parameters", calls(#"{"name": "light", "parameters": {"a": 1, "b": 2}}"#), calls(kitchen), format: 1,
            -1.5),
        Case("no parameters", calls(#"{"name": "light", "parameters": {}}"#), calls(kitchen), format: 1, -1.5),
        Case(
            "another name", calls(#"{"name": "lamp", "parameters": {"room": "kitchen", "on": true}}"#), calls(kitchen),
            format: 1, -3.0),
        Case(
            "true is 1", calls(#"{"name": "light", "parameters": {"room": "kitchen", "on": 1}}"#), calls(kitchen),
            format: 1, 3.0),
        Case(
            "true is 1.0", calls(#"{"name": "light", "parameters": {"room": "kitchen", "on": 1.0}}"#), calls(kitchen),
            format: 1, 3.0),
        Case(
            "true is no text", calls(#"{"name": "light", "parameters": {"room": "kitchen", "on": "true"}}"#),
            calls(kitchen), format: 1, 1.5),
        Case(
            "case counts", calls(#"{"name": "light", "parameters": {"room": "Kitchen", "on": true}}"#), calls(kitchen),
            format: 1, 1.5),
        Case("two calls, equal", calls(kitchen, hall), calls(kitchen, hall), format: 1, 3.0),
        Case("two calls, other order", calls(hall, kitchen), calls(kitchen, hall), format: 1, 3.0),
        Case("one of two calls", calls(kitchen), calls(kitchen, hall), format: 1, 0.0),
        Case("the other of two calls", calls(hall), calls(kitchen, hall), format: 1, -1.7142857142857142),
        Case("a call too many", calls(kitchen, hall), calls(kitchen), format: 1, 2.25),
        Case("a call twice", calls(kitchen, kitchen), calls(kitchen), format: 1, 2.25),
        Case(
            "one call twice, two wanted", calls(kitchen, kitchen), calls(kitchen, hall), format: 1, 1.2857142857142856),
        Case(
            "three calls, mixed", calls(alarm, kitchen, stop), calls(kitchen, hall, alarm), format: 1,
            1.0909090909090908),
        Case(
            "five is 5.0",
            calls(#"{"name": "alarm", "parameters": {"time": "07:00", "days": ["mon", "tue"], "level": 5.0}}"#),
            calls(alarm), format: 1, 3.0),
        Case(
            "lists have an order",
            calls(#"{"name": "alarm", "parameters": {"time": "07:00", "days": ["tue", "mon"], "level": 5}}"#),
            calls(alarm), format: 1, 1.7999999999999998),
        Case(
            "three parameters, one right",
            calls(#"{"name": "alarm", "parameters": {"time": "7", "days": [], "level": 5}}"#), calls(alarm), format: 1,
            0.6000000000000001),
        Case("a function without parameters", calls(stop), calls(stop), format: 1, 3.0),
        Case("it gets a parameter", calls(#"{"name": "stop", "parameters": {"a": 1}}"#), calls(stop), format: 1, 0.0),
        Case("nothing between the tags", calls(#""#), calls(kitchen), format: 1, -3.0),
        Case("no JSON", calls(#"light(kitchen)"#), calls(kitchen), format: 1, -3.0),
        Case("a line of JSON, one of text", calls(kitchen, #"and so on"#), calls(kitchen), format: 1, -3.0),
        Case("an empty line between calls", calls(kitchen, #""#, hall), calls(kitchen, hall), format: 1, -3.0),
        Case(
            "an array in place of calls", calls(#"[{"name": "light", "parameters": {"room": "kitchen", "on": true}}]"#),
            calls(kitchen), format: 1, -3.0),
        Case(
            "arguments in place of parameters",
            calls(#"{"name": "light", "arguments": {"room": "kitchen", "on": true}}"#), calls(kitchen), format: 1, -3.0),
        Case(
            "arguments of another function", calls(#"{"name": "lamp", "arguments": {}}"#), calls(kitchen), format: 1,
            -3.0),
        Case(
            "parameters are a text", calls(#"{"name": "light", "parameters": "kitchen"}"#), calls(kitchen), format: 1,
            -3.0),
        Case("parameters are null", calls(#"{"name": "light", "parameters": null}"#), calls(kitchen), format: 1, -3.0),
        Case("no name", calls(#"{"parameters": {"room": "kitchen", "on": true}}"#), calls(kitchen), format: 1, -3.0),
        Case("a text in place of a call", calls(#""light""#), calls(kitchen), format: 1, -3.0),
        Case("null in place of a call", calls(#"null"#), calls(kitchen), format: 1, -3.0),
        Case("the name is a number", calls(#"{"name": 5, "parameters": {}}"#), calls(kitchen), format: 1, -3.0),
        Case("the name is a list", calls(#"{"name": ["light"], "parameters": {}}"#), calls(kitchen), format: 1, -3.0),
        Case(
            "no tags", #"{"name": "light", "parameters": {"room": "kitchen", "on": true}}"#, calls(kitchen), format: 0,
            -3.0),
        Case(
            "no closing tag",
            #"<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}"#,
            calls(kitchen), format: 0, -3.0),
        Case(
            "no thought",
            #"<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>"#,
            calls(kitchen), format: 0, 3.0),
        Case(
            "no line feed behind the thought",
            #"<think>t</think><tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>"#,
            calls(kitchen), format: 0, 3.0),
        Case(
            "no line feed behind the tag",
            #"<think>t</think>\#n<tool_call>{"name": "light", "parameters": {"room": "kitchen", "on": true}}</tool_call>"#,
            calls(kitchen), format: 0, 3.0),
        Case(
            "text behind the calls",
            #"<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>\#nDone."#,
            calls(kitchen), format: 0, 3.0),
        Case(
            "text before the thought",
            #"Well. <think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>"#,
            calls(kitchen), format: 0, 3.0),
        Case(
            "two pairs of tags",
            #"<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "hall", "on": false}}\#n</tool_call>"#,
            calls(kitchen, hall), format: 0, 0.0),
        Case(
            "blanks around",
            #"  \#n<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>\#n\#n "#,
            calls(kitchen), format: 1, 3.0),
        Case(
            "ChatML's marks",
            #"<|im_start|>user\#nhello<|im_end|>\#n<|im_start|>assistant\#n<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call><|im_end|>\#n"#,
            calls(kitchen), format: 1, 3.0),
        Case(
            "the last turn counts",
            #"<|im_start|>assistant\#n<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "hall", "on": false}}\#n</tool_call><|im_end|>\#n<|im_start|>assistant\#n<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call><|im_end|>"#,
            calls(kitchen), format: 1, 3.0),
        Case("a response, formed", r, r, format: 1, 0.0),
        Case("a response, another text", #"<think>other</think>\#n<response>yes</response>"#, r, format: 1, 0.0),
        Case("a response without a thought", #"<response>no</response>"#, r, format: 0, 0.0),
        Case("a response is wanted, a call comes", calls(kitchen), r, format: 0, 0.0),
        Case("a call is wanted, a response comes", r, calls(kitchen), format: 0, -3.0),
        Case("call and response", b, b, format: 1, 3.0),
        Case("call and response, the response is missing", calls(kitchen), b, format: 0, 3.0),
        Case(
            "call and response, the call is wrong",
            #"<think>t</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "hall", "on": true}}\#n</tool_call>\#n<response>done</response>"#,
            b, format: 1, 1.5),
        Case(
            "call and response in the wrong order",
            #"<think>t</think>\#n<response>done</response>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>"#,
            b, format: 0, 3.0),
        Case("only a thought is wanted", #"<think>t</think>"#, #"<think>x</think>"#, format: 1, 0.0),
        Case("only a thought is wanted, more comes", #"<think>t</think> more"#, #"<think>x</think>"#, format: 0, 0.0),
        Case(
            "an empty thought",
            #"<think></think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>"#,
            calls(kitchen), format: 1, 3.0),
        Case(
            "a thought of two lines",
            #"<think>a\#nb</think>\#n<tool_call>\#n{"name": "light", "parameters": {"room": "kitchen", "on": true}}\#n</tool_call>"#,
            calls(kitchen), format: 1, 3.0),
        Case("nothing", #""#, calls(kitchen), format: 0, -3.0),
        Case(
            "accents are signs", calls(#"{"name": "f", "parameters": {"a": "e\u0301"}}"#),
            calls(#"{"name": "f", "parameters": {"a": "\u00e9"}}"#), format: 1, 1.0),
        Case(
            "objects within", calls(#"{"name": "f", "parameters": {"a": {"x": 1, "y": [true]}}}"#),
            calls(#"{"name": "f", "parameters": {"a": {"y": [1], "x": 1.0}}}"#), format: 1, 3.0),
        Case(
            "seven parameters, three right", calls(#"{"name": "f", "parameters": {"a":1,"b":2,"c":3,"x":4,"y":5}}"#),
            calls(#"{"name": "f", "parameters": {"a":1,"b":2,"c":3,"d":4,"e":5,"g":6,"h":7}}"#), format: 1,
            -0.11111111111111072),
    ]

    @Test(arguments: cases) func isWorthWhatVerlSays(_ row: Case) {
        let answer = RewardedAnswer(response: row.answer, label: RewardLabel(text: row.truth))
        let reward = RewardRule.rlla.reward(answer)
        #expect(reward["format"] == row.format)
        #expect(reward["correctness"] == row.correctness)
        #expect(reward.value == row.format + row.correctness)
    }

    @Test func hasSixtyCases() { #expect(Self.cases.count >= 60) }

    /// A label in our form is worth what ToolRL's text of it is.
    @Test(arguments: cases.filter { $0.truth == calls(kitchen) }) func readsOwnLabels(_ row: Case) {
        let label = RewardLabel(["expected": [["function": "light", "parameters": ["room": "kitchen", "on": true]]]])
        let reward = RewardRule.rlla.reward(RewardedAnswer(response: row.answer, label: label))
        #expect(reward["correctness"] == row.correctness)
        #expect(reward["format"] == row.format)
    }

    @Test func refusesMoreCallsThanAnyoneMakes() {
        let many =
            "<think>t</think>\n<tool_call>\n" + Array(repeating: Self.kitchen, count: 257).joined(separator: "\n")
            + "\n</tool_call>"
        let reward = RewardRule.rlla.reward(
            RewardedAnswer(response: many, label: RewardLabel(text: Self.calls(Self.kitchen))))
        #expect(reward["correctness"] == -3)
    }
}
