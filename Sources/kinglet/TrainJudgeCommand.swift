import ArgumentParser
import Documents
import Evaluation
import Foundation
import Judging
import ModelFiles
import OrderedCollections
import Tokenization
import Training

/// `kinglet train judge`: an adapter that says by one token whether an answer is right.
struct TrainJudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Teach a model to judge answers by one token.",
        discussion: """
            Each labelled answer is put as a judge with `answers: token` reads it, and the model learns its verdict, 1 or 0. Answers \
            that break their function's schema are left out: rules decide those. What comes out is an adapter; Config/judges/taught.yaml \
            asks the one in Config/judges/taught. The same command goes on where a killed one stopped.

            EXAMPLES
              kinglet dataset build judge --data train.jsonl --count 4000 --output answers.jsonl
              kinglet train judge --data answers.jsonl --activated --rank 8 --lr 5e-4 --short --output Config/judges/taught
              kinglet evaluate judge --data other.jsonl --judge taught --without-reference
            """)

    @Option(help: "Answers with labels, .jsonl or .jsonl.gz; may be given several times.")
    var data: [String] = []

    @Option(help: "Of these answers those of a split by the hash of their question: all, train, valid.")
    var split = RetrievalEvaluation.Task.Split.all

    @Option(help: "Answers of each file, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(
        help: "Answers whose loss is watched, and that are not learnt; with --split train those of the split valid.")
    var valid: String?

    @Option(help: "Of answers to these sources none are learnt or watched; may be given several times.")
    var exceptSource: [String] = []

    @Option(help: "The longest prompt that is learnt, in tokens; longer ones are left out.")
    var longest = 1024

    @OptionGroup var place: TrainingPlaceOptions

    @OptionGroup var method: TrainingMethodOptions

    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("--data: name at least one file") }
        guard limit.map({ $0 > 0 }) ?? true, (32...32768).contains(longest) else {
            throw ValidationError("--limit must be above 0, --longest in 32...32768")
        }
    }

    func run() throws {
        let start = try place.start()
        let prompts = try VerdictPrompts(tokenizer: Tokenizer(start.file.tokenizer))
        let plan = try method.plan(
            for: start.file.description, invocation: prompts.invocation, goingOn: start.adapter?.shape)
        var material = TrainingMaterial(start: start, plan: plan)
        for path in data { material.samples += try samples(path, split, limit: limit, prompts) }
        if let valid { material.watched = try samples(valid, split == .train ? .valid : .all, limit: nil, prompts) }
        var files: OrderedDictionary<String, String> = ["base": start.path]
        for (index, path) in data.enumerated() { files[index == 0 ? "data" : "data \(index + 1)"] = path }
        let card = AdapterCard(layout: TaughtPrompt.layout, functions: [], files: files, record: plan.record)
        let session = try place.session(
            material, CrossEntropy(), card: card,
            record: ["files": .array(data.map { .string($0) }), "split": .string(split.rawValue)])
        try session.training.run(session.note)
        try session.write()
    }

    private func samples(
        _ path: String, _ split: RetrievalEvaluation.Task.Split, limit: Int?, _ prompts: VerdictPrompts
    ) throws -> [TrainingSample] {
        let (dataset, labelled) = try Dataset.labelled(path: path)
        let wanted = labelled.filter { answer in !exceptSource.contains { answer.source == $0 } }
        var samples: [TrainingSample] = [], byRules = 0, tooLong = 0
        for answer in LabelledAnswer.drawn(wanted, split, limit: limit, seed: method.seed) {
            let request = JudgeRequest(answer, hasReference: false)
            guard let prompt = prompts.lesson(request, functions: try dataset.functions(for: answer.sample)) else {
                byRules += 1
                continue
            }
            guard prompt.count <= longest else {
                tooLong += 1
                continue
            }
            samples.append(
                try TrainingSample(
                    prompt: prompt, completion: prompts.completion(answer.isRight ? .right : .wrong),
                    place: "\(path): \(answer.sample.id)"))
        }
        let tokens = samples.reduce(0) { $0 + $1.tokens.count } / max(1, samples.count)
        print(
            "\(path): \(samples.count) answers of \(tokens) tokens in the mean; \(byRules) are left to rules, \(tooLong) are too long"
        )
        return samples
    }
}
