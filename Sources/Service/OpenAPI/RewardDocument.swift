import Documents
import FunctionCalling
import OrderedCollections
import Rewards

/// The routes for trainers.
struct RewardDocument: DocumentedGroup {
    let limits: RequestLimits
    let tag = "rewards"
    let about = "What answers are worth to a trainer."

    /// The routes of this group.
    var operations: [Operation] {
        [
            Operation(
                method: .post, path: "/v1/reward", id: "reward", tag: tag, summary: "What are these answers worth?",
                description: "The paper's reward (appendix B), ToolRL's, or 0 and 1. Nothing is asked of the model.",
                body: Schema.named("RewardRequest"), examples: Self.examples,
                answers: [.json("A reward a sample.", Schema.named("Rewards"))]),
            Operation(
                method: .post, path: "/get_reward", id: "getReward", tag: tag,
                summary: "Rewards as OpenRLHF and LLaMA-Factory ask for them",
                description: """
                    OpenRLHF's `--reward.remote_url`, LLaMA-Factory's `reward_model` with `reward_model_type: api`. Fields \
                    that are not known are passed over; an answer or label that cannot be read is worth what such an answer is.
                    """,
                parameters: [
                    .init(
                        name: "reward", place: .query, schema: Self.rules, description: "The rule; `paper` by default."),
                    .init(
                        name: "pool", place: .query, schema: Schema.string,
                        description: "The pool that was offered; else the label's `functions`, else every name is one."),
                ],
                body: Schema.any(Schema.named("OpenRLHFRewardRequest"), Schema.named("LLaMAFactoryRewardRequest")),
                examples: Self.trainerExamples,
                answers: [
                    .json(
                        "Numbers, in the order of the answers.",
                        Schema.any(Schema.named("OpenRLHFRewards"), Schema.named("LLaMAFactoryRewards")))
                ]),
        ]
    }

    private static let rules = Schema.choice(RewardRule.allCases.map(\.rawValue))

    /// The schemas that they name.
    var schemas: JSONObject {
        let texts = Schema.any(Schema.string, Schema.array(Schema.string, count: 0...TrainerRequest.mostAnswers))
        let numbers = Schema.array(Schema.number)
        let offer: [Schema.Member] = [
            .optional("pool", Schema.string, "Excludes `functions`; without both every name is a function."),
            .optional("functions", CommonSchemas.functions(limits)),
        ]
        return [
            "RewardRequest": Schema.object(
                [
                    .optional("reward", Self.rules, "`paper` by default."),
                    .required(
                        "samples",
                        Schema.array(Schema.named("RewardSample"), count: 1...RewardRequest.mostSamples)),
                ] + offer),
            "RewardSample": Schema.object(
                [
                    .required("response", Schema.string, "What the model wrote, or a whole conversation with marks."),
                    .optional("prompt", Schema.string, "Cut off where the response begins with it."),
                    .optional("reference", Schema.named("Reference")),
                    .absent(
                        "label", [:],
                        "Instead of `reference`: a call, an array of calls, either as JSON text, or ToolRL's ground truth."
                    ),
                ] + offer),
            "Rewards": Schema.object(
                [
                    .required("object", Schema.constant("rewards")), .required("reward", Self.rules),
                    .required(
                        "results",
                        Schema.array(
                            Schema.object([
                                .required("reward", Schema.number, "The sum of the parts."),
                                .required("score", ["type": "integer", "enum": [0, 1]], "1: the answer is right."),
                                .required("parts", Schema.map(of: Schema.number)),
                                .required("detail", Schema.string, "Why."),
                            ]))),
                ], isOpen: true),
            "OpenRLHFRewardRequest": Schema.object(
                [
                    .required("query", texts, "Prompt and answer together."), .absent("prompts", [:]),
                    .absent("labels", [:], "As `label` of `/v1/reward`, one an answer."),
                ], isOpen: true),
            "LLaMAFactoryRewardRequest": Schema.object([.required("messages", texts)], isOpen: true),
            "OpenRLHFRewards": Schema.object(
                [
                    .required("rewards", numbers), .required("scores", numbers, "1: the answer is right; else 0."),
                    .required("extra_logs", Schema.map(of: numbers), "The parts."),
                ], isOpen: true),
            "LLaMAFactoryRewards": Schema.object([.required("scores", numbers)], isOpen: true),
        ]
    }

    private static let answer: JSONValue = """
        <think>The kitchen should go dark: set_lights</think>
        <answer>{"function": "set_lights", "parameters": {"room": "kitchen", "on": false}}</answer>
        """
    private static let right: JSONValue = ["function": "set_lights", "parameters": ["room": "kitchen", "on": false]]

    private static let examples: [(String, JSONValue)] = [
        (
            "paper",
            [
                "functions": [CallingDocument.lights],
                "samples": [["response": answer, "reference": ["outcome": "call", "expected": [right]]]],
            ]
        ),
        (
            "rlla",
            [
                "reward": "rlla",
                "samples": [
                    [
                        "response":
                            "<think>dark</think>\n<tool_call>\n{\"name\": \"set_lights\", \"parameters\": {\"on\": false}}\n</tool_call>",
                        "label": [right],
                    ]
                ],
            ]
        ),
    ]

    private static let trainerExamples: [(String, JSONValue)] = [
        (
            "openrlhf",
            ["query": [answer], "prompts": [""], "labels": [.string(right.text())]]
        ),
        ("llamafactory", ["model": "model", "messages": [answer]]),
    ]
}
