import ModelFiles
import Models

/// Tensors in f32, one behind the other in one piece of memory: query, key and value of a layer adjoin, as gate and up
/// do, so that one product makes them all. Owner: the training thread.
public final class ParameterArena {
    public struct Entry: Sendable {
        public let key: ParameterKey
        public let shape: [Int]
        public let range: Range<Int>
    }

    public let entries: [Entry]
    /// Numbers in all tensors.
    public let count: Int
    private let places: [ParameterKey: Int]
    private let memory: FloatBuffer

    /// Zeros.
    package init(_ tensors: [(key: ParameterKey, shape: [Int])]) {
        var entries: [Entry] = [], end = 0
        for (key, shape) in tensors {
            let size = shape.reduce(1, *)
            entries.append(Entry(key: key, shape: shape, range: end..<end + size))
            end += size
        }
        (self.entries, count) = (entries, end)
        places = Dictionary(entries.indices.map { (entries[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
        memory = FloatBuffer(end)
    }

    package var base: UnsafeMutablePointer<Float> { memory.base }

    /// An arena of the same tensors, zeros: their gradients, say.
    package func zeros() -> ParameterArena { ParameterArena(entries.map { ($0.key, $0.shape) }) }

    package func entry(_ key: ParameterKey) -> Entry? { places[key].map { entries[$0] } }

    package func pointer(_ key: ParameterKey) -> UnsafeMutablePointer<Float>? {
        entry(key).map { memory.base + $0.range.lowerBound }
    }

    /// A copy of a tensor's numbers.
    public func values(_ key: ParameterKey) -> [Float]? {
        entry(key).map { Array(UnsafeBufferPointer(start: memory.base + $0.range.lowerBound, count: $0.range.count)) }
    }

    /// - Precondition: as many values as the tensor has.
    public func set(_ key: ParameterKey, to values: [Float]) {
        guard let entry = entry(key) else { return }
        precondition(values.count == entry.range.count, "\(key): \(values.count) values, not \(entry.range.count)")
        values.withUnsafeBufferPointer { source in
            if let first = source.baseAddress {
                (memory.base + entry.range.lowerBound).update(from: first, count: source.count)
            }
        }
    }

    package func fillWithZeros() { memory.base.update(repeating: 0, count: count) }
}

extension ParameterArena {
    /// All weights of a model.
    public static func weights(of source: some WeightSource) throws -> ParameterArena {
        let description = source.description
        let names = description.tensorNames
        let arena = ParameterArena(names.map { (.weight($0), description.shape(of: $0)) })
        for name in names {
            let rows = try source.weight(name)
            guard let entry = arena.entry(.weight(name)), rows.rows * rows.columns == entry.range.count else {
                throw TrainingError.setting("\(name) has \(rows.rows) rows of \(rows.columns)")
            }
            rows.read(0..<rows.rows, arena.base + entry.range.lowerBound)
        }
        return arena
    }

    /// A fresh adapter: `A` uniform in ±1 / sqrt(inputs), as PEFT draws it, `B` zero, so that it changes nothing yet.
    public static func adapter(_ shape: AdapterShape, for model: ModelDescription, seed: UInt64) -> ParameterArena {
        let arena = ParameterArena(shape.factors(in: model))
        var random = TrainingRandom(seed: seed, stream: 0xADA9)
        for entry in arena.entries {
            guard case .factorA = entry.key else { continue }
            let bound = 1 / Float(entry.shape[1]).squareRoot()
            for place in entry.range { arena.base[place] = (random.unit() * 2 - 1) * bound }
        }
        return arena
    }
}
