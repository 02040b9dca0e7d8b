import Compression
import ModelFiles
import Testing

@Suite struct WidthShapeTests {
    static let qwen = ModelDescription(
        name: "Qwen2.5-0.5B", architecture: .qwen2, layers: 24, hiddenSize: 896, intermediateSize: 4864, heads: 14,
        kvHeads: 2, headSize: 64, vocabularySize: 151_936, contextLength: 32_768, ropeBase: 1_000_000, rmsEpsilon: 1e-6,
        hasQKVBias: true, tiesEmbeddings: true, rotaryPairing: .halves)

    @Test("the base model has 494 million numbers") func base() { #expect(Self.qwen.parameterCount == 494_032_768) }

    /// Table 8: hidden, intermediate, numbers in billions. Its 706 is 704, 11 steps of 64.
    static let table: [(Int, Int, Double)] = [
        (896, 3328, 0.395), (832, 3840, 0.397), (768, 4352, 0.395), (704, 4864, 0.389), (896, 2560, 0.345),
        (768, 3584, 0.353), (704, 4096, 0.349), (640, 4864, 0.353),
    ]

    @Test(arguments: table) func parameters(hidden: Int, intermediate: Int, billions: Double) {
        let count = WidthShape(hidden: hidden, intermediate: intermediate).parameters(of: Self.qwen)
        #expect(abs(Double(count) / 1e9 - billions) < 0.0016)
    }

    static let ratios: [(Double, [String])] = [
        (0.2, ["896/3328", "832/3840", "768/4352", "704/4864"]),
        (0.29, ["896/2560", "832/3072", "768/3584", "704/4096", "640/4864"]),
        (0.3, ["896/2560", "832/3072", "768/3584", "704/4096", "640/4608"]),
    ]

    @Test("all shapes of the paper's table", arguments: ratios) func all(ratio: Double, expected: [String]) {
        #expect(WidthShape.all(ratio: ratio, of: Self.qwen).map(\.description) == expected)
    }

    @Test(
        "law: within 2.5 % of the whole, in steps, never wider than the model", arguments: [0.05, 0.1, 0.25, 0.4, 0.6])
    func within(ratio: Double) {
        let shapes = WidthShape.all(ratio: ratio, of: Self.qwen)
        #expect(!shapes.isEmpty)
        for shape in shapes {
            let share = Double(shape.parameters(of: Self.qwen)) / Double(Self.qwen.parameterCount)
            #expect(abs(share - (1 - ratio)) <= 0.025)
            #expect(shape.hidden % 64 == 0 && shape.intermediate % 256 == 0)
            #expect(shape.hidden <= 896 && shape.intermediate <= 4864)
        }
        #expect(Set(shapes.map(\.hidden)).count == shapes.count)
    }

    @Test("sizes that are no multiple of the steps, and smaller than one") func odd() {
        let small = SmallModel.description()
        #expect(WidthShape.all(ratio: 0.001, of: small).map(\.description) == ["48/80"])
        #expect(WidthShape.all(ratio: 0.9, of: small).isEmpty)
        let shapes = WidthShape.all(ratio: 0.25, of: small, grain: .init(hidden: 8, intermediate: 16))
        #expect(shapes.map(\.description) == ["48/32", "40/64"])
        #expect(WidthShape.Grain(hidden: 0, intermediate: -3) == WidthShape.Grain(hidden: 1, intermediate: 1))
    }

    static let lists: [(String, [Int]?)] = [
        ("3", [3]), ("3,7-9", [3, 7, 8, 9]), (" 1 , 0", [0, 1]), ("2-2,2", [2]), ("", nil), (",", nil), ("3-", nil),
        ("-3", nil), ("9-7", nil), ("1-2-3", nil), ("a", nil), ("+1", nil), ("٣", nil), ("0-99999999999", nil),
        ("99999999999999999999", nil),
    ]

    @Test(arguments: lists) func parses(_ text: String, expected: [Int]?) {
        #expect(NumberList.parse(text) == expected)
    }
}
