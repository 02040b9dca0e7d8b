import Compression
import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

@Suite struct GPTQTests {
    private static let pool = SmallModel.pool

    private static func hessian(_ inputs: [Float], columns: Int) -> Hessian {
        let hessian = Hessian(size: columns)
        inputs.withUnsafeBufferPointer { inputs in
            guard let base = inputs.baseAddress else { return }
            // In two parts, as windows come.
            let rows = inputs.count / columns, first = rows / 3
            hessian.add(base, rows: first, on: pool)
            hessian.add(base + first * columns, rows: rows - first, on: pool)
        }
        return hessian
    }

    private static func gptq(order: Bool, _ choice: ScaleChoice = .range, sweeps: Int = 0) -> GPTQ {
        var gptq = GPTQ()
        (gptq.ordersByActivation, gptq.choice, gptq.sweeps) = (order, choice, sweeps)
        return gptq
    }

    private static func fixture() throws -> [String: Tensor] {
        let file = try MappedFile(path: TestFiles.fixture("gptq.safetensors").path)
        return Dictionary(
            try Safetensors.tensors(of: file).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test(
        "parity: the algorithm as it was published, within 2 % of its error, nearly all integers the same",
        arguments: [("columns", false), ("activation", true)])
    func reference(name: String, order: Bool) throws {
        let fixture = try Self.fixture()
        func numbers(_ name: String) throws -> [Float] { try #require(fixture[name]).dequantized() }
        let hessian = try Self.hessian(numbers("inputs"), columns: 160)
        let result = try Self.gptq(order: order).quantize(
            numbers("weights"), rows: 24, hessian, IntegerGrid(bits: 4, group: 32), on: Self.pool)
        #expect(try result.matrix.scales == numbers("\(name).scales"))
        let expected = try numbers("\(name).integers").map { Int8($0) }
        let same = zip(result.matrix.integers, expected).count { $0 == $1 }
        #expect(same >= expected.count * 98 / 100, "\(same) of \(expected.count)")
        let error = result.lost.reduce(0, +), published = try Double(numbers("\(name).error")[0])
        #expect(abs(error / published - 1) < 0.02)
        // Scales of what columns are when it is their turn, as the authors' code has them, are no better.
        #expect(try error < 1.02 * Double(numbers("dynamic.error")[0]))
    }

    @Test("rounding: scales by the least error, weighted by inputs, beat those by range") func choice() throws {
        let fixture = try Self.fixture()
        let weights = try #require(fixture["weights"]).dequantized()
        let hessian = Self.hessian(try #require(fixture["inputs"]).dequantized(), columns: 160)
        let grid = try IntegerGrid(bits: 4, group: 32), squares = hessian.diagonal
        func lost(_ choice: ScaleChoice) -> Float {
            let scales = QuantizedMatrix.scales(
                weights, rows: 24, grid, (choice, importance: squares), on: Self.pool)
            let rounded = QuantizedMatrix.rounding(weights, rows: 24, grid, scales: scales, on: Self.pool).weights
            return weights.indices.reduce(0) {
                $0 + (weights[$1] - rounded[$1]) * (weights[$1] - rounded[$1]) * squares[$1 % 160]
            }
        }
        #expect(lost(.error) < 0.95 * lost(.range))
    }

    private static func random(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
        var random = SeededGenerator(seed)
        return (0..<count).map { _ in
            scale * (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &random) }
        }
    }

    /// Inputs that depend on each other, some columns much larger than others.
    private static func inputs(_ rows: Int, _ columns: Int, seed: UInt64) -> [Float] {
        let (plain, size) = (random(rows * columns, seed: seed), random(columns, seed: seed + 1, scale: 2))
        return plain.indices.map { place in
            let column = place % columns
            let neighbour = column == 0 ? 0 : plain[place - 1]
            return (plain[place] + 0.9 * neighbour) * abs(size[column])
        }
    }

    @Test(
        "law: on the calibration's Hessian no row is farther off than by rounding; all together they are nearer",
        arguments: UInt64(0)..<24)
    func neverWorse(seed: UInt64) throws {
        let group = [8, 16, 32, nil][Int(seed % 4)], bits = seed % 3 == 0 ? 8 : 4, columns = 64 * Int(1 + seed % 3)
        let rows = 5 + Int(seed) * 3, tokens = seed % 5 == 0 ? 20 : 200
        let grid = try IntegerGrid(bits: bits, group: group)
        let weights = Self.random(rows * columns, seed: seed + 100, scale: 0.1)
        let hessian = Self.hessian(Self.inputs(tokens, columns, seed: seed + 200), columns: columns)
        let choice: ScaleChoice = seed % 2 == 0 ? .range : .error
        let result = try Self.gptq(order: seed % 4 < 2, choice, sweeps: Int(seed % 3)).quantize(
            weights, rows: rows, hessian, grid, on: Self.pool)
        let scales = QuantizedMatrix.scales(
            weights, rows: rows, grid, (choice, importance: hessian.diagonal), on: Self.pool)
        if seed % 3 < 2 { #expect(result.matrix.scales == scales) }
        let rounded = QuantizedMatrix.rounding(weights, rows: rows, grid, scales: scales, on: Self.pool)
        func lost(_ matrix: QuantizedMatrix) -> [Double] {
            hessian.energies(of: zip(weights, matrix.weights).map { $0 - $1 }, rows: rows, on: Self.pool)
        }
        let (plain, compensated) = (lost(rounded), lost(result.matrix))
        for row in 0..<rows {
            #expect(compensated[row] <= plain[row] * (1 + 1e-6))
            #expect(abs(result.lost[row] - compensated[row]) <= 1e-6 * (plain[row] + 1e-9))
            #expect(result.energy[row] > 0)
        }
        #expect(compensated.reduce(0, +) < 0.8 * plain.reduce(0, +))
    }

    @Test("law: each sweep leaves no row farther off, and all together nearer", arguments: UInt64(0)..<8)
    func sweeps(seed: UInt64) throws {
        let group = [8, 32, nil][Int(seed % 3)], columns = seed % 2 == 0 ? 64 : 288, rows = 70
        let weights = Self.random(rows * columns, seed: seed + 300, scale: 0.1)
        let hessian = Self.hessian(Self.inputs(400, columns, seed: seed + 400), columns: columns)
        var before: [Double]?
        for sweeps in 0..<5 {
            let result = try Self.gptq(order: true, .error, sweeps: sweeps).quantize(
                weights, rows: rows, hessian, IntegerGrid(bits: 4, group: group), on: Self.pool)
            #expect(result.matrix.scales.allSatisfy { $0 > 0 && $0.bitPattern & 0xFFFF == 0 })
            #expect(result.matrix.integers.allSatisfy { (-8...7).contains($0) })
            if let before {
                for row in 0..<rows { #expect(result.lost[row] <= before[row] * 1.0001) }
                if sweeps == 1 { #expect(result.lost.reduce(0, +) < 0.99 * before.reduce(0, +)) }
            }
            before = result.lost
        }
    }

    @Test("after many sweeps no integer is better changed alone") func settled() throws {
        let columns = 64, rows = 9
        let weights = Self.random(rows * columns, seed: 1, scale: 0.1)
        let hessian = Self.hessian(Self.inputs(300, columns, seed: 2), columns: columns)
        let result = try Self.gptq(order: true, .error, sweeps: 40).quantize(
            weights, rows: rows, hessian, IntegerGrid(bits: 4, group: 16), on: Self.pool)
        for column in stride(from: 0, to: columns, by: 5) {
            for step in [-1, 1] {
                var changed = result.matrix.weights
                for row in 0..<rows {
                    let integer = Int(result.matrix.integers[row * columns + column]) + step
                    guard (-8...7).contains(integer) else { continue }
                    changed[row * columns + column] = Float(integer) * result.matrix.scales[row * 4 + column / 16]
                }
                let others = hessian.energies(of: zip(weights, changed).map { $0 - $1 }, rows: rows, on: Self.pool)
                for row in 0..<rows { #expect(others[row] >= result.lost[row] * 0.9999) }
            }
        }
    }

    @Test("inputs that are always 0, or all alike, or too few") func degenerate() throws {
        let grid = try IntegerGrid(bits: 4, group: 8), weights = Self.random(4 * 32, seed: 3)
        let none = try Self.gptq(order: true).quantize(
            weights, rows: 4, Self.hessian([Float](repeating: 0, count: 64), columns: 32), grid, on: Self.pool)
        let scales = QuantizedMatrix.scales(weights, rows: 4, grid, (.range, importance: nil), on: Self.pool)
        let rounded = QuantizedMatrix.rounding(weights, rows: 4, grid, scales: scales, on: Self.pool)
        #expect(none.matrix.integers == rounded.integers && none.lost == [0, 0, 0, 0])
        let alike = Self.hessian([Float](repeating: 2, count: 320), columns: 32)
        let result = try Self.gptq(order: false).quantize(weights, rows: 4, alike, grid, on: Self.pool)
        // The sum of a row's weights is all that counts then, and it comes out almost exactly.
        #expect(result.lost.reduce(0, +) < 0.01 * result.energy.reduce(0, +))
    }

    @Test("the Hessian: sums over windows, wide ones by blocks") func sums() {
        let columns = 530, rows = 6, x = Self.random(rows * columns, seed: 8)
        let hessian = Self.hessian(x, columns: columns)
        for column in [0, 5, 511, 512, 529] {
            let square = (0..<rows).reduce(Float(0)) { $0 + x[$1 * columns + column] * x[$1 * columns + column] }
            #expect(abs(hessian.diagonal[column] - square / Float(rows)) < 1e-4)
        }
        // One weight alone sees its column; two see what columns have in common.
        var weights = [Float](repeating: 0, count: 2 * columns)
        (weights[511], weights[columns + 3], weights[columns + 520]) = (1, 1, -2)
        let energies = hessian.energies(of: weights, rows: 2, on: Self.pool)
        #expect(abs(energies[0] - Double(hessian.diagonal[511])) < 1e-4)
        let expected = (0..<rows).reduce(0.0) { sum, row in
            let output = Double(x[row * columns + 3]) - 2 * Double(x[row * columns + 520])
            return sum + output * output
        }
        #expect(abs(energies[1] - expected / Double(rows)) < 1e-3)
    }
}
