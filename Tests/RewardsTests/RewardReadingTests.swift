import Documents
import Functions
import Judging
import Rewards
import Testing

/// How answers, labels and conversations are read.
@Suite struct RewardReadingTests {
    /// JSON, and the calls in it: `f` or `f,g`; nil: it is no answer.
    static let answers: [(String, String?)] = [
        (#"{"function": "f", "parameters": {}}"#, "f"), (#"{"name": "f", "arguments": {}}"#, "f"),
        (#"{"name": "f", "parameters": null}"#, "f"), (#"{"name": "f"}"#, "f"),
        (#"{"type": "function", "function": {"name": "f", "arguments": "{}"}}"#, "f"),
        (#"[{"name": "f"}, {"name": "g"}]"#, "f,g"), ("[]", "no_appropriate_function"),
        (#"{"name": "request_unclear"}"#, "request_unclear"),
        (#"{"outcome": "call", "calls": [{"function": "f", "parameters": {}, "confidence": 0.5}]}"#, "f"),
        (#"{"outcome": "request_unclear", "calls": []}"#, "request_unclear"),
        (#"{"outcome": "call", "calls": 5}"#, nil), (#"{"name": 5}"#, nil), (#"{"name": "f", "arguments": "x"}"#, nil),
        (#"{"name": "f", "arguments": []}"#, nil), ("5", nil), (#""f""#, nil), ("null", nil),
        (#"[{"name": "f"}, 5]"#, nil),
        (#"{"function": {"arguments": {}}}"#, nil), ("{}", nil),
    ]

    private static func names(_ answer: FunctionAnswer?) -> String? {
        answer.map { $0.outcome == .call ? $0.calls.map(\.function).joined(separator: ",") : $0.outcome.rawValue }
    }

    @Test(arguments: answers) func readsAnswers(_ json: String, names: String?) throws {
        #expect(Self.names(AnswerText.answer(try JSONValue(parsing: json))) == names)
        #expect(Self.names(AnswerText.answer(in: json)) == names)
        #expect(Self.names(AnswerText.answer(in: "<think>x</think>\n<answer> \(json)\n</answer>")) == names)
    }

    static let tagged: [(String, String?)] = [
        ("<tool_call>\n{\"name\": \"f\"}\n</tool_call>", "f"),
        ("<tool_call>\n{\"name\": \"f\"}\n</tool_call>\n<tool_call>\n{\"name\": \"g\"}\n</tool_call>", "f,g"),
        ("<tool_call>\n{\"name\": \"f\"}\n{\"name\": \"g\"}\n</tool_call>", "f,g"),
        ("<tool_call>\nf\n</tool_call>", nil),
        ("Sorry.", nil), ("", nil), ("<answer>", nil),
    ]

    @Test(arguments: tagged) func readsTags(_ text: String, names: String?) {
        #expect(Self.names(AnswerText.answer(in: text)) == names)
    }

    /// A label, its outcome or nil, and how many calls it has.
    static let labels: [(JSONValue, String?, Int)] = [
        (["outcome": "call", "expected": [["function": "f"]], "answers": "exact"], "call", 1),
        (["expected": [["function": "f"], ["function": "g"]]], "call", 2),
        (["expected": []], "no_appropriate_function", 0),
        (["function": "f", "parameters": [:]], "call", 1), ([["name": "f"]], "call", 1),
        ([], "no_appropriate_function", 0),
        (#"{"function": "f"}"#, "call", 1), (#"{"expected": [{"function": "f"}]}"#, "call", 1),
        ("<think>a</think>\n<tool_call>\n{\"name\": \"f\", \"parameters\": {}}\n</tool_call>", "call", 1),
        ("<think>a</think>\n<response>b</response>", "no_appropriate_function", 0),
        ("<tool_call>\nno\n</tool_call>", nil, 0), ("42", nil, 0), ("", nil, 0), (nil, nil, 0), (5, nil, 0),
        (["expected": 5], nil, 0), (["expected": [["function": 5]]], nil, 0),
        (["answers": "x", "expected": []], nil, 0),
        (#""f""#, nil, 0), (#"{"outcome": "other"}"#, nil, 0),
    ]

    @Test(arguments: labels) func readsLabels(_ json: JSONValue, outcome: String?, calls: Int) {
        let label = RewardLabel(json)
        #expect(label.reference?.outcome.rawValue == outcome)
        #expect(label.reference?.expected.count ?? 0 == calls)
    }

    @Test func aLabelMaySayItsFunctions() {
        let functions: JSONValue = [
            ["name": "f", "description": "x"], ["type": "function", "function": ["name": "g"]],
        ]
        let label = RewardLabel(["expected": [["function": "f"]], "functions": functions])
        #expect(label.functions?.map(\.name) == ["f", "g"])
        #expect(RewardLabel(["expected": [], "functions": [5]]).functions == nil)
        #expect(RewardedAnswer(response: "", label: label).functions?.count == 2)
        #expect(RewardedAnswer(response: "", label: label, functions: []).functions?.isEmpty == true)
    }

    /// A conversation, its prompt, the answer in it.
    static let conversations: [(String, String?, String)] = [
        ("hello there", "hello ", "there"), ("hello there", nil, "hello there"), ("hello there", "bye", "hello there"),
        ("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n", nil, "b"),
        ("<|im_start|>assistant\na<|im_end|>\n<|im_start|>assistant\nb", nil, "b"),
        ("x<|im_start|>assistant\nb<|im_end|><|endoftext|>", "x<|im_start|>assistant\n", "b"),
        ("<|start_header_id|>assistant<|end_header_id|>\n\nb<|eot_id|>", nil, "b"), ("b<|endoftext|>", nil, "b"),
        ("", "a", ""), ("a", "a", ""),
    ]

    @Test(arguments: conversations) func cutsTheAnswerOut(_ text: String, prompt: String?, answer: String) {
        #expect(Completion.text(of: text, prompt: prompt) == answer)
    }

    static let exact: [(String, Double)] = [
        (#"{"function": "f", "parameters": {"a": "Light On"}}"#, 1),
        (#"{"name": "f", "arguments": {"a": "light-on"}}"#, 1),
        ("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"light on\"}}\n</tool_call>", 1),
        (#"{"function": "f", "parameters": {"a": "off"}}"#, 0),
        (#"{"function": "g", "parameters": {"a": "light on"}}"#, 0),
        ("no", 0), ("[]", 0),
    ]

    @Test(arguments: exact) func exactIsNoughtOrOne(_ text: String, value: Double) {
        let label = RewardLabel([["function": "f", "parameters": ["a": "light on"]]])
        let reward = RewardRule.exact.reward(RewardedAnswer(response: text, label: label))
        #expect(reward.value == value && reward.isRight == (value == 1))
        #expect(RewardRule.exact.reward(RewardedAnswer(response: text, label: RewardLabel())).value == 0)
    }

    @Test("law: no text fails", arguments: RewardRule.allCases) func bearsAnything(_ rule: RewardRule) {
        let parts = [
            "<think>", "</think>", "<answer>", "</answer>", "<tool_call>", "</tool_call>", "{", "}", "[", "\n", "é",
            "f",
        ]
        for seed in 0..<400 {
            var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1, text = ""
            for _ in 0..<(seed % 12) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int(state >> 33) % parts.count]
            }
            let label = RewardLabel([["function": "f", "parameters": [:]]])
            #expect(rule.reward(RewardedAnswer(response: text, label: label)).value.isFinite)
        }
    }
}
