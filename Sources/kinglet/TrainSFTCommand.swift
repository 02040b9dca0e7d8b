import ArgumentParser

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

    @OptionGroup var lesson: TrainingLessonOptions

    func run() async throws { try await lesson.run() }
}
