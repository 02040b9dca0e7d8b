import CKernels
import Foundation

/// Times matrix products beside the machine's peaks, in turns, since the machine may be shared.
public struct KernelBenchmark {
    /// A product of `rows` rows.
    public struct Case: Sendable, Hashable, Codable {
        public var inputs: Int, outputs: Int, rows: Int, format: String, threads: Int
        /// Whether the matrix is a feed-forward layer's gate and up projections.
        public var isGateUp: Bool
    }

    /// The best of the turns.
    public struct Measurement: Sendable, Hashable, Codable {
        public var product: Case
        public var seconds: Double
        /// Operations (a multiply and an add are two) and bytes of weights, a second.
        public var operations: Double, bytes: Double
        /// Peak arithmetic of the format and peak of reading memory, from the same turns.
        public var peakOperations: Double?, peakBytes: Double

        /// Of the time that peak arithmetic, or reading the weights at peak if that takes longer, would need.
        public var share: Double? {
            peakOperations.map { max(operations / $0, bytes / peakBytes) }
        }
    }

    private let pool: WorkerPool, memory: MemoryProbe

    /// Measures on so many threads.
    public init(threads: Int) {
        pool = WorkerPool(threads: threads)
        memory = MemoryProbe(on: pool)
    }

    /// Times one product for some `seconds`. The weights do not fit into the caches: several matrices take turns.
    public func measure(
        inputs: Int, outputs: Int, rows: Int, format: WeightFormat, isGateUp: Bool = false, seconds: Double = 1
    ) -> Measurement {
        let matrices = matrices(inputs: inputs, outputs: outputs, format: format, isGateUp: isGateUp)
        let x = [Float](unsafeUninitializedCapacity: rows * inputs) { values, count in
            for index in 0..<rows * inputs { values.initializeElement(at: index, to: Float(index % 251) / 125 - 1) }
            count = rows * inputs
        }
        let activations = Activations()
        x.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            activations.load(base, rows: rows, width: inputs, for: format, on: pool)
        }
        let results = PageMemory(bytes: rows * outputs * 4)
        let out = results.base.assumingMemoryBound(to: Float.self)
        let arithmetic = format.arithmetic
        let probe = PeakProbe(arithmetic.peak, on: pool)

        let bytesPerRun = Double(matrices[0].bytes)
        let operationsPerRun = 2 * Double(rows) * Double(inputs) * Double(outputs)
        var best = Double.infinity, peakOperations = 0.0, peakBytes = 0.0
        var next = 0
        let end = Date().addingTimeInterval(seconds)
        repeat {
            // At least 2 ms a turn, so that reading the clock does not count; the first run of a turn does not either.
            var runs = 0
            var start = Date()
            repeat {
                multiply(
                    activations, by: matrices[next % matrices.count], bias: nil, isGateUp ? .swiglu : .store, into: out,
                    on: pool)
                next += 1
                if runs == 0 { start = Date() }
                runs += 1
            } while Date().timeIntervalSince(start) < 0.002 || runs < 2
            best = min(best, Date().timeIntervalSince(start) / Double(runs - 1))
            peakOperations = max(peakOperations, probe?.measure() ?? 0)
            peakBytes = max(peakBytes, memory.measure(threads: pool.threads))
        } while Date() < end
        return Measurement(
            product: Case(
                inputs: inputs, outputs: outputs, rows: rows, format: format.rawValue, threads: pool.threads,
                isGateUp: isGateUp),
            seconds: best, operations: operationsPerRun / best, bytes: bytesPerRun / best,
            peakOperations: probe == nil ? nil : peakOperations / arithmetic.instructions, peakBytes: peakBytes)
    }

    /// As many matrices as fill 96 MiB, with weights that cost no time to make.
    private func matrices(inputs: Int, outputs: Int, format: WeightFormat, isGateUp: Bool) -> [PackedMatrix] {
        let rows: PackedMatrix.RowSource = { range, into in
            for index in 0..<range.count * inputs { into[index] = Float((index &* 2_654_435_761) >> 8 & 255) / 128 - 1 }
        }
        let bytes = outputs * inputs * format.storedBits / 8
        return (0..<max(1, (96 << 20) / bytes)).map { _ in
            isGateUp
                ? .gateUp(width: outputs / 2, inputs: inputs, format: format, on: pool, gate: rows, up: rows)
                : PackedMatrix(outputs: outputs, inputs: inputs, format: format, on: pool, rows: rows)
        }
    }
}

extension WeightFormat {
    /// The arithmetic of the products, and how many of its multiply-and-adds one product of the format takes.
    fileprivate var arithmetic: (peak: ck_arithmetic, instructions: Double) {
        switch form {
        case .float: (CK_PEAK_F32, 1)
        case .bfloat, .eightBitFloat: (CK_PEAK_BF16, 1)
        case .integer(let bits): (CK_PEAK_INT8, Double(bits / 8))
        }
    }
}
