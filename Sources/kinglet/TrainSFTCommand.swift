import FunctionCalling
import Functions
import ArgumentParser
import Foundation
import ModelFiles
import Documents
import Teaching
import Tokenization
import Training

struct TrainSFTCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sft",
        abstract: "Teach a model right calls: supervised fine-tuning.",
        discussion: """
            Each sample is put as the server would put it, and the model learns to write its answer. What comes out is an
            adapter in PEFT's layout, or with --full a model. The same command goes on where a killed one stopped.

            EXAMPLES
              kinglet train sft --data snips/train.jsonl.gz --pool snips/pool.json --output snips-adapter
              kinglet train sft --data more.jsonl --pool snips/pool.json --from snips-adapter --output snips-adapter-2
              kinglet merge qwen2.5-coder-0.5b-instruct snips-adapter snips-model
              kinglet serve --model snips-model
            """)

    @Option(help: "Samples, .jsonl or .jsonl.gz.")
    var data: String

    @Option(help: "The pool that they call, YAML or JSON.")
    var pool: String

    @OptionGroup var place: TrainingPlaceOptions

    @Option(help: "Samples whose loss is watched, and that are not learnt.")
    var valid: String?

    @Option(help: "Samples of --data, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(help: "Functions offered in a prompt, as the server's calling.top_k.")
    var topK = 10

    @Option(help: "What prompts show: joint (the functions offered) or pool (all of the pool, computed once).")
    var layout = PromptLayout.joint

    @OptionGroup var method: TrainingMethodOptions

    func validate() throws {
        guard limit.map({ $0 > 0 }) ?? true, (1...64).contains(topK) else {
            throw ValidationError("--limit must be above 0, --top-k in 1...64")
        }
    }

    func run() async throws {
        let training = try SampleTraining(place)
        let taught = try FunctionPool.load(path: pool)
        let prompts = try TeachingPrompts(
            pool: taught, tokenizer: Tokenizer(training.file.tokenizer), topK: topK, layout: layout,
            contextLength: training.file.description.contextLength)
        let plan = try training.plan(method, invocation: prompts.invocation)
        let samples = try await samples(data, limit: limit, prompts)
        var watched: [TrainingSample] = []
        if let valid { watched = try await self.samples(valid, limit: nil, prompts) }
        let card = AdapterCard(
            layout: layout.rawValue, functions: taught.functions.map(\.name),
            files: ["base": training.path, "data": data, "pool": pool], record: plan.record)
        try training.run(
            plan, samples, watched: watched, card: card, record: ["file": .string(data), "pool": .string(pool)])
    }

    private func samples(_ path: String, limit: Int?, _ prompts: TeachingPrompts) async throws -> [TrainingSample] {
        var samples: [TrainingSample] = []
        for (index, taught) in try TaughtRequest.load(path: path, limit: limit, seed: method.seed).enumerated() {
            let place = "\(path): sample \(index + 1), \"\(taught.request.query.prefix(60))\""
            do {
                let call = try await prompts.call(taught)
                samples.append(try TrainingSample(prompt: call.prompt, completion: call.completion, place: place))
            } catch let error where !(error is TrainingError) {
                throw TrainingError.sample(place: place, reason: "\(error)")
            }
        }
        return samples
    }
}

extension PromptLayout: ExpressibleByArgument {}
