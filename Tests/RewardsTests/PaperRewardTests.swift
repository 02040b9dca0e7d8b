import Documents
import Functions
import Judging
import Rewards
import Testing

/// Every line of the table of appendix B, and what stands between its lines.
@Suite struct PaperRewardTests {
    static let functions = [
        FunctionDefinition(
            name: "set_light", description: "",
            parameters: [
                "type": "object", "required": ["room"],
                "properties": [
                    "room": ["type": "string", "enum": ["kitchen", "hall"]], "level": ["type": "integer"],
                    "tags": ["type": "array", "items": ["type": "string"], "uniqueItems": true],
                ],
            ]),
        FunctionDefinition(name: "set_light_color", description: ""),
        FunctionDefinition(
            name: "media.stop", description: "", parameters: ["type": "object", "additionalProperties": true]),
    ]

    /// What the model wrote, and what that is worth against `set_light(room: kitchen, level: 5)`.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String, thought: String, answer: String
        let format: Double, worth: Double

        init(_ name: String, _ thought: String, _ answer: String, _ format: Double, _ worth: Double) {
            (testDescription, self.thought, self.answer) = (name, thought, answer)
            (self.format, self.worth) = (format, worth)
        }

        var text: String { "<think>\(thought)</think><answer>\(answer)</answer>" }
    }

    static let right = #"{"function": "set_light", "parameters": {"room": "kitchen", "level": 5}}"#
    static let cases: [Case] = [
        Case("all right", "I call set_light", right, 1, 2),
        Case(
            "name and arguments", "set_light", #"{"name": "set_light", "arguments": {"room": "kitchen", "level": 5}}"#,
            1, 2),
        Case("an array of one", "set_light", "[\(right)]", 1, 2),
        Case(
            "folded as data sets are", "set_light",
            #"{"function": "set_light", "parameters": {"room": "Kitchen", "level": 5.0}}"#, 0, 2),
        Case("blanks around", "set_light", "\n \(right)\n", 1, 2),
        Case(
            "a value is wrong", "set_light", #"{"function": "set_light", "parameters": {"room": "hall", "level": 5}}"#,
            1, -1.2),
        Case(
            "a parameter is missing", "set_light", #"{"function": "set_light", "parameters": {"room": "kitchen"}}"#, 1,
            -1.2),
        Case(
            "a parameter too many", "set_light",
            #"{"function": "set_light", "parameters": {"room": "kitchen", "level": 5, "tags": []}}"#, 1, -1.2),
        Case(
            "an unknown parameter too many", "set_light",
            #"{"function": "set_light", "parameters": {"room": "kitchen", "level": 5, "x": 1}}"#, 0, -1.2),
        Case(
            "all values are wrong", "set_light",
            #"{"function": "set_light", "parameters": {"room": "hall", "level": 6}}"#, 1, -1.25),
        Case(
            "a value breaks the schema", "set_light", #"{"function": "set_light", "parameters": {"room": "attic"}}"#, 0,
            -1.25),
        Case(
            "a required one is missing", "set_light", #"{"function": "set_light", "parameters": {"level": 5}}"#, 0, -1.2
        ),
        Case(
            "only other parameters", "set_light", #"{"function": "set_light", "parameters": {"tags": ["a"]}}"#, 0, -1.5),
        Case("no parameters", "set_light", #"{"function": "set_light", "parameters": {}}"#, 0, -1.5),
        Case("parameters left out", "set_light", #"{"function": "set_light"}"#, 0, -1.5),
        Case("another function", "set_light_color", #"{"function": "set_light_color", "parameters": {}}"#, 1, -1.5),
        Case(
            "another function with the right parameters", "media.stop",
            #"{"function": "media.stop", "parameters": {"room": "kitchen", "level": 5}}"#, 1, -1.5),
        Case("a refusal", "no_appropriate_function", #"{"function": "no_appropriate_function"}"#, 1, -1.5),
        Case("nothing fits, as an array", "no_appropriate_function", "[]", 1, -1.5),
        Case("an outcome of its own form", "request_unclear", #"{"outcome": "request_unclear"}"#, 1, -1.5),
        Case("two calls, one right", "set_light", "[\(right), \(right)]", 1, -1.2),
        Case("a function that is not defined", "paint", #"{"function": "paint", "parameters": {}}"#, 0, -2),
        Case("no JSON", "set_light", "set_light(kitchen)", 0, -2),
        Case("nothing in the answer", "set_light", "", 0, -2),
        Case("a number", "set_light", "5", 0, -2),
        Case("no name", "set_light", #"{"parameters": {}}"#, 0, -2),
        Case("parameters are a text", "set_light", #"{"function": "set_light", "parameters": "kitchen"}"#, 0, -2),
        Case(
            "arguments are JSON text", "set_light",
            #"{"name": "set_light", "arguments": "{\"room\": \"kitchen\", \"level\": 5}"}"#, 1, 2),
        Case("the thought names nothing", "It is dark.", right, 1, -2),
        Case("no thought", "", right, 1, -2),
        Case("the thought ends with another function", "set_light or set_light_color", right, 1, -2),
        Case("the thought comes back to it", "set_light_color? No: set_light.", right, 1, 2),
        Case("part of a longer name is no name", "set_light_color", right, 1, -2),
        Case("in quotes", "so `set_light` it is", right, 1, 2),
        Case("before a full stop", "I take set_light.", right, 1, 2),
        Case("between full stops", "house.set_light", right, 1, 2),
        Case("in Chinese", "应该调用set_light。", right, 1, 2),
        Case("an outcome is named last", "set_light, else request_unclear", right, 1, -2),
        Case(
            "names with a full stop", "media.stop.", #"{"function": "media.stop", "parameters": {"any": 1}}"#, 1, -1.5),
    ]

    static let expected: JSONValue = ["function": "set_light", "parameters": ["room": "kitchen", "level": 5]]

    static func reward(_ text: String, label: RewardLabel? = nil) -> Reward {
        RewardRule.paper.reward(
            RewardedAnswer(
                response: text, label: label ?? RewardLabel(["expected": [expected]]), functions: functions))
    }

    @Test(arguments: cases) func isWorth(_ row: Case) {
        let reward = Self.reward(row.text)
        #expect(reward["format"] == row.format, "\(reward.detail)")
        #expect(reward["answer"] == row.worth, "\(reward.detail)")
        #expect(reward.value == row.format + row.worth)
        #expect(reward.isRight == (row.worth == 2))
    }

    /// Text, format: how the tags stand.
    static let tagged: [(String, Double)] = [
        ("<think>set_light</think>\n\n<answer>\(right)</answer>\n", 1),
        ("<think>set_light</think> and <answer>\(right)</answer>", 0),
        ("<answer>\(right)</answer><think>set_light</think>", 0), ("<answer>\(right)</answer>", 0), (right, 0),
        ("Well: <think>set_light</think><answer>\(right)</answer>", 0),
        ("<think>set_light</think><answer>\(right)</answer> Done.", 0),
        ("<think>a</think><think>set_light</think><answer>\(right)</answer>", 0),
        ("<think>set_light</think><answer>\(right)</answer><answer>\(right)</answer>", 0),
        ("<think>set_light</think><answer>\(right)", 0), ("", 0),
        ("<|im_start|>assistant\n<think>set_light</think><answer>\(right)</answer><|im_end|>", 1),
    ]

    @Test(arguments: tagged) func wantsTheTags(_ text: String, format: Double) {
        #expect(Self.reward(text)["format"] == format)
    }

    @Test func refusalsCanBeRight() {
        let text =
            #"<think>None of them: no_appropriate_function</think><answer>{"function": "no_appropriate_function"}</answer>"#
        let label = RewardLabel(["outcome": "no_appropriate_function", "expected": []])
        #expect(Self.reward(text, label: label).value == 3)
        let unclear = RewardLabel(["outcome": "request_unclear", "expected": []])
        #expect(Self.reward(text, label: unclear).value == -0.5)
    }

    @Test func takesAnyAcceptedValue() {
        let label = RewardLabel([
            "answers": "possible",
            "expected": [["function": "set_light", "parameters": ["room": ["kitchen", "hall"], "level": [5, ""]]]],
        ])
        for parameters in [#"{"room": "hall"}"#, #"{"room": "kitchen", "level": 5}"#] {
            let text =
                #"<think>set_light</think><answer>{"function": "set_light", "parameters": \#(parameters)}</answer>"#
            #expect(Self.reward(text, label: label).value == 3)
        }
    }

    @Test func withoutALabelTheFormAloneCounts() {
        let reward = Self.reward("<think>set_light</think><answer>\(Self.right)</answer>", label: RewardLabel())
        #expect(reward.value == 1 && !reward.isRight)
        #expect(Self.reward("hello", label: RewardLabel()).value == -2)
    }

    @Test func withoutAPoolEveryNameIsAFunction() {
        let text = #"<think>paint</think><answer>{"function": "paint", "parameters": {"x": 1}}</answer>"#
        let answer = RewardedAnswer(
            response: text, label: RewardLabel([["function": "paint", "parameters": ["x": 1]]]))
        #expect(RewardRule.paper.reward(answer).value == 3)
    }

    @Test("law: an answer that is right is worth more than one that is not, and no reward leaves the table's values")
    func orders() {
        let values: Set<Double> = [2, -1.2, -1.25, -1.5, -2]
        for row in Self.cases {
            let worth = Self.reward(row.text)["answer"] ?? 0
            #expect(values.contains(worth))
        }
    }
}
