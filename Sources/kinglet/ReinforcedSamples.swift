import Documents
import Functions
import Judging
import Reinforcement
import Rewards
import Teaching
import Tokenization
import Training

/// The samples of a training as prompts whose answers are rewarded.
struct ReinforcedSamples {
    /// With the right answer: nothing is learnt from it, but another one is another training.
    let samples: [TrainingSample]
    let prompts: [ReinforcedPrompt]

    /// What the paper's reward wants is said behind the request: the beginning of the prompt stays as it is served.
    private static let thoughtRequest = """


        First think, between <think> and </think>: which function fits, and what is each parameter? End with the function's \
        name. Then write the JSON between <answer> and </answer>.
        """

    init(
        _ taught: TaughtSamplesOptions, _ lesson: TrainingLesson, _ rule: RewardRule, seed: UInt64
    ) async throws {
        let tokenizer = try Tokenizer(lesson.material.start.file.tokenizer)
        let requests = try TaughtRequest.load(path: taught.data, limit: taught.limit, seed: seed)
        let asked = rule == .paper ? tokenizer.encode(Self.thoughtRequest) : []
        let functions = lesson.pool?.functions ?? []
        var samples: [TrainingSample] = [], prompts: [ReinforcedPrompt] = []
        for (sample, request) in zip(lesson.material.samples, requests) {
            let prompt = ReinforcedPrompt.asking(asked, in: Array(sample.tokens[..<sample.promptLength]), tokenizer)
            let reference = Reference(
                outcome: request.label.outcome, expected: request.label.calls, answers: .exact)
            prompts.append(
                ReinforcedPrompt(tokens: prompt) { text in
                    let reward = rule.reward(
                        RewardedAnswer(response: text, label: RewardLabel(reference: reference), functions: functions))
                    return RewardedText(value: reward.value, isRight: reward.isRight)
                })
            samples.append(
                try TrainingSample(
                    prompt: prompt, completion: Array(sample.tokens[sample.promptLength...]),
                    place: "\(taught.data): sample \(samples.count + 1)"))
        }
        (self.samples, self.prompts) = (samples, prompts)
    }
}
