import ArgumentParser
import Training

struct TrainDistillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distill",
        abstract: "Teach a small model what a larger one thinks of each token.",
        discussion: """
            First `kinglet logits` writes down what the teacher says of the samples; any number of students then learn from
            that file, with the same --data, --pool, --layout and --top-k. The loss is adaptive: where the student differs from
            the teacher's likely tokens it is mostly forward KL, elsewhere mostly reverse KL. All other options are those of
            `kinglet train sft`, and so are checkpoints and log.

            EXAMPLES
              kinglet logits --data train.jsonl --pool pool.yaml --model big-model --adapter big-adapter --output train.logits
              kinglet train distill --logits train.logits --data train.jsonl --pool pool.yaml --output small-adapter
              kinglet train distill --logits train.logits --loss forward --ce 0.2 --data train.jsonl --pool pool.yaml --output other
            """)

    @OptionGroup var lesson: TrainingLessonOptions

    @Option(help: "What kinglet logits wrote.")
    var logits: String

    @Option(help: "akl (adaptive), forward or reverse KL.")
    var loss = "akl"

    @Option(
        help: "Of akl: the teacher's most likely tokens are the head as long as they have this probability together.")
    var mu = 0.9

    @Option(help: "Part of cross entropy in the loss: 0 none, 1 nothing else.")
    var ce = 0.0

    func validate() throws {
        guard ["akl", "forward", "reverse"].contains(loss) else {
            throw ValidationError("--loss must be akl, forward or reverse, not \(loss)")
        }
        guard (0...1).contains(mu), (0...1).contains(ce) else {
            throw ValidationError("--mu and --ce must be in 0...1")
        }
    }

    func run() async throws {
        let store = try TeacherStore(path: logits)
        let divergence: Divergence = loss == "akl" ? .adaptive(mu: mu) : loss == "forward" ? .forward : .reverse
        try await lesson.run { read in
            let teacher = try store.teacher(
                of: read.material.samples, vocabularySize: read.material.start.file.description.vocabularySize)
            return TrainingLessonOptions.ChosenLoss(
                loss: DivergenceLoss(divergence, from: teacher, named: store.identity, crossEntropyWeight: ce),
                files: ["logits": logits])
        }
    }
}
