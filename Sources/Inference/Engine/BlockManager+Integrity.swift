extension BlockManager {
    /// What does not hold, in words; empty if all is well. One pass over blocks and index, without hashing a token: some
    /// hundred microseconds for ten thousand blocks.
    ///
    /// - Parameter tables: all that hold blocks.
    package func integrityProblems(tables: [BlockTable]) -> [String] {
        var problems = referenceProblems(tables)
        let idle = unused.elements
        if idle.count != unused.count {
            problems.append("\(unused.count) blocks are unused, the list has \(idle.count)")
        }
        problems += listProblems(idle)
        problems += indexProblems()
        return problems
    }

    /// Blocks whose count of users is not that of the tables.
    private func referenceProblems(_ tables: [BlockTable]) -> [String] {
        var held = Array(repeating: 0, count: blocks.count)
        var problems: [String] = []
        for block in tables.joined where !blocks.indices.contains(Int(block)) {
            problems.append("a table holds block \(block) of \(blocks.count)")
        }
        for block in tables.joined where blocks.indices.contains(Int(block)) { held[Int(block)] += 1 }
        for (id, block) in blocks.enumerated() where block.references != held[id] {
            problems.append("block \(id) counts \(block.references) references, \(held[id]) tables hold it")
        }
        return problems
    }

    /// Every block without references is listed once, as free or as unused, and no other is.
    private func listProblems(_ idle: [BlockID]) -> [String] {
        var listed = Array(repeating: 0, count: blocks.count)
        var problems: [String] = []
        for block in [free, idle].joined() {
            if blocks.indices.contains(Int(block)) {
                listed[Int(block)] += 1
            } else {
                problems.append("block \(block) of \(blocks.count) is listed as free or unused")
            }
        }
        for (id, block) in blocks.enumerated() where listed[id] != (block.references == 0 ? 1 : 0) {
            problems.append(
                "block \(id) with \(block.references) references is listed \(listed[id]) times as free or unused")
        }
        for block in idle where blocks.indices.contains(Int(block)) {
            let block = (id: block, state: blocks[Int(block)])
            if block.state.key == nil || !block.state.isComputed {
                problems.append("block \(block.id) is kept for later, but nobody can find it")
            }
        }
        return problems
    }

    /// The index leads to blocks that know their key, and each hangs on a block that is indexed too.
    private func indexProblems() -> [String] {
        var problems: [String] = []
        var found = 0
        for (key, id) in index {
            guard blocks.indices.contains(Int(id)), key.parent < blocks.count else {
                problems.append("the index leads to block \(id) behind \(key.parent), of \(blocks.count)")
                continue
            }
            found += 1
            if blocks[Int(id)].key != key { problems.append("the index leads to block \(id), which has another key") }
            if key.parent >= 0, blocks[Int(key.parent)].key == nil {
                problems.append("block \(id) hangs on block \(key.parent), which is not indexed")
            }
        }
        let keyed = blocks.reduce(0) { $0 + ($1.key == nil ? 0 : 1) }
        if keyed != found { problems.append("\(keyed) blocks have a key, the index leads to \(found)") }
        return problems
    }
}

extension [BlockTable] {
    /// The blocks of all tables.
    fileprivate var joined: FlattenSequence<[[BlockID]]> { map(\.blocks).joined() }
}
