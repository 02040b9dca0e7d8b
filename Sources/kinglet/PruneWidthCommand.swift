import ArgumentParser
import Compression

struct PruneWidthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "width",
        abstract: "Leave out channels of the hidden and the intermediate size.",
        discussion: """
            A channel's importance is its size on the calibration text, behind the norms (hidden) and before the activation
            (intermediate). All shapes that have the ratio are cut and compared by their perplexity; the best is written, the
            others stand in its README.md. The same command goes on with a run that was ended.

            EXAMPLES
              kinglet prune width qwen2.5-coder-0.5b-instruct narrow --ratio 0.2 --calibration wiki.train.txt --text wiki.valid.txt
              kinglet prune width qwen2.5-coder-0.5b-instruct narrow --hidden 832 --intermediate 3840 --calibration wiki.train.txt
              kinglet serve --model narrow
            """)

    @OptionGroup var options: PruningOptions

    @Option(help: "Share of the model's numbers that goes.")
    var ratio: Double?

    @Option(help: "Hidden size of the only shape.")
    var hidden: Int?

    @Option(help: "Intermediate size of the only shape.")
    var intermediate: Int?

    @Option(help: "Steps of the hidden and of the intermediate size, with --ratio.")
    var grain = "64/256"

    func validate() throws { _ = try choice }

    private var choice: WidthPruning.Choice {
        get throws {
            if let hidden, let intermediate, ratio == nil {
                return .shape(WidthShape(hidden: hidden, intermediate: intermediate))
            }
            guard let ratio, hidden == nil, intermediate == nil else {
                throw ValidationError("give either --ratio, or --hidden and --intermediate")
            }
            let steps = grain.split(separator: "/", omittingEmptySubsequences: false).compactMap { Int($0) }
            guard steps.count == 2, steps.allSatisfy({ (1...65536).contains($0) }) else {
                throw ValidationError("--grain \(grain): must be two numbers as in 64/256")
            }
            return .ratio(ratio, WidthShape.Grain(hidden: steps[0], intermediate: steps[1]))
        }
    }

    func run() throws {
        let shape = try WidthPruning(options.job(), choice).run()
        print("\(options.output): written, narrowed to \(shape)")
    }
}
