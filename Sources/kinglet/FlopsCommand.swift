import ArgumentParser
import Benchmarking
import Documents
import ModelFiles
import ModelStore

/// `kinglet flops`: how many operations a prompt costs a model.
struct FlopsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flops",
        abstract: "Count the operations of a prompt by the paper's formula, beside the figures that it printed.",
        discussion: """
            l [4 b s_u h d_h (n_a + n_kv) + 2 b s_u s_t d_h n_a + 6 b s_u h d_i] + 2 b h v: layers l, batch b, new tokens s_u,
            tokens s_t, hidden size h, head size d_h, query heads n_a, heads of keys and values n_kv, feed-forward size d_i,
            vocabulary v. Without MODEL and shape: every model of the paper's table. Weights are not read.

            EXAMPLES
              kinglet flops                                   the paper's table, and where it differs
              kinglet flops qwen2.5-coder-0.5b-instruct       a fetched model, or a file
              kinglet flops --shape 896x3328 --uncached 64    a pruned 0.5B
              kinglet flops --layers 30 --hidden 576 --ffn 1536 --heads 9 --kv-heads 3 --head-size 64 --vocabulary 49152
            """)

    @Argument(help: "GGUF files, Hugging Face folders (encoders too), or names of fetched models.")
    var models: [String] = []

    @Option(
        help: ArgumentHelp(
            "\(ModelDescription.shapeNames.joined(separator: ", ")), or 0.5B with other sizes: HIDDENxFFN or HIDDENxFFNxLAYERS.",
            valueName: "name"))
    var shape: [String] = []

    @Option(help: "Layers of a shape of your own; what is not said is that of the 0.5B.")
    var layers: Int?
    @Option(help: "Hidden size.")
    var hidden: Int?
    @Option(help: "Feed-forward size.")
    var ffn: Int?
    @Option(help: "Query heads.")
    var heads: Int?
    @Option(help: "Heads of keys and values.")
    var kvHeads: Int?
    @Option(help: "Width of a head.")
    var headSize: Int?
    @Option(help: "Rows of the output matrix.")
    var vocabulary: Int?

    @Option(help: "Tokens of a prompt.")
    var prompt = OperationCount.Prompt.published.tokens
    @Option(help: "Tokens of it that no cache holds.")
    var uncached = OperationCount.Prompt.published.uncached
    @Option(help: "Prompts computed together.")
    var batch = 1

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let fault = request.fault { throw ValidationError(fault) }
        if let fault = try ownShape()?.fault { throw ValidationError(fault) }
        for name in shape { _ = try described(name) }
    }

    func run() throws {
        var shapes = try models.map(read) + shape.map(described)
        if let own = try ownShape() { shapes.append(own) }
        if shapes.isEmpty { shapes = PublishedOperations.rows.map(\.shape) }
        let report = OperationReport(shapes, request)
        print(json ? report.json.text(.spaced) : report.text)
    }

    private var request: OperationCount.Prompt { .init(batch: batch, tokens: prompt, uncached: uncached) }

    private func read(_ name: String) throws -> TransformerShape {
        let path = try ModelManifest.locate(name)
        if BertFile.isBert(path: path) { return TransformerShape(try BertFile.open(path: path).description) }
        return TransformerShape(try ModelFile.open(path: path).description)
    }

    private func described(_ name: String) throws -> TransformerShape {
        do {
            return TransformerShape(try ModelDescription(shape: name))
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// The shape of single sizes; nil where none is given.
    private func ownShape() throws -> TransformerShape? {
        guard [layers, hidden, ffn, heads, kvHeads, headSize, vocabulary].contains(where: { $0 != nil }) else {
            return nil
        }
        var own = try described("qwen2.5-0.5b")
        own.name = "own shape"
        if let layers { own.layers = layers }
        if let hidden { own.hidden = hidden }
        if let ffn { own.intermediate = ffn }
        if let heads { own.heads = heads }
        if let kvHeads { own.kvHeads = kvHeads }
        if let headSize { own.headSize = headSize }
        if let vocabulary { own.vocabulary = vocabulary }
        return own
    }
}
