import ModelStore
import FunctionCalling
import Functions
import ArgumentParser
import Foundation
import Kernels
import ModelFiles
import Models
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

    @Option(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model = "qwen2.5-coder-0.5b-instruct"

    @Option(help: "Folder for adapter, log and checkpoint.")
    var output: String

    @Option(help: "Folder of an adapter to go on with: its shape is kept, its numbers are where this training begins.")
    var from: String?

    @Option(help: "Samples whose loss is watched, and that are not learnt.")
    var valid: String?

    @Option(help: "Steps between looks at --valid; 0: at the end only.")
    var validEvery = 0

    @Option(help: "Samples of --data, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(help: "Functions offered in a prompt, as the server's calling.top_k.")
    var topK = 10

    @Option(help: "What prompts show: joint (the functions offered) or pool (all of the pool, computed once).")
    var layout = PromptLayout.joint

    @Flag(help: "Write the adapter in numbers of 16 bits (bf16).")
    var short = false

    @Option(help: "Steps between checkpoints; 0: none.")
    var checkpointEvery = 20

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    @OptionGroup var method: TrainingMethodOptions

    func validate() throws {
        guard limit.map({ $0 > 0 }) ?? true, (1...64).contains(topK), threads.map({ (1...1024).contains($0) }) ?? true
        else { throw ValidationError("--limit must be above 0, --top-k in 1...64, --threads in 1...1024") }
        guard validEvery >= 0, checkpointEvery >= 0 else {
            throw ValidationError("--valid-every and --checkpoint-every must not be negative")
        }
    }

    func run() async throws {
        guard !AdapterFiles.exist(in: output), !FileManager.default.fileExists(atPath: output + "/config.json") else {
            throw ValidationError("\(output) holds a finished training. Give another --output")
        }
        let path = try ModelManifest.locate(model)
        let file = try ModelFile.open(path: path)
        let taught = try FunctionPool.load(path: pool)
        let prompts = try TeachingPrompts(
            pool: taught, tokenizer: Tokenizer(file.tokenizer), topK: topK, layout: layout,
            contextLength: file.description.contextLength)
        let first = try from.map { try AdapterFiles.read($0, for: file.description) }
        let plan = try method.plan(for: file.description, invocation: prompts.invocation, goingOn: first?.shape)
        let samples = try await samples(data, limit: limit, prompts)
        var watched: [TrainingSample] = []
        if let valid { watched = try await self.samples(valid, limit: nil, prompts) }

        let pool = WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let weights = try ParameterArena.weights(of: file)
        let decoder: TrainingDecoder
        if let shape = plan.adapter {
            let adapter =
                first
                ?? Adapter(
                    shape: shape, factors: .adapter(shape, for: file.description, seed: plan.seed))
            decoder = try TrainingDecoder(
                weights: weights, of: file.description, training: adapter, precision: plan.precision, on: pool)
        } else {
            decoder = try TrainingDecoder(training: weights, of: file.description, on: pool)
        }
        let training = try TrainingRun(
            decoder, plan, samples: samples, validation: watched,
            in: .init(
                folder: output, checkpointSteps: checkpointEvery, validationSteps: validEvery,
                record: ["base": .string(path), "file": .string(data), "pool": .string(self.pool)]))
        var progress = TrainingProgress(done: training.done)
        if training.done > 0 { tell("going on after step \(training.done)") }
        tell("\(samples.count) samples, \(training.steps) steps, \(decoder.parameters.count) numbers to learn")
        var card = AdapterCard(
            layout: layout.rawValue, functions: taught.functions.map(\.name),
            files: ["base": path, "data": data, "pool": self.pool], record: plan.record)
        if let from { card.files["from"] = AdapterFolder(from).weightsPath }
        try training.run { step in
            tell(progress.line(step))
            card.add(step)
        }
        if let shape = plan.adapter {
            try card.write(to: output)
            try AdapterFiles.write(
                Adapter(shape: shape, factors: decoder.parameters), base: model, isShort: short, to: output)
        } else {
            try ModelFolder.write(weights, file.description, file.tokenizer, to: output)
        }
        training.finish()
        tell("\(output): written")
    }

    /// Unbuffered: progress is seen at once, in a file too.
    private func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

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
