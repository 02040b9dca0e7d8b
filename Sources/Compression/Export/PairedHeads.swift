import ModelFiles
import Models

/// A llama as GGUF files have it: numbers that a position turns together adjoin in queries and keys. Other models, and
/// those that are so already, stay as they are.
struct PairedHeads: WeightSource {
    let description: ModelDescription
    private let base: any WeightSource

    init(_ base: any WeightSource) {
        self.base = base
        var description = base.description
        if description.architecture == .llama { description.rotaryPairing = .adjacent }
        self.description = description
    }

    func weight(_ name: TensorName) throws -> WeightRows {
        let rows = try base.weight(name)
        guard description.rotaryPairing != base.description.rotaryPairing else { return rows }
        switch name {
        case .query, .key: return rows.rearranged(rows: rows.rows) { place(of: $0) }
        // A bias is one row.
        case .queryBias, .keyBias: return rows.columnsRearranged { place(of: $0) }
        default: return rows
        }
    }

    /// Where a row of the file stands in the source: number `2i + side` of a head is number `i + side * headSize / 2`.
    private func place(of row: Int) -> Int {
        let size = description.headSize, inHead = row % size
        return row - inHead + inHead / 2 + inHead % 2 * (size / 2)
    }
}

extension WeightRows {
    /// The same rows in another order.
    fileprivate func rearranged(rows count: Int, _ place: @escaping @Sendable (Int) -> Int) -> WeightRows {
        let base = self
        return WeightRows(rows: count, columns: columns) { range, into in
            for (index, row) in range.enumerated() {
                base.read(place(row)..<place(row) + 1, into + index * base.columns)
            }
        }
    }

    fileprivate func columnsRearranged(_ place: (Int) -> Int) -> WeightRows {
        let all = all()
        let numbers = all.indices.map { all[place($0)] }
        return WeightRows(rows: rows, columns: columns) { _, into in
            numbers.withUnsafeBufferPointer {
                if let base = $0.baseAddress { into.update(from: base, count: $0.count) }
            }
        }
    }
}
