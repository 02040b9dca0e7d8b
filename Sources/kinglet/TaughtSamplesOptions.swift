import ArgumentParser
import Documents
import FunctionCalling
import Functions
import ModelFiles
import Teaching
import Tokenization
import Training

/// Which samples a model is taught, and how they are put.
struct TaughtSamplesOptions: ParsableArguments {
    @Option(help: "Samples, .jsonl or .jsonl.gz.")
    var data: String

    @Option(help: "The pool that they call, YAML or JSON. Without one each sample brings its functions.")
    var pool: String?

    @Option(help: "Samples of --data, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(help: "Functions offered in a prompt, as the server's calling.top_k.")
    var topK = 10

    @Option(help: "What prompts show: joint (the functions offered) or pool (all of the pool, computed once).")
    var layout = PromptLayout.joint

    @Option(help: "The longest prompt that is learnt, in tokens; longer ones are left out. Default: none is.")
    var longest: Int?

    func validate() throws {
        guard limit.map({ $0 > 0 }) ?? true, (1...64).contains(topK) else {
            throw ValidationError("--limit must be above 0, --top-k in 1...64")
        }
        guard longest.map({ (32...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--longest must be in 32...1000000")
        }
        guard pool != nil || layout == .joint else {
            throw ValidationError("--layout \(layout.rawValue) shows a pool: give --pool")
        }
    }

    /// Of `--pool`.
    func functions() throws -> FunctionPool? { try pool.map { try FunctionPool.load(path: $0) } }

    func prompts(_ taught: FunctionPool?, for file: ModelFile) throws -> TeachingPrompts {
        try TeachingPrompts(
            pool: taught, tokenizer: Tokenizer(file.tokenizer), topK: topK, layout: layout,
            contextLength: file.description.contextLength)
    }

    /// Of `--data`.
    func samples(_ prompts: TeachingPrompts, seed: UInt64) async throws -> [TrainingSample] {
        try await samples(of: data, limit: limit, seed: seed, prompts)
    }

    /// - Throws: `TrainingError.sample` that names the sample.
    func samples(
        of path: String, limit: Int?, seed: UInt64, _ prompts: TeachingPrompts
    ) async throws -> [TrainingSample] {
        var samples: [TrainingSample] = []
        for (index, taught) in try TaughtRequest.load(path: path, limit: limit, seed: seed).enumerated() {
            let place = "\(path): sample \(index + 1), \"\(taught.request.query.prefix(60))\""
            do {
                let call = try await prompts.call(taught)
                guard longest.map({ call.prompt.count <= $0 }) ?? true else { continue }
                samples.append(try TrainingSample(prompt: call.prompt, completion: call.completion, place: place))
            } catch let error where !(error is TrainingError) {
                throw TrainingError.sample(place: place, reason: "\(error)")
            }
        }
        return samples
    }
}

extension PromptLayout: ExpressibleByArgument {}
