import Kernels
import ModelFiles
import Models
import Testing

/// A part of a decoder as an encoder: fewer layers, an adapter, cut vectors, the mean of states.
@Suite struct EncoderPartTests {
    private static let pool = WorkerPool(threads: 2)
    private static let base = RandomWeights(RandomWeightsTests.small)
    private static let texts: [[Int32]] = [[499, 3, 4, 5], [7], [499, 3, 90, 91, 92, 93, 94, 200], [11, 12]]

    private static func vectors(
        _ source: some WeightSource, _ part: EncoderPart = EncoderPart(), _ format: WeightFormat = .f32,
        of texts: [[Int32]] = texts
    ) throws -> [[Float]] {
        let encoder = Qwen2Encoder(
            weights: try Qwen2Weights(source, format: format, on: pool), isCausal: true, part: part, on: pool)
        var vectors = [Float](repeating: 0, count: texts.count * encoder.dimensions)
        vectors.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { encoder.encode(texts, into: base) } }
        return texts.indices.map { Array(vectors[$0 * encoder.dimensions..<($0 + 1) * encoder.dimensions]) }
    }

    private static func cosines(_ first: [[Float]], _ second: [[Float]]) -> [Float] {
        zip(first, second).map { zip($0, $1).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    @Test("the lowest layers are a model of so many", arguments: [1, 2, 3]) func layers(count: Int) throws {
        let lower = LowerLayers(Self.base, count: count)
        #expect(lower.description.layers == count)
        for pooling in StatePooling.allCases {
            let part = try Self.vectors(Self.base, EncoderPart(layers: count, pooling: pooling))
            #expect(try part == Self.vectors(lower, EncoderPart(pooling: pooling)))
        }
    }

    @Test func moreLayersThanThereAreAreAll() throws {
        #expect(LowerLayers(Self.base, count: 99).description.layers == 3)
        #expect(try Self.vectors(Self.base, EncoderPart(layers: 99)) == Self.vectors(Self.base))
    }

    @Test("with an adapter it is the merged model", arguments: StatePooling.allCases) func adapter(
        pooling: StatePooling
    ) throws {
        let adapter = RandomAdapter.make(seed: 6), merged = MergedWeights(base: Self.base, adapter: adapter)
        for (format, bound) in [(WeightFormat.f32, Float(0.9999)), (.w8a8, 0.98)] {
            let weights = try Qwen2Weights(Self.base, format: format, on: Self.pool)
            let lora = try LoRAWeights(adapter, for: weights, on: Self.pool)
            let made = try Self.vectors(Self.base, EncoderPart(adapter: lora, pooling: pooling), format)
            let expected = try Self.vectors(merged, EncoderPart(pooling: pooling), format)
            #expect(Self.cosines(made, expected).allSatisfy { $0 > bound }, "\(format)")
        }
    }

    @Test("law: a cut vector is the beginning of the whole one at length 1", arguments: [1, 64, 192, 500])
    func widths(width: Int) throws {
        let whole = try Self.vectors(Self.base), cut = try Self.vectors(Self.base, EncoderPart(width: width))
        for (whole, cut) in zip(whole, cut) {
            let kept = whole.prefix(width), length = kept.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(cut.count == min(width, 192))
            #expect(zip(cut, kept).allSatisfy { abs($0 - $1 / length) < 1e-5 })
        }
    }

    @Test("law: a text's vector does not depend on the others", arguments: StatePooling.allCases) func alone(
        pooling: StatePooling
    ) throws {
        for format in [WeightFormat.f32, .w8a8] {
            let part = EncoderPart(layers: 2, pooling: pooling), all = try Self.vectors(Self.base, part, format)
            for (index, text) in Self.texts.enumerated() {
                let alone = try Self.vectors(Self.base, part, format, of: [text])
                #expect(Self.cosines(alone, [all[index]]).allSatisfy { $0 > 0.9999 }, "\(format), text \(index)")
            }
        }
    }

    @Test("one token alone is its own mean") func oneToken() throws {
        let mean = try Self.vectors(Self.base, EncoderPart(pooling: .mean)), last = try Self.vectors(Self.base)
        #expect(mean[1] == last[1] && mean[3] == last[3] && mean[0] != last[0])
    }
}
