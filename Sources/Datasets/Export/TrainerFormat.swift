import Documents
import Functions
import OrderedCollections
import Rewards

/// The forms in which other trainers read data: a line of JSON a sample.
package enum TrainerFormat: String, Sendable, CaseIterable {
    /// TRL 1.16: conversational prompt and completion, `tools` as JSON text; `label` for reward functions.
    case trl
    /// LLaMA-Factory: sharegpt with `function_call` turns, system and tools of their own columns.
    case llamafactory
    /// OpenRLHF 0.11: `input` (a chat), `output` (a chat) and `label` in one file, for SFT and for reinforcement.
    case openrlhf
    /// verl 0.9: `prompt`, `reward_model.ground_truth`, `extra_info`.
    case verl

    /// - Parameters:
    ///   - rule: which reward the answers' form is for; TRL and LLaMA-Factory take calls as calls.
    ///   - set: the data set's name.
    ///   - index: the sample's place in it.
    package func line(_ taught: TaughtConversation, rule: RewardRule, set: String, index: Int) -> JSONValue {
        switch self {
        case .trl: Self.trl(taught)
        case .llamafactory: Self.llamafactory(taught)
        case .openrlhf:
            [
                "input": .array(taught.messages(for: rule).map(\.json)),
                "output": [["role": "assistant", "content": .string(taught.answer(for: rule))]],
                "label": .string(taught.label), "datasource": .string(set),
            ]
        case .verl:
            [
                "data_source": .string(set), "prompt": .array(taught.messages(for: rule).map(\.json)),
                "ability": "function_calling",
                "reward_model": ["style": "rule", "ground_truth": .string(taught.label)],
                "extra_info": [
                    "id": .string(taught.id), "index": .integer(index), "answer": .string(taught.answer(for: rule)),
                ],
            ]
        }
    }

    private static func trl(_ taught: TaughtConversation) -> JSONValue {
        var prompt = taught.dialogue
        if !taught.setting.isEmpty {
            prompt.insert(.init(role: "system", content: taught.setting.joined(separator: "\n")), at: 0)
        }
        var answer: JSONObject = [
            "role": "assistant", "content": .string(taught.calls.isEmpty ? taught.refusal : ""),
        ]
        if !taught.calls.isEmpty {
            answer["tool_calls"] = .array(
                taught.calls.map { call in
                    ["type": "function", "function": TaughtConversation.json(call, parameters: "arguments")]
                })
        }
        return [
            "prompt": .array(prompt.map(\.json)), "completion": [.object(answer)],
            "tools": .string(taught.tools.text(.spaced)), "label": .string(taught.label),
        ]
    }

    private static func llamafactory(_ taught: TaughtConversation) -> JSONValue {
        func turn(_ role: String, _ text: String) -> JSONValue { ["from": .string(role), "value": .string(text)] }
        var turns = taught.dialogue.map { turn($0.role == "user" ? "human" : "gpt", $0.content) }
        let calls = taught.calls.map { TaughtConversation.json($0, parameters: "arguments") }
        switch calls.count {
        case 0: turns.append(turn("gpt", taught.refusal))
        case 1: turns.append(turn("function_call", calls[0].text(.spaced)))
        default: turns.append(turn("function_call", JSONValue.array(calls).text(.spaced)))
        }
        let tools = taught.functions.map { function -> JSONValue in
            [
                "name": .string(function.name), "description": .string(function.description),
                "parameters": function.parameters,
            ]
        }
        return [
            "conversations": .array(turns), "system": .string(taught.setting.joined(separator: "\n")),
            "tools": .string(JSONValue.array(tools).text(.spaced)),
        ]
    }

    /// LLaMA-Factory's description of a file, beside those that are there.
    ///
    /// - Parameter known: the `dataset_info.json` that is there already.
    package static func datasetInfo(_ name: String, file: String, known: JSONValue?) -> JSONValue {
        var entries = known?.objectValue ?? [:]
        entries[name] = [
            "file_name": .string(file), "formatting": "sharegpt",
            "columns": ["messages": "conversations", "system": "system", "tools": "tools"],
        ]
        return .object(entries)
    }
}
