import ArgumentParser
import Compression

struct PruneDepthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depth",
        abstract: "Leave out whole layers.",
        discussion: """
            A layer is the less important the less it turns the residual stream: 1 - cos of its input and output, the mean
            over the calibration text. OUTPUT becomes a Hugging Face folder in bf16 with compression.json and README.md. The
            same command goes on with a run that was ended.

            EXAMPLES
              kinglet prune depth qwen2.5-coder-0.5b-instruct shallow --ratio 0.2 --calibration wiki.train.txt
              kinglet prune depth qwen2.5-coder-0.5b-instruct shallow --layers 17-20,22 --calibration wiki.train.txt
              kinglet serve --model shallow
            """)

    @OptionGroup var options: PruningOptions

    @Option(help: "Share of the model's numbers that goes, in whole layers.")
    var ratio: Double?

    @Option(help: "The layers that go, from 0: 3,7-9.")
    var layers: String?

    func validate() throws {
        guard (ratio == nil) != (layers == nil) else {
            throw ValidationError("give either --ratio or --layers")
        }
        _ = try choice
    }

    private var choice: DepthPruning.Choice {
        get throws {
            guard let layers else { return .ratio(ratio ?? 0) }
            guard let list = NumberList.parse(layers) else {
                throw ValidationError("--layers \(layers): must be numbers and ranges as in 3,7-9")
            }
            return .layers(list)
        }
    }

    func run() throws {
        let gone = try DepthPruning(options.job(), choice).run()
        print("\(options.output): written without \(gone.count) layers")
    }
}
