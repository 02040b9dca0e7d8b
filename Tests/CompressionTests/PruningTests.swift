import Compression
import Documents
import Foundation
import ModelFiles
import Models
import TestSupport
import Testing
import Training

@Suite struct PruningTests {
    static let model = SmallModel.description(layers: 4)

    private func card(_ folder: TemporaryFolder) throws -> JSONValue {
        try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/compression.json")))
    }

    @Test("depth: the layer that adds nothing goes first, and the folder runs as the whole did") func depth() throws {
        let folder = try TemporaryFolder()
        let whole = PatchedWeights(base: RandomWeights(Self.model)) { name, numbers in
            if name == .attentionOutput(2) || name == .down(2) { numbers = numbers.map { _ in 0 } }
        }
        let job = try SmallModel.job(folder, whole)
        let ratio = Double(Self.model.layerParameterCount) / Double(Self.model.parameterCount)
        #expect(try DepthPruning(job, .ratio(ratio)).run() == [2])
        let left = try ModelFile.open(path: folder.path + "/out")
        #expect(left.description.layers == 3 && left.description.name == "out")
        let tokens: [Int32] = [7, 200, 3, 19, 64]
        let source = try ModelFile.open(path: folder.path + "/source")
        #expect(try SmallModel.logits(left, tokens) == SmallModel.logits(source, tokens))
        let card = try card(folder)
        #expect(card["layers_without"] == [2])
        #expect(card["layers"]?.arrayValue?.first == ["layer": 2, "importance": .number(0), "stays": "no"])
        #expect(card["perplexity"]?["source"] == card["perplexity"]?["result"])
        #expect(card["source"]?["sha256"]?["model.safetensors"]?.stringValue?.count == 64)
        #expect(card["result"]?["layers"] == 3)
        let text = try String(contentsOfFile: folder.path + "/out/README.md", encoding: .utf8)
        #expect(text.hasPrefix("# source without 1 of its layers\n"))
        #expect(text.contains("| Layer | Importance | Stays |\n|---|---|---|\n| 2 |"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out.part"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/journal.jsonl"))
    }

    @Test("depth: layers that are named go, whatever their importance") func named() throws {
        let folder = try TemporaryFolder()
        let source = RandomWeights(Self.model)
        #expect(try DepthPruning(SmallModel.job(folder, source), .layers([3, 0, 3])).run() == [0, 3])
        let left = try ModelFile.open(path: folder.path + "/out")
        let whole = try ModelFile.open(path: folder.path + "/source")
        #expect(try left.tensor(.up(0)).dequantized() == whole.tensor(.up(1)).dequantized())
        #expect(try left.tensor(.keyBias(1)).dequantized() == whole.tensor(.keyBias(2)).dequantized())
    }

    static let refused: [DepthPruning.Choice] = [
        .ratio(0), .ratio(1), .ratio(.nan), .layers([]), .layers([4]), .layers([-1]), .layers([0, 1, 2, 3]),
    ]

    @Test(arguments: refused) func refusesLayers(_ choice: DepthPruning.Choice) throws {
        let folder = try TemporaryFolder()
        let job = try SmallModel.job(folder, RandomWeights(Self.model))
        #expect(throws: CompressionError.self) { try DepthPruning(job, choice) }
    }

    @Test("width: all shapes are compared, the best is written and listed first") func width() throws {
        let folder = try TemporaryFolder()
        var lines: [String] = []
        let job = try SmallModel.job(folder, RandomWeights(Self.model)) { lines.append($0) }
        let pruning = try WidthPruning(job, .ratio(0.2, .init(hidden: 8, intermediate: 8)))
        #expect(pruning.shapes.map(\.description) == ["48/48", "40/72"])
        let best = try pruning.run()
        #expect(pruning.shapes.contains(best))
        let left = try ModelFile.open(path: folder.path + "/out").description
        #expect(left.hiddenSize == best.hidden && left.intermediateSize == best.intermediate && left.headSize == 16)
        let rows = try #require(try card(folder)["shapes"]?.arrayValue)
        #expect(rows.count == pruning.shapes.count + 1)
        #expect(rows[0]["hidden_size"] == 48 && rows[1]["hidden_size"]?.intValue == best.hidden)
        let figures = rows.dropFirst().compactMap { $0["perplexity"]?.doubleValue }
        #expect(figures == figures.sorted() && figures.count == pruning.shapes.count)
        #expect(lines.contains { $0.hasPrefix("\(best): perplexity") })
    }

    @Test("width: channels that are zero everywhere go") func zeros() throws {
        let folder = try TemporaryFolder()
        // Channels 40 to 47 of the residual stream are never written.
        let whole = PatchedWeights(base: RandomWeights(Self.model)) { name, numbers in
            switch name {
            case .tokenEmbedding: for place in numbers.indices where place % 48 >= 40 { numbers[place] = 0 }
            case .attentionOutput: for place in numbers.indices where place / 64 >= 40 { numbers[place] = 0 }
            case .down: for place in numbers.indices where place / 80 >= 40 { numbers[place] = 0 }
            default: break
            }
        }
        try WidthPruning(SmallModel.job(folder, whole), .shape(WidthShape(hidden: 40, intermediate: 80))).run()
        #expect(try card(folder)["channels_kept"] == .array((0..<40).map { .integer($0) }))
    }

    static let shapes: [WidthPruning.Choice] = [
        .shape(WidthShape(hidden: 48, intermediate: 80)), .shape(WidthShape(hidden: 49, intermediate: 10)),
        .shape(WidthShape(hidden: 0, intermediate: 10)), .shape(WidthShape(hidden: 16, intermediate: 81)),
        .ratio(0, .init()), .ratio(1.5, .init()), .ratio(0.9, .init()),
    ]

    @Test(arguments: shapes) func refusesShapes(_ choice: WidthPruning.Choice) throws {
        let folder = try TemporaryFolder()
        let job = try SmallModel.job(folder, RandomWeights(Self.model))
        #expect(throws: CompressionError.self) { try WidthPruning(job, choice) }
    }

    @Test("a run that ended goes on: what the journal knows is not measured again") func resumes() throws {
        let folder = try TemporaryFolder()
        let source = RandomWeights(Self.model)
        // Ended while the model is written: the output's name is taken by a file meanwhile.
        let first = try SmallModel.job(folder, source)
        _ = try folder.write([1], as: "out")
        #expect(throws: CompressionError.self) { try DepthPruning(first, .layers([1])).run() }
        #expect(throws: CompressionError.occupied(path: folder.path + "/out")) {
            _ = try SmallModel.job(folder, source)
        }
        try FileManager.default.removeItem(atPath: folder.path + "/out")
        var lines: [String] = []
        try DepthPruning(SmallModel.job(folder, source) { lines.append($0) }, .layers([1])).run()
        #expect(
            !lines.contains { $0.hasPrefix("layer 0: importance") } && lines.contains { $0.hasPrefix("perplexity") })
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/journal.jsonl"))
        #expect(try ModelFile.open(path: folder.path + "/out").description.layers == 3)
    }

    @Test("another text is another run; a model that is not there is no model") func otherRun() throws {
        let folder = try TemporaryFolder()
        let source = RandomWeights(Self.model)
        let job = try SmallModel.job(folder, source)
        _ = try folder.write([1], as: "out")
        #expect(throws: CompressionError.self) { try DepthPruning(job, .layers([1])).run() }
        try FileManager.default.removeItem(atPath: folder.path + "/out")
        let other = try CompressionJob(
            SourceModel(path: folder.path + "/source"), to: OutputFolder(folder.path + "/out"),
            texts: .init(calibration: SmallModel.text(seed: 5)), on: SmallModel.pool, command: "")
        #expect(throws: CompressionError.otherRun(path: folder.path + "/out.part")) {
            try DepthPruning(other, .layers([1])).run()
        }
        #expect(throws: ModelFileError.self) { _ = try SourceModel(path: folder.path + "/nowhere") }
    }
}
