import ArgumentParser
import Assembly
import Configuration
import Documents
import Kernels
import Models
import OrderedCollections
import Reinforcement
import Rewards
import Teaching
import Training

struct TrainReinforceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reinforce",
        abstract: "Let a model learn from the rewards of its own answers.",
        discussion: """
            Each step draws several answers of each of its prompts, as `kinglet serve` would write them without a grammar, rewards
            them against the samples' calls, and makes those likelier that are better than the others (Reinforce++ with the mean
            of a prompt's answers as baseline). The reward `paper` wants a thought before the answer: prompts then ask for one.
            Begin with an adapter that knows the form (--from); the model is held to it.

            EXAMPLES
              kinglet train reinforce --data train.jsonl --pool pool.yaml --from adapter --reward exact --lr 1e-5 --output better
              kinglet train reinforce --data train.jsonl --pool pool.yaml --from thinking --answers 8 --batch 16 --output better
            """)

    @OptionGroup var lesson: TrainingLessonOptions

    @Option(help: "paper (format and answer, for a thought and an answer in tags), exact or rlla.")
    var reward = RewardRule.paper.rawValue

    @Option(help: "Answers drawn of each prompt.")
    var answers = 8

    @Option(help: "Tokens of an answer.")
    var maxTokens = 256

    @Option(help: "Temperature of the draws.")
    var temperature: Float = 1

    @Option(help: "Weight of the divergence from the model that the training began with.")
    var kl = 0.001

    @Option(help: "How the weights are computed that draw: f32, bf16, w8a8, w8a16, w4a8, w4a16, fp8 or fp8a16.")
    var format = "w8a8"

    func validate() throws {
        guard RewardRule(rawValue: reward) != nil else {
            throw ValidationError("--reward must be paper, exact or rlla, not \(reward)")
        }
        guard WeightFormat(rawValue: format) != nil else {
            throw ValidationError(
                "--format \(format): must be one of \(WeightFormat.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard (2...256).contains(answers), (1...8192).contains(maxTokens) else {
            throw ValidationError("--answers must be in 2...256, --max-tokens in 1...8192")
        }
        guard temperature > 0, temperature <= 10, kl >= 0, kl.isFinite else {
            throw ValidationError("--temperature must be above 0 and at most 10, --kl not negative")
        }
        guard lesson.taught.pool != nil, lesson.taught.longest == nil else {
            throw ValidationError("--pool is needed here, and --longest is not for rewards")
        }
        guard !lesson.method.full else {
            throw ValidationError("--full: answers are drawn with an adapter. Leave it out, and merge the adapter")
        }
    }

    func run() async throws {
        var plan = ReinforcementPlan(reward: reward)
        (plan.answers, plan.maxTokens, plan.temperature) = (answers, maxTokens, temperature)
        (plan.divergenceWeight, plan.seed, plan.format) = (kl, lesson.method.seed, format)
        var read = try await lesson.read()
        let prompts = try await ReinforcedSamples(
            lesson.taught, read, RewardRule(rawValue: reward) ?? .paper, seed: plan.seed)
        read.material.samples = prompts.samples
        let session = try lesson.session(read, .init(loss: PolicyLoss(like: plan)))
        guard let adapter = session.adapter else { return }
        var settings = Settings()
        (settings.model.path, settings.model.format) = (lesson.place.model, format)
        settings.model.threads = lesson.place.threads ?? 0
        let packed = try await PackedModel.load(settings)
        let loaded = try LoadedModel(packed, settings.engine)
        defer { loaded.engine.stop() }
        // Read once more: the lesson's own is what is trained, or a checkpoint's already.
        let reference = try lesson.place.from.map {
            try AdapterFiles.read($0, for: read.material.start.file.description)
        }
        let policy = try ServedPolicy(loaded.engine, weights: packed.weights, reference: reference, on: packed.pool)
        let run = ReinforcementRun(session.training, of: adapter, policy, prompts: prompts.prompts, plan)
        try await lesson.run(session, read) { last in try await run.run(through: last, session.note) }
    }
}
