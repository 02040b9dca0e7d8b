import Compression
import Kernels
import ModelFiles
import Models
import TestSupport
import Testing

@Suite struct PrunedModelTests {
    static let model = SmallModel.description(ties: false)

    private static var cut: Cut {
        var cut = Cut(whole: model)
        cut.layers = [0, 2]
        cut.channels = Array(0..<20) + [30, 47]
        cut.inner = [Array(0..<10), Array(10..<20), Array(40..<49) + [79]]
        cut.tokens = Array(100..<300)
        return cut
    }

    @Test("every tensor has the numbers of the whole one's rows and columns that are kept") func numbers() throws {
        let whole = RandomWeights(Self.model), cut = Self.cut
        let pruned = try PrunedModel(whole, cut)
        for name in pruned.description.tensorNames {
            let left = try pruned.weight(name)
            #expect(pruned.description.shape(of: name).reduce(1, *) == left.rows * left.columns, "\(name)")
        }
        let columns = Self.model.hiddenSize
        func picked(_ name: TensorName, rows: [Int], columns wanted: [Int], width: Int) -> [Float] {
            let all = whole.weight(name).all()
            return rows.flatMap { row in wanted.map { all[row * width + $0] } }
        }
        let heads = Array(0..<64), inner = cut.inner[2]
        let cases: [(TensorName, [Float])] = [
            (.tokenEmbedding, picked(.tokenEmbedding, rows: cut.tokens, columns: cut.channels, width: columns)),
            (.output, picked(.output, rows: cut.tokens, columns: cut.channels, width: columns)),
            (.query(1), picked(.query(2), rows: heads, columns: cut.channels, width: columns)),
            (.queryBias(1), whole.weight(.queryBias(2)).all()),
            (.attentionOutput(1), picked(.attentionOutput(2), rows: cut.channels, columns: heads, width: 64)),
            (.gate(1), picked(.gate(2), rows: inner, columns: cut.channels, width: columns)),
            (.up(1), picked(.up(2), rows: inner, columns: cut.channels, width: columns)),
            (.down(1), picked(.down(2), rows: cut.channels, columns: inner, width: 80)),
            (.attentionNorm(1), [Float](repeating: 1, count: 22)),
        ]
        for (name, expected) in cases { #expect(try pruned.weight(name).all() == expected, "\(name)") }
    }

    @Test("norms of heads stay whole, and move with their layers") func headNorms() throws {
        var model = Self.model
        (model.architecture, model.hasQKVBias, model.hasHeadNorms) = (.qwen3, false, true)
        let whole = PatchedWeights(base: RandomWeights(model)) { name, numbers in
            if case .keyNorm(let layer) = name { numbers = numbers.indices.map { Float($0 + 100 * layer) } }
        }
        let pruned = try PrunedModel(whole, Self.cut)
        #expect(pruned.description.hasHeadNorms)
        #expect(try pruned.weight(.keyNorm(1)).all() == whole.weight(.keyNorm(2)).all())
        #expect(try pruned.weight(.queryNorm(0)).all().count == model.headSize)
        #expect(try SmallModel.logits(pruned, [3, 1, 4]).allSatisfy(\.isFinite))
    }

    @Test("rows may be asked for in parts") func parts() throws {
        let rows = try PrunedModel(RandomWeights(Self.model), Self.cut).weight(.down(0))
        let all = rows.all()
        var part = [Float](repeating: 0, count: 3 * rows.columns)
        part.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { rows.read(5..<8, base) } }
        #expect(part == Array(all[5 * rows.columns..<8 * rows.columns]))
    }

    @Test("law: nothing cut, nothing changed") func whole() throws {
        let whole = RandomWeights(Self.model)
        let same = try PrunedModel(whole, Cut(whole: Self.model))
        #expect(same.description == Self.model)
        let tokens: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]
        #expect(try SmallModel.logits(same, tokens) == SmallModel.logits(whole, tokens))
    }

    @Test("law: a layer that adds nothing can go", arguments: 0..<3) func idleLayer(_ idle: Int) throws {
        let whole = PatchedWeights(base: RandomWeights(Self.model)) { name, numbers in
            if name == .attentionOutput(idle) || name == .down(idle) { numbers = numbers.map { _ in 0 } }
        }
        var cut = Cut(whole: Self.model)
        cut.layers.remove(at: idle)
        let tokens: [Int32] = [7, 250, 3, 19, 64]
        #expect(try SmallModel.logits(PrunedModel(whole, cut), tokens) == SmallModel.logits(whole, tokens))
    }

    @Test("law: intermediate channels that down does not read can go") func idleChannels() throws {
        let whole = PatchedWeights(base: RandomWeights(Self.model)) { name, numbers in
            guard case .down = name else { return }
            for place in numbers.indices where place % 80 >= 64 { numbers[place] = 0 }
        }
        var cut = Cut(whole: Self.model)
        cut.inner = Array(repeating: Array(0..<64), count: 3)
        let tokens: [Int32] = [7, 250, 3, 19, 64]
        let (left, expected) = try (
            SmallModel.logits(PrunedModel(whole, cut), tokens), SmallModel.logits(whole, tokens)
        )
        #expect(zip(left, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    /// What is done to a whole cut, and what the error must name.
    static let refused: [(String, @Sendable (inout Cut) -> Void)] = [
        ("layers", { $0.layers = [] }), ("layers", { $0.layers = [1, 0] }), ("layers", { $0.layers = [0, 0] }),
        ("layers", { $0.layers = [3] }), ("layers", { $0.layers = [-1, 0] }), ("channels", { $0.channels = [48] }),
        ("tokens", { $0.tokens = [] }), ("intermediate", { $0.inner = [] }), ("intermediate", { $0.inner[1] = [2] }),
        ("intermediate", { $0.inner = [[80], [80], [80]] }),
    ]

    @Test(arguments: refused) func refuses(_ what: String, change: @Sendable (inout Cut) -> Void) {
        var cut = Cut(whole: Self.model)
        change(&cut)
        #expect { try PrunedModel(RandomWeights(Self.model), cut) } throws: { "\($0)".contains(what) }
    }

    @Test func aLayerBeyondTheLastIsRefused() throws {
        #expect(throws: CompressionError.self) {
            _ = try PrunedModel(RandomWeights(Self.model), Self.cut).weight(.gate(2))
        }
    }

    static let counts: [(ties: Bool, bias: Bool, hidden: Int, parameters: Int)] = [
        // Embedding, three layers (norms, query, key, value, biases, output, gate, up, down), the last norm, the head.
        (true, true, 48, 300 * 48 + 3 * (2 * 48 + 128 * 48 + 128 + 48 * 64 + 3 * 80 * 48) + 48),
        (false, false, 48, 2 * 300 * 48 + 3 * (2 * 48 + 128 * 48 + 48 * 64 + 3 * 80 * 48) + 48),
    ]

    @Test(arguments: counts) func countsNumbers(_ row: (ties: Bool, bias: Bool, hidden: Int, parameters: Int)) {
        let model = SmallModel.description(hidden: row.hidden, ties: row.ties, bias: row.bias)
        #expect(model.parameterCount == row.parameters)
        #expect(
            model.parameterCount - SmallModel.description(layers: 2, ties: row.ties, bias: row.bias).parameterCount
                == model.layerParameterCount)
    }
}
