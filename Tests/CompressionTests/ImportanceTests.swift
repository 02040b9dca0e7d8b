import Compression
import Kernels
import ModelFiles
import Models
import TestSupport
import Testing
import Training

@Suite struct ImportanceTests {
    /// Rows before and behind a layer, and 1 - cos.
    static let turns: [([Float], [Float], Double)] = [
        ([1, 0], [1, 0], 0), ([1, 0], [5, 0], 0), ([1, 0], [0, 1], 1), ([1, 0], [-2, 0], 2),
        ([3, 4], [4, 3], 1 - 24.0 / 25), ([0, 0], [0, 0], 0), ([0, 0], [1, 0], 1),
    ]

    @Test(arguments: turns) func turn(_ before: [Float], _ after: [Float], _ expected: Double) {
        var sum = LayerImportance.Sum()
        sum.add(before, after, rows: 1, width: 2)
        #expect(abs(sum.mean - expected) < 1e-6)
    }

    @Test("the mean over all rows of all windows") func mean() {
        var sum = LayerImportance.Sum()
        sum.add([1, 0, 1, 0], [1, 0, 0, 1], rows: 2, width: 2)
        sum.add([1, 0], [-1, 0], rows: 1, width: 2)
        #expect(abs(sum.mean - 1) < 1e-9)
        #expect(LayerImportance.Sum().mean == 0)
    }

    static let least: [([Double], Int, [Int])] = [
        ([0.3, 0.1, 0.2], 1, [1]), ([0.3, 0.1, 0.2], 2, [1, 2]), ([0.5, 0.5, 0.5], 2, [0, 1]), ([0.1], 3, [0]),
        ([], 2, []),
    ]

    @Test(arguments: least) func leastImportant(_ values: [Double], count: Int, expected: [Int]) {
        #expect(LayerImportance(values).leastImportant(count) == expected)
    }

    @Test("as many layers as come next to the ratio: of Qwen2.5-0.5B 7 and 10 for 20 and 30 %") func ratio() {
        let model = WidthShapeTests.qwen
        #expect(LayerImportance.count(ratio: 0.2, of: model) == 7)
        #expect(LayerImportance.count(ratio: 0.3, of: model) == 10)
        #expect(LayerImportance.count(ratio: 0.0001, of: model) == 1)
        #expect(LayerImportance.count(ratio: 0.99, of: model) == 23)
    }

    @Test("sums of squares by column, over rows of any stride") func squares() {
        var squares = ChannelImportance.Squares(width: 2)
        squares.add([3, 0, 9, 0, 4, 9], rows: 2, stride: 3)
        #expect(squares.unitRoots == [0.6, 0.8])
        #expect(ChannelImportance.Squares(width: 2).unitRoots == [0, 0])
    }

    @Test("the most important channels stay, in their order") func cut() {
        let model = SmallModel.description(layers: 2)
        var embedding = [Double](repeating: 0, count: 48)
        (embedding[40], embedding[3], embedding[7]) = (1, 2, 3)
        var inner = [[Double]](repeating: [Double](repeating: 0, count: 80), count: 2)
        (inner[0][79], inner[0][1], inner[1][5], inner[1][60]) = (1, 2, 2, 1)
        let cut = ChannelImportance(embedding: embedding, inner: inner)
            .cut(WidthShape(hidden: 3, intermediate: 2), of: model)
        #expect(cut.channels == [3, 7, 40])
        #expect(cut.inner == [[1, 79], [5, 60]])
        #expect(cut.layers == [0, 1] && cut.tokens.count == 300)
    }

    @Test("the stream through all layers is what the serving decoder computes") func stream() throws {
        let source = RandomWeights(SmallModel.description())
        let text = try SmallModel.text(windows: 2)
        let model = source.description
        let decoder = try TrainingDecoder(
            observing: ParameterArena.weights(of: source), of: model, on: SmallModel.pool)
        let stream = ActivationStream(decoder, text.windows)
        var last: [[Float]] = []
        for index in 0..<model.layers {
            last = []
            stream.pass(through: index) { layer in
                #expect(layer.index == index && layer.rows == 24)
                last.append(Array(UnsafeBufferPointer(start: layer.output, count: layer.rows * model.hiddenSize)))
            }
        }
        #expect(last.count == 2)
        let embedding = source.weight(.tokenEmbedding).all()
        for (window, states) in zip(text.windows, last) {
            let logits = try SmallModel.logits(source, window)
            for row in 0..<window.count {
                let state = states[row * model.hiddenSize..<(row + 1) * model.hiddenSize].map { Double($0) }
                let scale = (state.reduce(0) { $0 + $1 * $1 } / Double(state.count) + 1e-6).squareRoot()
                let expected = (0..<state.count).reduce(0.0) { $0 + state[$1] / scale * Double(embedding[$1]) }
                #expect(abs(Double(logits[row * model.vocabularySize]) - expected) < 1e-3)
            }
        }
    }

    @Test("what a layer shows of itself fits together") func observed() throws {
        let source = RandomWeights(SmallModel.description(layers: 1)), model = source.description
        let decoder = try TrainingDecoder(observing: ParameterArena.weights(of: source), of: model, on: SmallModel.pool)
        let down = source.weight(.down(0)).all(), gate = source.weight(.gate(0)).all()
        let output = source.weight(.attentionOutput(0)).all()
        ActivationStream(decoder, [[1, 2, 3]]).pass(through: 0) { layer in
            func dot(_ x: UnsafePointer<Float>, _ weights: ArraySlice<Float>) -> Double {
                weights.enumerated().reduce(0.0) { $0 + Double(x[$1.offset]) * Double($1.element) }
            }
            let row = 2, channel = 5, place = row * 48 + channel
            // Norms are 1: what gate reads is the middle, scaled.
            #expect(abs(dot(layer.feedForwardInput + row * 48, gate[0..<48]) - Double(layer.gateUp[row * 160])) < 1e-4)
            let mean = (0..<48).reduce(0.0) {
                $0 + Double(layer.attentionInput[row * 48 + $1] * layer.attentionInput[row * 48 + $1])
            }
            #expect(abs(mean / 48 - 1) < 1e-3)
            let attention = dot(layer.attended + row * 64, output[channel * 64..<(channel + 1) * 64])
            #expect(abs(Double(layer.input[place]) + attention - Double(layer.middle[place])) < 1e-4)
            let added = dot(layer.inner + row * 80, down[channel * 80..<(channel + 1) * 80])
            #expect(abs(Double(layer.middle[place]) + added - Double(layer.output[place])) < 1e-4)
        }
    }
}
