import Benchmarking
import Documents
import ModelFiles
import Testing

@Suite struct OperationReportTests {
    static let all = PublishedOperations.rows.map(\.shape)

    @Test func namesWhereTheColumnDiffers() {
        let text = OperationReport(Self.all, .published).text
        #expect(
            text.contains("qwen2.5-0.5b      11.27       9.87      80.33       0.27     101.74      43.31       0.43"))
        #expect(text.contains("8 of 8 published figures differ from the formula by more than 0.5 %"))
        #expect(text.contains("they are 0.25 to 0.53 of it"))
        #expect(text.contains("No one number of new tokens gives them all: the column wants 32.3 to 68.2."))
        #expect(text.contains("no attention: 38.65"))
    }

    @Test func tellsOfOneFigureAlone() {
        let text = OperationReport([Self.all[1]], .published).text
        #expect(text.hasSuffix("The published figure is 0.43 of the formula's."))
        let met = OperationReport([Self.all[1]], .init(tokens: 1, uncached: 1))
        #expect(met.text.contains("The published figure is"))
    }

    @Test func saysNothingOfShapesThatThePaperLacks() throws {
        let shape = TransformerShape(try ModelDescription(shape: "640x4864"))
        let text = OperationReport([shape], .published).text
        #expect(!text.contains("published figures"))
        #expect(text.hasSuffix("          -          -          -"))
    }

    @Test func givesUnitsToPrograms() throws {
        let json = OperationReport([Self.all[1]], .init(batch: 2, tokens: 10, uncached: 10)).json
        #expect(json["batch"] == 2)
        let model = try #require(json["models"]?.arrayValue?.first)
        #expect(model["total"]?.doubleValue == 2 * OperationCount(Self.all[1], .init(tokens: 10, uncached: 10)).total)
        #expect(model["published"]?.doubleValue == 43.31e9)
        #expect(model["kv_heads"] == 2)
    }

    /// A shape under another name is the paper's all the same; one with another vocabulary is not.
    @Test func knowsAShapeByItsSizes() throws {
        var shape = TransformerShape(try ModelDescription(shape: "896x4864"))
        #expect(PublishedOperations.row(of: shape)?.billions == 43.31)
        shape.vocabulary += 1
        #expect(PublishedOperations.row(of: shape) == nil)
        let encoder = BertDescription(
            name: "b", layers: 24, hiddenSize: 1024, intermediateSize: 4096, heads: 16, vocabularySize: 30_522)
        #expect(PublishedOperations.row(of: TransformerShape(encoder))?.billions == 38.65)
    }

    static let refused: [(OperationCount.Prompt, String)] = [
        (.init(batch: 0, tokens: 1, uncached: 1), "--batch is 0; it must be in 1...1000000"),
        (.init(tokens: 0, uncached: 1), "--prompt is 0; it must be in 1...10000000"),
        (.init(tokens: 5, uncached: 6), "--uncached is 6; it must be in 1...5, the tokens of --prompt"),
        (.init(tokens: 5, uncached: 0), "--uncached is 0; it must be in 1...5, the tokens of --prompt"),
        (.init(tokens: .max, uncached: 1), "--prompt is \(Int.max); it must be in 1...10000000"),
    ]

    @Test(arguments: refused) func refusesPrompts(_ prompt: OperationCount.Prompt, fault: String) {
        #expect(prompt.fault == fault)
        #expect(OperationCount.Prompt.published.fault == nil)
    }

    @Test func refusesShapes() {
        var shape = Self.all[1]
        #expect(shape.fault == nil)
        shape.kvHeads = 3
        #expect(shape.fault == "--heads 14 is no multiple of --kv-heads 3")
        shape.kvHeads = 0
        #expect(shape.fault == "--kv-heads is 0; it must be in 1...10000000")
        shape.kvHeads = 2
        shape.layers = -4
        #expect(shape.fault == "--layers is -4; it must be in 1...10000000")
    }
}
