import Documents
import OrderedCollections

/// The powers of two that bring an adapter's numbers, which are small, into the range of 8-bit floats.
///
/// Each module's `A` is stored times 2^a and its `B` times 2^b, with `a + b` the same for all, and alpha divided by 2^(a + b):
/// the products are those of before for whoever reads the file as it stands. The file also notes the powers in its header;
/// read here they are taken away again, so that adapters of any numbers have a mean and can be taught further.
struct FactorPowers: Equatable, Sendable {
    /// `a + b`.
    let sum: Int
    /// `a` of each module, in the order of `AdapterShape.modules`.
    let ofA: [Int]

    /// In a header's `__metadata__`.
    static let key = "factor_powers"
    /// What a header may ask for; an adapter of f32 needs less, and doubles hold twice as much.
    private static let limits = -500...500

    /// The largest sum with which no number passes the largest of 8 bits; what room a module has beyond it, both factors
    /// have half of.
    init(filling adapter: LowRankAdapter) throws(AdapterNumbersError) {
        var rooms: [(a: Int?, b: Int?)] = []
        for (matrix, layer) in adapter.shape.modules {
            for factor in LowRankAdapter.Factor.allCases
            where adapter[factor, matrix, layer]?.allSatisfy(\.isFinite) == false {
                throw .notFinite(tensor: matrix.tensor(factor, ofLayer: layer))
            }
            rooms.append((Self.room(adapter[.a, matrix, layer]), Self.room(adapter[.b, matrix, layer])))
        }
        let alpha = adapter.shape.alpha.exponent
        let most = rooms.compactMap { room in room.a.flatMap { a in room.b.map { a + $0 } } }.min() ?? 0
        // Alpha stays a normal number, and so exact.
        let sum = min(most, alpha - Float.leastNormalMagnitude.exponent)
        guard alpha - sum <= Float.greatestFiniteMagnitude.exponent else { throw .tooLarge }
        self.sum = sum
        ofA = rooms.map { room in
            switch room {
            case (let a?, let b?): a - (a + b - sum) / 2
            case (let a?, nil): a
            case (nil, let b?): sum - b
            case (nil, nil): 0
            }
        }
    }

    /// The largest power of two that leaves all numbers in range; nil: any does, they are all 0.
    private static func room(_ numbers: [Float]?) -> Int? {
        let most = (numbers ?? []).reduce(0) { max($0, abs($1)) }, largest = EightBitFloat.largest
        guard most > 0 else { return nil }
        return largest.exponent - most.exponent - (most.significand > largest.significand ? 1 : 0)
    }

    /// nil for what is no list of the sum and a power for each of `modules` modules.
    init?(_ value: JSONValue, modules: Int) {
        guard let parts = value.stringValue?.split(separator: " ") else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.count == modules + 1, let sum = numbers.first,
            numbers.allSatisfy(Self.limits.contains)
        else { return nil }
        (self.sum, ofA) = (sum, Array(numbers.dropFirst()))
    }

    /// As the header has them: the sum, then each module's `a`.
    var text: String { ([sum] + ofA).map(String.init).joined(separator: " ") }

    /// The adapter as it is stored.
    func filling(_ adapter: LowRankAdapter) -> LowRankAdapter { times(1, adapter) }

    /// The adapter that was stored as `adapter`; nil where that has a number beyond all.
    func undone(_ adapter: LowRankAdapter) -> LowRankAdapter? {
        let result = times(-1, adapter), alpha = result.shape.alpha
        let isSound = result.shape.modules.allSatisfy { matrix, layer in
            LowRankAdapter.Factor.allCases.allSatisfy { result[$0, matrix, layer]?.allSatisfy(\.isFinite) ?? true }
        }
        return isSound && alpha.isFinite && alpha > 0 ? result : nil
    }

    /// - Parameter sign: 1, or -1 for the inverse.
    private func times(_ sign: Int, _ adapter: LowRankAdapter) -> LowRankAdapter {
        var shape = adapter.shape
        shape.alpha = Float(sign: .plus, exponent: -sign * sum, significand: shape.alpha)
        var result = LowRankAdapter(shape: shape)
        for ((matrix, layer), a) in zip(shape.modules, ofA) {
            for (factor, power) in [(LowRankAdapter.Factor.a, a), (.b, sum - a)] {
                // In doubles, where no power of these overflows.
                let scale = Double(sign: .plus, exponent: sign * power, significand: 1)
                result[factor, matrix, layer] = adapter[factor, matrix, layer]?.map { Float(Double($0) * scale) }
            }
        }
        return result
    }
}
