import CKernels
import Foundation
import Synchronization

/// Turns queries and keys by their positions (arXiv 2104.09864, 3.2.2): pair `i` of a head at position `p` by the angle
/// `p * base^(-2i / headSize)`. Angles are computed in double.
public final class RotaryEmbedding: Sendable {
    /// Which two dimensions make pair `i`: `(i, i + headSize / 2)` or `(2i, 2i + 1)`.
    public enum Pairing: Sendable { case halves, adjacent }

    public let headSize: Int, base: Float, pairing: Pairing
    /// Positions are below it.
    public let maximumPosition: Int
    /// Cosines then sines of 512 positions each, `[512, headSize / 2]`; made when first needed.
    private let tables: Mutex<[RotaryTable?]>

    private static let positionsPerTable = 512

    /// - Precondition: an even `headSize`.
    public init(headSize: Int, base: Float, pairing: Pairing, maximumPosition: Int) {
        precondition(headSize > 0 && headSize % 2 == 0, "head size \(headSize) has no pairs")
        (self.headSize, self.base, self.pairing) = (headSize, base, pairing)
        self.maximumPosition = max(1, maximumPosition)
        tables = Mutex(Array(repeating: nil, count: (self.maximumPosition - 1) / Self.positionsPerTable + 1))
    }

    /// Turns `heads` adjoining heads of every row of the plan, in place: with queries and keys side by side in a fused
    /// row, `heads` counts both. Then multiplies each row by `factors`, `[heads * headSize]`.
    ///
    /// `x`: batch rows of `[heads * headSize]` f32, `stride` floats from one row to the next.
    public func apply(
        _ x: UnsafeMutablePointer<Float>, stride: Int, heads: Int, plan: AttentionPlan, factors: [Float]? = nil,
        on pool: WorkerPool
    ) {
        apply(
            x, stride: stride, heads: heads, rows: plan.rows, positions: plan.positions, factors: factors, on: pool)
    }

    /// The same for the rows of segments.
    public func apply(
        _ x: UnsafeMutablePointer<Float>, stride: Int, heads: Int, segments: [AttentionSegment], on pool: WorkerPool
    ) {
        var rows: [Int32] = [], positions: [Int32] = []
        for segment in segments {
            for offset in 0..<segment.rows {
                rows.append(Int32(segment.firstRow + offset))
                positions.append(Int32(segment.position + offset))
            }
        }
        apply(x, stride: stride, heads: heads, rows: rows, positions: positions, on: pool)
    }

    package func apply(
        _ x: UnsafeMutablePointer<Float>, stride: Int, heads: Int, rows: [Int32], positions: [Int32],
        factors: [Float]? = nil, on pool: WorkerPool
    ) {
        guard let last = positions.max() else { return }
        precondition(factors.map { $0.count == heads * self.headSize } ?? true, "factors of \(heads) heads")
        let tables = ready(upTo: Int(last))
        let set = pool.instructionSet.kernelSet
        let turn = pairing == .halves ? ck_rope_halves(set) : ck_rope_adjacent(set)
        let (pairs, headSize) = (headSize / 2, Int32(headSize))
        // Safe: workers get disjoint rows; parallelFor returns after the last.
        nonisolated(unsafe) let x = x
        factors.withOptionalPointer { factors in
            // Safe: only read.
            nonisolated(unsafe) let factors = factors
            pool.parallelFor(rows.count, grain: 16) { _, range in
                for index in range {
                    let position = Int(positions[index])
                    guard let table = tables[position / Self.positionsPerTable] else { continue }
                    let cosines = table.cosines + position % Self.positionsPerTable * pairs
                    let sines = table.sines + position % Self.positionsPerTable * pairs
                    turn(x + Int(rows[index]) * stride, Int32(heads), headSize, cosines, sines, factors)
                }
            }
        }
    }

    /// The tables up to a position; missing ones are made.
    private func ready(upTo last: Int) -> [RotaryTable?] {
        precondition(last < maximumPosition, "position \(last) of \(maximumPosition)")
        return tables.withLock { tables in
            for index in 0...last / Self.positionsPerTable where tables[index] == nil {
                tables[index] = RotaryTable(
                    first: index * Self.positionsPerTable, count: Self.positionsPerTable, headSize: headSize, base: base
                )
            }
            return tables
        }
    }
}

extension [Float]? {
    /// The array's elements for the time of `body`; nil where there is none.
    package func withOptionalPointer(_ body: (UnsafePointer<Float>?) -> Void) {
        guard let self else { return body(nil) }
        self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

/// Cosines and sines of some positions, `[count, headSize / 2]`. Immutable after init.
private final class RotaryTable: @unchecked Sendable {  // nobody writes after init
    let cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>

    /// Cosines and sines of `count` positions from `first` on.
    init(first: Int, count: Int, headSize: Int, base: Float) {
        let pairs = headSize / 2
        let cosines = UnsafeMutablePointer<Float>.allocate(capacity: count * pairs)
        let sines = UnsafeMutablePointer<Float>.allocate(capacity: count * pairs)
        for pair in 0..<pairs {
            let frequency = pow(Double(base), -2 * Double(pair) / Double(headSize))
            for offset in 0..<count {
                let angle = Double(first + offset) * frequency
                (cosines + offset * pairs + pair).initialize(to: Float(cos(angle)))
                (sines + offset * pairs + pair).initialize(to: Float(sin(angle)))
            }
        }
        (self.cosines, self.sines) = (UnsafePointer(cosines), UnsafePointer(sines))
    }

    deinit {
        cosines.deallocate()
        sines.deallocate()
    }
}
