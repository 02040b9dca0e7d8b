import Kernels
import ModelFiles
import Models
import TestSupport
import Testing

/// Low-rank adapters in the decoder, against the model that they come to when they are merged into its weights.
@Suite struct LoRATests {
    private static let pool = WorkerPool(threads: 2)
    private static let base = RandomWeights(RandomWeightsTests.small)
    private static let tokens: [Int32] = (0..<50).map { ($0 * 37 + 11) % 500 }

    /// A decoder with room for `sequences` of two blocks each.
    private static func decoder(
        _ source: some WeightSource, _ format: WeightFormat, sequences: Int = 1
    ) throws -> Qwen2Decoder {
        let weights = try Qwen2Weights(source, format: format, on: pool)
        return Qwen2Decoder(
            weights: weights, cache: try KVCache(shape: weights.cacheShape(), blocks: 2 * sequences), on: pool)
    }

    private static func lora(_ adapter: LowRankAdapter, _ decoder: Qwen2Decoder) throws -> LoRAWeights {
        try LoRAWeights(adapter, for: decoder.weights, on: pool)
    }

    /// The logits behind some of the tokens of one sequence, which are computed in steps that end at `cuts`.
    private static func logits(
        _ decoder: Qwen2Decoder, _ lora: LoRAWeights? = nil, from start: Int = 0, cuts: [Int] = [], of rows: [Int]
    ) -> [Float] {
        var (result, first) = ([Float](), 0)
        for end in cuts + [tokens.count] {
            let places = rows.filter { (first..<end).contains($0) }.map { $0 - first }
            let adapted = lora.map { [AdaptedRows(max(0, start - first)..<max(0, start - first, end - first), $0)] }
            decoder.forward(
                tokens: Array(tokens[first..<end]),
                segments: [AttentionSegment(firstRow: 0, rows: end - first, position: first, blockTable: [0, 1])],
                outputRows: places, adapted: (adapted ?? []).filter { !$0.rows.isEmpty })
            result += outputs(decoder, places.count)
            first = end
        }
        return result
    }

    private static func outputs(_ decoder: Qwen2Decoder, _ count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count * 500) { buffer, initialized in
            initialized = count * 500
            if let base = buffer.baseAddress, count > 0 { decoder.logits(outputs: Array(0..<count), into: base) }
        }
    }

    private static func error(_ a: [Float], _ b: [Float]) -> Double {
        let difference = zip(a, b).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        return (difference / b.reduce(0.0) { $0 + Double($1) * Double($1) }).squareRoot()
    }

    static let adapters: [LowRankAdapter] = [
        RandomAdapter.make(seed: 1), RandomAdapter.make([.query, .value], seed: 2),
        RandomAdapter.make([.up, .down], layers: [1], seed: 3), RandomAdapter.make([.gate], layers: [2], seed: 4),
        RandomAdapter.make([.key, .attentionOutput], layers: [0, 2], seed: 5),
    ]

    @Test("from the first token on it is the merged model", arguments: 0..<5) func merged(index: Int) throws {
        let adapter = Self.adapters[index], merged = MergedWeights(base: Self.base, adapter: adapter)
        let rows = [0, 17, 49]
        for (format, bound) in [(WeightFormat.f32, 1e-5), (.bf16, 0.03), (.w8a16, 0.03), (.w8a8, 0.06)] {
            let decoder = try Self.decoder(Self.base, format)
            let results = Self.logits(decoder, try Self.lora(adapter, decoder), of: rows)
            let expected = Self.logits(try Self.decoder(merged, format), of: rows)
            let plain = Self.logits(try Self.decoder(Self.base, format), of: rows)
            #expect(Self.error(results, expected) <= bound, "\(format)")
            #expect(Self.error(plain, expected) > 1.5 * bound, "\(format): the adapter changes little")
        }
    }

    @Test("Qwen3's heads are normalised behind the adapter's part of them") func ofNormalisedHeads() throws {
        var model = RandomWeightsTests.small
        (model.architecture, model.hasQKVBias, model.hasHeadNorms) = (.qwen3, false, true)
        let base = RandomWeights(model), adapter = Self.adapters[0]
        for (format, bound) in [(WeightFormat.f32, 1e-5), (.bf16, 0.03), (.w8a8, 0.06)] {
            let decoder = try Self.decoder(base, format)
            let results = Self.logits(decoder, try Self.lora(adapter, decoder), of: [0, 17, 49])
            let merged = try Self.decoder(MergedWeights(base: base, adapter: adapter), format)
            #expect(Self.error(results, Self.logits(merged, of: [0, 17, 49])) <= bound, "\(format)")
            #expect(Self.error(results, Self.logits(decoder, of: [0, 17, 49])) > 1.5 * bound, "\(format)")
        }
    }

    @Test("before it acts the base model's keys and values stand", arguments: [1, 31, 32, 33, 49])
    func activated(start: Int) throws {
        let adapter = Self.adapters[0]
        for (format, bound) in [(WeightFormat.f32, 1e-5), (.w8a8, 0.06)] {
            let decoder = try Self.decoder(Self.base, format)
            let results = Self.logits(
                decoder, try Self.lora(adapter, decoder), from: start, of: Array(start..<50))
            // The merged model goes on in the cache that the base model has begun.
            let base = try Self.decoder(Self.base, format)
            _ = Self.logits(base, of: [49])
            let merged = Qwen2Decoder(
                weights: try Qwen2Weights(
                    MergedWeights(base: Self.base, adapter: adapter), format: format, on: Self.pool),
                cache: base.cache, on: Self.pool)
            merged.forward(
                tokens: Array(Self.tokens[start...]),
                segments: [AttentionSegment(firstRow: 0, rows: 50 - start, position: start, blockTable: [0, 1])],
                outputRows: Array(0..<50 - start))
            #expect(Self.error(results, Self.outputs(merged, 50 - start)) <= bound, "\(format)")
        }
    }

    @Test(
        "law: steps cut anywhere give the same bits", arguments: [WeightFormat.w8a8, .w4a8, .w8a16, .bf16], [0, 20, 32])
    func chunks(format: WeightFormat, start: Int) throws {
        let decoder = try Self.decoder(Self.base, format)
        let lora = try Self.lora(Self.adapters[0], decoder)
        let rows = [5, 19, 20, 31, 32, 48, 49]
        let whole = Self.logits(decoder, lora, from: start, of: rows).map(\.bitPattern)
        for cuts in [[1], [19], [20], [21], [32], [33], [49], [10, 20, 30, 40], Array(18...36)] {
            #expect(Self.logits(decoder, lora, from: start, cuts: cuts, of: rows).map(\.bitPattern) == whole, "\(cuts)")
        }
        let plain = Self.logits(decoder, of: rows).map(\.bitPattern)
        let untouched = rows.filter { $0 < start }.count * 500
        #expect(whole.prefix(untouched) == plain.prefix(untouched))
        #expect(whole.dropFirst(untouched) != plain.dropFirst(untouched))
    }

    @Test(
        "law: sequences of four adapters and of none in one step are what each is alone",
        arguments: [WeightFormat.w8a8, .w4a8, .bf16], UInt64(0)..<3)
    func together(format: WeightFormat, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let decoder = try Self.decoder(Self.base, format, sequences: 10)
        let loras = try Self.adapters.prefix(4).map { try Self.lora($0, decoder) }
        struct Item {
            let tokens: [Int32], start: Int, lora: LoRAWeights?
        }
        let items = (0..<10).map { place in
            let count = Int.random(in: 1...60, using: &random)
            return Item(
                tokens: (0..<count).map { _ in .random(in: 0..<500, using: &random) },
                start: .random(in: 0..<count, using: &random),
                lora: [loras[0], loras[1], loras[2], loras[3], nil][place % 5])
        }
        func run(_ items: [(place: Int, item: Item)]) -> [[UInt32]] {
            var tokens: [Int32] = [], segments: [AttentionSegment] = [], outputRows: [Int] = []
            var adapted: [AdaptedRows] = []
            for (place, item) in items {
                let first = tokens.count
                segments.append(
                    AttentionSegment(
                        firstRow: first, rows: item.tokens.count, position: 0,
                        blockTable: [Int32(2 * place), Int32(2 * place + 1)]))
                tokens += item.tokens
                if let lora = item.lora { adapted.append(.init(first + item.start..<tokens.count, lora)) }
                outputRows.append(tokens.count - 1)
            }
            decoder.forward(tokens: tokens, segments: segments, outputRows: outputRows, adapted: adapted)
            let logits = Self.outputs(decoder, items.count).map(\.bitPattern)
            return items.indices.map { Array(logits[$0 * 500..<($0 + 1) * 500]) }
        }
        let numbered = items.enumerated().map { (place: $0.offset, item: $0.element) }
        let together = run(numbered)
        for (result, item) in zip(together, numbered) { #expect(run([item])[0] == result, "\(item.place)") }
    }

    @Test func equalContentHasEqualFingerprints() throws {
        let decoder = try Self.decoder(Self.base, .w8a8)
        let first = try Self.lora(RandomAdapter.make(seed: 1), decoder)
        #expect(try Self.lora(RandomAdapter.make(seed: 1), decoder).fingerprint == first.fingerprint)
        #expect(try Self.lora(RandomAdapter.make(seed: 2), decoder).fingerprint != first.fingerprint)
        var scaled = LowRankAdapter(
            shape: AdapterShape(rank: 4, alpha: 9, matrices: AdaptedMatrix.allCases, layers: [0, 1, 2]))
        for layer in 0..<3 {
            for matrix in AdaptedMatrix.allCases {
                for factor in LowRankAdapter.Factor.allCases {
                    scaled[factor, matrix, layer] = Self.adapters[0][factor, matrix, layer]
                }
            }
        }
        #expect(try Self.lora(scaled, decoder).fingerprint != first.fingerprint)
        #expect(first.bytes > 3 * 4 * (192 + 256 + 2 * 640))
    }

    @Test func aBaseWithPermutedHeadsIsRefused() throws {
        var description = RandomWeightsTests.small
        description.rotaryPairing = .adjacent
        let decoder = try Self.decoder(RandomWeights(description), .w8a8)
        #expect(throws: LoRAError.permutedHeads(model: "small")) {
            _ = try Self.lora(RandomAdapter.make(seed: 1), decoder)
        }
    }
}
