import Datasets
import Documents
import Rewards
import Testing

@Suite struct TrainerFormatTests {
    static let lines = [
        SampleSet.call("a", "light in the hall", #"{"room": "hall", "level": 5}"#),
        SampleSet.refusal("b", "hello"), SampleSet.refusal("c", "light", "request_unclear"),
        SampleSet.call(
            "d", "more", #"{"room": ["hall", "kitchen"], "level": ["", 5]}"#, more: #", "answers": "possible""#),
        #"{"id": "e", "query": "both", "pool": "pool.json", "outcome": "call", "expected": [{"function": "set_light", "parameters": {"room": "hall"}}, {"function": "stop"}], "context": {"time": "2026-11-30T12:00:00"}, "history": [{"role": "system", "content": "Be short."}, {"role": "assistant", "content": "Hi."}, {"role": "user", "content": "wait"}, {"role": "assistant", "content": "for what?"}, {"role": "assistant", "content": "well?"}]}"#,
        #"{"id": "f", "query": "x", "functions": [{"name": "g"}], "outcome": "call", "expected": [{"function": "g"}], "history": [{"role": "user", "content": "y"}]}"#,
    ]

    static func taught() throws -> [TaughtConversation] {
        try SampleSet(lines).file().rows.compactMap(TaughtConversation.init)
    }

    static func export(_ format: TrainerFormat, _ rule: RewardRule = .exact) throws -> [JSONValue] {
        try taught().enumerated().map { format.line($0.element, rule: rule, set: "s", index: $0.offset) }
    }

    @Test("law: the answer that is taught is right by its own label", arguments: RewardRule.allCases)
    func answersAreRight(_ rule: RewardRule) throws {
        for taught in try Self.taught() {
            let answer = RewardedAnswer(
                response: taught.answer(for: rule), label: RewardLabel(.string(taught.label)),
                functions: taught.functions)
            let reward = rule.reward(answer)
            #expect(reward.isRight, "\(taught.id) \(reward)")
            let most: Double =
                switch rule {
                case .exact: 1
                case .paper: 3
                case .rlla: taught.answer(for: rule).contains("<tool_call>") ? 4 : 1
                }
            #expect(reward.value == most, "\(taught.id) \(reward)")
        }
    }

    @Test func writesTRL() throws {
        let lines = try Self.export(.trl)
        #expect(lines[0]["prompt"] == [["role": "user", "content": "light in the hall"]])
        #expect(
            lines[0]["completion"] == [
                [
                    "role": "assistant", "content": "",
                    "tool_calls": [
                        [
                            "type": "function",
                            "function": ["name": "set_light", "arguments": ["room": "hall", "level": 5]],
                        ]
                    ],
                ]
            ])
        #expect(lines[1]["completion"] == [["role": "assistant", "content": "No appropriate function"]])
        let tools = try JSONValue(parsing: try #require(lines[0]["tools"]?.stringValue))
        #expect(tools.arrayValue?.map { $0["function"]?["name"] } == ["set_light", "stop"])
        #expect(tools.arrayValue?.first?["type"] == "function")
        #expect(
            lines[4]["prompt"]?.arrayValue?.map { $0["role"]?.stringValue } == ["system", "user", "assistant", "user"])
        #expect(lines[4]["completion"]?.arrayValue?.first?["tool_calls"]?.arrayValue?.count == 2)
        #expect(lines[5]["prompt"] == [["role": "user", "content": "y\nx"]])
    }

    @Test func writesLLaMAFactory() throws {
        let lines = try Self.export(.llamafactory)
        for line in lines {
            let roles = line["conversations"]?.arrayValue?.compactMap { $0["from"]?.stringValue } ?? []
            // Odd places are people's, even ones the model's.
            for (index, role) in roles.enumerated() {
                #expect(index % 2 == 0 ? role == "human" : ["gpt", "function_call"].contains(role), "\(roles)")
            }
            #expect(roles.count % 2 == 0)
            #expect(line["system"]?.stringValue != nil)
        }
        let call = #"{"name": "set_light", "arguments": {"room": "hall", "level": 5}}"#
        #expect(lines[0]["conversations"]?.arrayValue?.last == ["from": "function_call", "value": .string(call)])
        #expect(
            lines[3]["conversations"]?.arrayValue?.last?["value"]
                == #"{"name": "set_light", "arguments": {"room": "hall"}}"#)
        #expect(lines[4]["conversations"]?.arrayValue?.last?["value"]?.stringValue?.hasPrefix("[{") == true)
        #expect(lines[4]["system"]?.stringValue?.hasPrefix("Be short.\nContext: ") == true, "\(lines[4])")
        let info = TrainerFormat.datasetInfo("calls", file: "calls.jsonl", known: ["other": [:]])
        #expect(info["other"] == [:] && info["calls"]?["formatting"] == "sharegpt")
        #expect(info["calls"]?["columns"] == ["messages": "conversations", "system": "system", "tools": "tools"])
    }

    @Test func writesOpenRLHFAndVerl() throws {
        for rule in RewardRule.allCases {
            let (open, verl) = (try Self.export(.openrlhf, rule), try Self.export(.verl, rule))
            for (one, other) in zip(open, verl) {
                #expect(one["input"] == other["prompt"])
                #expect(
                    one["input"]?.arrayValue?.first?["role"] == "system"
                        && one["input"]?.arrayValue?.last?["role"] == "user")
                #expect(one["label"] == other["reward_model"]?["ground_truth"])
                #expect(one["output"]?.arrayValue?.first?["content"] == other["extra_info"]?["answer"])
                #expect(other["data_source"] == "s" && other["reward_model"]?["style"] == "rule")
            }
        }
        let system = try Self.export(.openrlhf, .paper)[0]["input"]?.arrayValue?.first?["content"]?.stringValue ?? ""
        #expect(system.contains(#"{"name": "set_light", "description": "Sets a lamp.""#) && system.contains("<answer>"))
        let label = try JSONValue(
            parsing: try #require(try Self.export(.verl)[5]["reward_model"]?["ground_truth"]?.stringValue))
        #expect(label["functions"]?.arrayValue?.count == 1 && label["outcome"] == "call")
    }

    @Test func leavesOutWhatNamesNoAnswer() throws {
        let any =
            #"{"id": "a", "query": "x", "pool": "pool.json", "outcome": "call", "expected": [], "answers": "any"}"#
        #expect(try SampleSet([any]).file().rows.compactMap(TaughtConversation.init).isEmpty)
    }
}
