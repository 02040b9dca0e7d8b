import Compression
import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import OrderedCollections
import TestSupport
import Testing

/// Folders of E4M3: what is in them, and what the engine makes of them.
@Suite struct EightBitFloatTests {
    static let model = SmallModel.description(hidden: 128, intermediate: 96)

    private static func folder(_ folder: TemporaryFolder, ties: Bool = true) throws -> String {
        let model = SmallModel.description(hidden: 128, intermediate: 96, ties: ties)
        try Quantization(SmallModel.job(folder, RandomWeights(model)), QuantizationPlan(.fp8, .round)).run()
        return folder.path + "/out"
    }

    @Test("each weight is the float next to it, the largest of a row within half a step of 448") func rounding() {
        let weights: [Float] = [4.48, 0.3, -0.26, 0.01, 0, 0, 0, 0, -896, 448, 2, 1e-9]
        let matrix = EightBitFloatMatrix.rounding(weights, rows: 3, on: SmallModel.pool)
        #expect(matrix.scales[2] == 2 && matrix.scales[1] > 0 && abs(matrix.scales[0] / 0.01 - 1) < 0x1p-8)
        #expect(Array(matrix.codes[4..<8]) == [0, 0, 0, 0])
        #expect(Array(matrix.codes[8..<12]) == [0xFE, 0x76, 0x38, 0])
        for (place, weight) in weights.prefix(4).enumerated() {
            #expect(matrix.codes[place] == EightBitFloat.code(weight / matrix.scales[0]))
        }
        #expect(matrix.codes[0] == 0x7E)
        for scale in matrix.scales { #expect(scale.bitPattern & 0xFFFF == 0, "no bf16") }
    }

    @Test("config.json says what LLM Compressor's FP8_DYNAMIC says") func configuration() throws {
        let plan = try QuantizationPlan(.fp8, .round)
        #expect(plan.configuration["format"] == "float-quantized" && plan.configuration["ignore"] == ["lm_head"])
        let group = try #require(plan.configuration["config_groups"]?["group_0"])
        let weights = try #require(group["weights"]), inputs = try #require(group["input_activations"])
        #expect(weights["type"] == "float" && weights["num_bits"] == 8 && weights["symmetric"] == true)
        #expect(weights["strategy"] == "channel" && weights["dynamic"] == false && weights["group_size"] == .null)
        #expect(inputs["type"] == "float" && inputs["num_bits"] == 8 && inputs["symmetric"] == true)
        #expect(inputs["strategy"] == "token" && inputs["dynamic"] == true && inputs["observer"] == nil)
        let layout = try CompressedTensors(plan.configuration, path: "a")
        #expect(layout == .init(bits: 8, layout: .floats, roundsInputs: true))
    }

    static let refused: [(QuantizationPlan.Method, Int?, ScaleChoice?, String)] = [
        (.round, 128, nil, "--group 128: fp8 has one scale"), (.gptq, nil, nil, "Leave --method"),
        (.round, nil, .error, "Leave --method"),
    ]

    @Test(arguments: refused)
    func refuses(method: QuantizationPlan.Method, group: Int?, choice: ScaleChoice?, message: String) {
        #expect { _ = try QuantizationPlan(.fp8, method, group: group, choice: choice) } throws: {
            "\($0)".contains(message)
        }
    }

    @Test("the file says its scales, and the card what it is") func written() throws {
        let folder = try TemporaryFolder(), file = try ModelFile.open(path: Self.folder(folder))
        #expect(file.eightBitFloatInputs == .rounded)
        #expect(try ModelFile.open(path: folder.path + "/source").eightBitFloatInputs == nil)
        let weight = try file.weight(.gate(1)), scales = try #require(weight.scales)
        #expect(scales.count == 96)
        for (index, scale) in scales.enumerated() {
            for number in weight.all()[index * 128..<(index + 1) * 128] {
                #expect(EightBitFloat.code(number / scale) & 0x7F != 0x7F && abs(number) <= 448 * abs(scale))
            }
        }
        #expect(try file.weight(.tokenEmbedding).scales == nil)
    }

    /// Logits of some tokens in a format.
    private func logits(_ source: any WeightSource, _ format: WeightFormat) throws -> [Float] {
        try SmallModel.logits(source, Array(0..<20), format: format)
    }

    private func distance(_ one: [Float], _ other: [Float]) -> Float {
        let error = zip(one, other).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (error / one.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    @Test(
        "the engine rounds inputs where the folder says so, and leaves them where it does not",
        arguments: [true, false])
    func inputs(ties: Bool) throws {
        let folder = try TemporaryFolder(), path = try Self.folder(folder, ties: ties)
        let file = try ModelFile.open(path: path)
        let (whole, rounded) = (try logits(file, .f32), try logits(file, .fp8))
        #expect((0.005..<0.12).contains(distance(whole, rounded)), "\(distance(whole, rounded))")
        let weights = try Qwen2Weights(file, format: .fp8, on: SmallModel.pool)
        #expect(weights.format == .fp8)
        let config = path + "/config.json"
        let text = try String(contentsOfFile: config, encoding: .utf8)
        try text.replacing("\"input_activations\"", with: "\"other_activations\"").write(
            toFile: config, atomically: true, encoding: .utf8)
        let plain = try ModelFile.open(path: path)
        #expect(plain.eightBitFloatInputs == .asTheyAre)
        #expect(try Qwen2Weights(plain, format: .fp8, on: SmallModel.pool).format == .fp8a16)
        let unrounded = try logits(plain, .fp8)
        #expect(distance(whole, unrounded) < 0.02 && distance(whole, unrounded) < distance(whole, rounded) / 2)
        #expect(try logits(file, .fp8a16) == unrounded)
    }

    @Test("matrices that a folder leaves as they are stay so") func unquantised() throws {
        let folder = try TemporaryFolder(), file = try ModelFile.open(path: Self.folder(folder))
        /// A model of E4M3 but for one layer's matrices, whose numbers no such float holds.
        struct Mixed: WeightSource {
            let file: ModelFile
            var description: ModelDescription { file.description }
            var eightBitFloatInputs: EightBitFloatInputs? { .rounded }

            func weight(_ name: TensorName) throws -> WeightRows {
                let rows = try file.weight(name)
                guard [.query(1), .key(1), .value(1), .attentionOutput(1), .gate(1), .up(1), .down(1)].contains(name)
                else { return rows }
                return WeightRows(rows: rows.rows, columns: rows.columns, read: rows.read)
            }
        }
        let (all, some) = (try logits(file, .fp8), try logits(Mixed(file: file), .fp8))
        let whole = try logits(file, .f32)
        #expect(all != some && distance(whole, some) < distance(whole, all))
    }

    @Test("a model of other weights is rounded as it is loaded: what the folder would have, but for its scales in bf16")
    func rounded() throws {
        let folder = try TemporaryFolder(), file = try ModelFile.open(path: Self.folder(folder))
        let source = try ModelFile.open(path: folder.path + "/source")
        #expect(distance(try logits(file, .fp8), try logits(source, .fp8)) < 0.1)
        #expect(distance(try logits(source, .f32), try logits(source, .fp8)) < 0.15)
    }

    @Test("GPTQ and GGUF files can be made of such a folder") func again() throws {
        let folder = try TemporaryFolder(), path = try Self.folder(folder)
        let source = try SourceModel(path: path)
        let job = try CompressionJob(
            source, to: OutputFolder(folder.path + "/again"), texts: .init(), on: SmallModel.pool, command: "kinglet")
        try Quantization(job, QuantizationPlan(.w8a8, .round)).run()
        let again = try ModelFile.open(path: folder.path + "/again")
        let error = distance(try source.file.weight(.down(0)).all(), try again.weight(.down(0)).all())
        #expect(error < 0.02 && again.eightBitFloatInputs == nil)
    }
}
