import Foundation
import Kernels
import Testing

/// What adapters add to products, against the product without them and their factors multiplied by hand.
@Suite struct LowRankTests {
    /// An adapter of a matrix of several parts: which outputs, and both factors.
    struct Adapter {
        let rank: Int
        let parts: [LowRankFactors.Part]
        static let scale: Float = 0.5

        /// - Parameter outputs: of each part.
        init(_ outputs: [Range<Int>], inputs: Int, rank: Int, seed: UInt64) {
            self.rank = rank
            parts = outputs.enumerated().map { index, range in
                .init(
                    outputs: range, a: RandomMatrix(rank, inputs, scale: 0.1, seed: seed + UInt64(index)).values,
                    b: RandomMatrix(range.count, rank, seed: seed + 10 + UInt64(index)).values)
            }
        }

        /// - Parameter power: both factors are multiplied with 2 to it, and the scale takes it away.
        func packed(_ matrix: PackedMatrix, power: Int = 0, on pool: WorkerPool) -> LowRankFactors {
            let times = Float(sign: .plus, exponent: power, significand: 1)
            let parts = parts.map { part in
                LowRankFactors.Part(outputs: part.outputs, a: part.a.map { $0 * times }, b: part.b.map { $0 * times })
            }
            return LowRankFactors(parts, scale: Self.scale / times / times, to: matrix, in: PageArena(), on: pool)
        }

        /// `scale * B (A x)` of all outputs and how far it may be off, given what the kernels make of `A x`.
        func expected(
            _ x: RandomMatrix, _ matrix: PackedMatrix, on pool: WorkerPool
        ) -> (sums: [Double], bounds: [Double]) {
            var sums = [Double](repeating: 0, count: x.rows * matrix.outputs), bounds = sums
            // Beside weights of E4M3 the first factor is bf16, and reads inputs as they are rounded.
            let factor = matrix.format.isEightBitFloat ? .bf16 : matrix.format.careful
            let lows = parts.map { part in
                let a = RandomMatrix(values: part.a, columns: x.columns).packed(factor, on: pool)
                guard matrix.format == .fp8 else { return product(x, by: a, on: pool).map(Double.init) }
                let rounded = x.lines.map(EightBitFloats.rounded)
                let numbers = RandomMatrix(
                    values: rounded.flatMap { $0.numbers.map { Float($0) } }, columns: x.columns)
                return product(numbers, by: a, on: pool).enumerated().map { index, sum in
                    Double(sum) * Double(rounded[index / rank].scale)
                }
            }
            let isBytes = [.w8a8, .w4a8].contains(matrix.format)
            for row in 0..<x.rows {
                // Half a step of 8 bits: of the row's largest number, and of the output's.
                let step = lows.flatMap { $0[row * rank..<(row + 1) * rank] }.reduce(0) { max($0, abs($1)) } / 254
                for (part, low) in zip(parts, lows) {
                    for (place, output) in part.outputs.enumerated() {
                        let b = part.b[place * rank..<(place + 1) * rank].map { Double($0 * Self.scale) }
                        let weightStep = b.reduce(0) { max($0, abs($1)) } / 254
                        for k in 0..<rank {
                            let x = low[row * rank + k], index = row * matrix.outputs + output
                            sums[index] += x * b[k]
                            bounds[index] += abs(x * b[k]) * (matrix.format == .f32 ? 1e-5 : 0x1p-8) + 1e-6
                            if isBytes { bounds[index] += abs(b[k]) * step + (abs(x) + step) * weightStep }
                        }
                    }
                }
            }
            return (sums, bounds)
        }
    }

    /// Outputs, inputs, the outputs of each part: whole panels and broken ones, parts that end within 16 columns.
    static let shapes: [(Int, Int, [Range<Int>])] = [
        (32, 128, [0..<32]), (96, 200, [0..<32, 32..<64, 64..<96]), (100, 300, [0..<40, 40..<70, 70..<100]),
        (77, 129, [5..<9]), (160, 64, [128..<144, 0..<128]),
    ]

    @Test("adds B (A x) to the rows it is given", arguments: shapes, WeightFormat.allCases)
    func adds(shape: (Int, Int, [Range<Int>]), format: WeightFormat) {
        let (outputs, inputs, parts) = shape
        let x = RandomMatrix(29, inputs, outliers: true, seed: 21)
        let weights = RandomMatrix(outputs, inputs, scale: 0.1, seed: 22)
        let bias = RandomMatrix(1, outputs, seed: 23).values
        let adapter = Adapter(parts, inputs: inputs, rank: 5, seed: 30)
        for pool in pools {
            let matrix = weights.packed(format, on: pool)
            let (added, bounds) = adapter.expected(x, matrix, on: pool)
            let rows = 3..<27, factors = adapter.packed(matrix, on: pool)
            let results = sums(x, [.init(rows, factors)], by: matrix, bias: bias, on: pool)
            let plain = product(x, by: matrix, bias: bias, on: pool)
            let onTop = sums(x, [.init(rows, factors)], by: matrix, .add, startingFrom: 2, on: pool)
            let bare = product(x, by: matrix, on: pool)
            for index in results.indices {
                let isAdapted = rows.contains(index / outputs), slack = format == .f32 ? 1e-4 : 1e-5
                guard isAdapted || format == .f32 else {
                    #expect(results[index].bitPattern == plain[index].bitPattern)
                    #expect(onTop[index].bitPattern == (2 + bare[index]).bitPattern)
                    continue
                }
                let more = isAdapted ? added[index] : 0, bound = bounds[index] + slack * (1 + abs(Double(plain[index])))
                #expect(abs(Double(results[index]) - Double(plain[index]) - more) <= bound, "\(format) \(index)")
                #expect(abs(Double(onTop[index]) - 2 - Double(bare[index]) - more) <= bound, "\(format) \(index)")
            }
        }
    }

    @Test("is added to gate and up before silu", arguments: WeightFormat.allCases, [16, 40, 64])
    func gated(format: WeightFormat, width: Int) {
        let x = RandomMatrix(14, 200, seed: 41)
        let (gate, up) = (
            RandomMatrix(width, 200, scale: 0.1, seed: 42), RandomMatrix(width, 200, scale: 0.1, seed: 43)
        )
        for (parts, seed) in [([0..<width, width..<2 * width], UInt64(50)), ([width..<2 * width], 60)] {
            let adapter = Adapter(parts, inputs: 200, rank: 3, seed: seed)
            for pool in pools {
                let gates = product(x, by: gate.packed(format, on: pool), on: pool)
                let ups = product(x, by: up.packed(format, on: pool), on: pool)
                let matrix = PackedMatrix.gateUp(
                    width: width, inputs: 200, format: format, on: pool, gate: gate.write, up: up.write)
                let (added, bounds) = adapter.expected(x, matrix, on: pool)
                let rows = 2..<13
                let results = sums(
                    x, [.init(rows, adapter.packed(matrix, on: pool))], by: matrix, .swiglu, on: pool)
                let plain = product(x, by: matrix, .swiglu, on: pool)
                for index in results.indices {
                    let (row, column) = (index / width, index % width), place = row * 2 * width + column
                    guard rows.contains(row) else {
                        if format != .f32 { #expect(results[index].bitPattern == plain[index].bitPattern) }
                        continue
                    }
                    let g = Double(gates[index]) + added[place], u = Double(ups[index]) + added[place + width]
                    let bound = (bounds[place] * (1 + abs(u)) + bounds[place + width] * (1 + abs(g))) * 1.2 + 1e-4
                    #expect(abs(Double(results[index]) - g / (1 + exp(-g)) * u) <= bound, "\(format) \(index)")
                }
            }
        }
    }

    @Test(
        "law: rows of four adapters in one product are what each is alone",
        arguments: WeightFormat.allCases.filter { $0 != .f32 }, UInt64(0)..<4)
    func together(format: WeightFormat, seed: UInt64) {
        let inputs = 300, outputs = 150
        let x = RandomMatrix(240, inputs, outliers: true, seed: 70 + seed)
        let weights = RandomMatrix(outputs, inputs, scale: 0.1, seed: 80 + seed)
        var all: [[UInt32]] = []
        for pool in pools.dropFirst(pools.count > 1 ? 1 : 0) {
            let matrix = weights.packed(format, on: pool)
            let adapters = (0..<4).map { index in
                Adapter([0..<90, 90..<outputs], inputs: inputs, rank: 2 + 7 * index, seed: 100 * UInt64(index + 1))
                    .packed(matrix, on: pool)
            }
            // Runs of every length, of no adapter and of each, some of them twice.
            let lengths = [0, 1, 2, 13, 96, 1, 40, 5, 50, 12, 20]
            var adapted: [LowRankRows] = [], first = 0
            for (place, length) in lengths.enumerated() {
                if place % 5 != 0 { adapted.append(.init(first..<first + length, adapters[place % 5 - 1])) }
                first += length
            }
            let results = sums(x, adapted, by: matrix, on: pool).bits
            var expected = product(x, by: matrix, on: pool).bits
            for item in adapted {
                for row in item.rows {
                    let one = RandomMatrix(
                        values: Array(x.values[row * inputs..<(row + 1) * inputs]), columns: inputs)
                    let alone = sums(one, [.init(0..<1, item.factors)], by: matrix, on: pool).bits
                    expected.replaceSubrange(row * outputs..<(row + 1) * outputs, with: alone)
                }
            }
            #expect(results == expected, "\(pool.instructionSet)")
            all.append(results)
        }
        if integerFormats.contains(format) { for other in all.dropFirst() { #expect(other == all[0]) } }
    }

    @Test("law: powers of two that factors have and the scale has not change no bit", arguments: WeightFormat.allCases)
    func powers(format: WeightFormat) {
        let x = RandomMatrix(17, 200, outliers: true, seed: 95), weights = RandomMatrix(96, 200, seed: 96)
        let adapter = Adapter([0..<32, 32..<96], inputs: 200, rank: 10, seed: 97)
        for pool in pools {
            let matrix = weights.packed(format, on: pool)
            let plain = sums(x, [.init(1..<17, adapter.packed(matrix, on: pool))], by: matrix, on: pool).bits
            for power in [-12, 12] {
                let factors = adapter.packed(matrix, power: power, on: pool)
                #expect(
                    sums(x, [.init(1..<17, factors)], by: matrix, on: pool).bits == plain,
                    "\(pool.instructionSet) \(power)")
            }
        }
    }

    @Test func theWeakestSetGivesTheSameBits() {
        let x = RandomMatrix(7, 128, seed: 91), weights = RandomMatrix(64, 128, seed: 92)
        let results = pools.map { pool in
            let matrix = weights.packed(.w8a8, on: pool)
            let adapter = Adapter([0..<64], inputs: 128, rank: 16, seed: 93)
            return sums(x, [.init(1..<7, adapter.packed(matrix, on: pool))], by: matrix, on: pool).bits
        }
        for other in results.dropFirst() { #expect(other == results[0]) }
    }

    /// The product with what adapters add.
    private func sums(
        _ x: RandomMatrix, _ adapted: [LowRankRows], by matrix: PackedMatrix, bias: [Float]? = nil,
        _ epilogue: Epilogue = .store, startingFrom initial: Float = .nan, on pool: WorkerPool
    ) -> [Float] {
        let activations = Activations(), added = LowRankSums()
        x.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            activations.load(base, rows: x.rows, width: x.columns, for: matrix.format, on: pool)
        }
        added.load(activations, adapted, on: pool)
        let width = epilogue == .swiglu ? matrix.outputs / 2 : matrix.outputs
        return [Float](unsafeUninitializedCapacity: x.rows * width) { out, count in
            count = x.rows * width
            out.initialize(repeating: initial)
            guard let out = out.baseAddress else { return }
            (bias ?? []).withUnsafeBufferPointer {
                multiply(
                    activations, by: matrix, bias: bias == nil ? nil : $0.baseAddress, epilogue, adding: added,
                    into: out, on: pool)
            }
        }
    }
}
