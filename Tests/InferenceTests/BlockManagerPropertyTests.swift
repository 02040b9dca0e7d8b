import Inference
import TestSupport
import Testing

/// Random arrivals, growth, cancellations and evictions against a plain model: a table of what each block holds.
@Suite struct BlockManagerPropertyTests {
    private struct Holder {
        var tokens: [Int32]
        var computed: Int
        var table: BlockTable
        let salt: UInt64
    }

    @Test("law: tables hold what their tokens say, and nothing leaks", arguments: UInt64(0)..<60)
    func blocks(seed: UInt64) {
        var random = SeededGenerator(seed)
        let blockSize = [1, 4, 16].randomElement(using: &random) ?? 4
        let capacity = Int.random(in: 4...40, using: &random)
        var manager = BlockManager(blocks: capacity, blockSize: blockSize)
        var holders: [Holder] = []
        var pinned: [Holder] = []
        // The plain model: which past each slot of each block was written with.
        var contents: [[Int]] = Array(repeating: Array(repeating: 0, count: blockSize), count: capacity)

        for _ in 0..<400 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: arrive()
            case 1: compute()
            case 2: growAnswer()
            case 3: pin()
            default:
                if let index = holders.indices.randomElement(using: &random) {
                    manager.release(holders.remove(at: index).table)
                }
            }
            #expect(manager.integrityProblems(tables: (holders + pinned).map(\.table)) == [])
            for holder in holders + pinned { check(holder) }
        }
        for holder in holders + pinned { manager.release(holder.table) }
        #expect(manager.available == capacity)

        /// What a slot must hold: its token and all before it.
        func past(_ holder: Holder, _ position: Int) -> Int {
            var hasher = Hasher()
            hasher.combine(holder.salt)
            hasher.combine(holder.tokens[...position])
            return hasher.finalize()
        }

        func check(_ holder: Holder) {
            for position in 0..<holder.computed {
                let block = Int(holder.table.blocks[position / blockSize])
                #expect(contents[block][position % blockSize] == past(holder, position))
            }
        }

        func arrive() {
            // Few distinct tokens, so that prefixes meet.
            let stems: [[Int32]] = [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 9, 9, 9, 9], []]
            var prompt = (stems.randomElement(using: &random) ?? []) + (stems.randomElement(using: &random) ?? [])
            for _ in 0..<Int.random(in: 1...12, using: &random) { prompt.append(.random(in: 0...2, using: &random)) }
            let salt = UInt64.random(in: 0...1, using: &random)
            switch manager.admit(prompt, in: PrefixScope(salt: salt)) {
            case .admitted(let table, let cached):
                #expect(cached < prompt.count)
                #expect(cached % blockSize == 0)
                holders.append(Holder(tokens: prompt, computed: cached, table: table, salt: salt))
            case .waitsForPrefix:
                let isBeingComputed = holders.contains { holder in
                    holder.salt == salt && holder.computed < holder.tokens.count && holder.tokens.first == prompt.first
                }
                #expect(isBeingComputed, "nobody computes what this prompt waits for")
            case .outOfBlocks:
                #expect(manager.blocksNeeded(for: prompt.count) > manager.available - holders.count)
            }
        }

        func compute() {
            guard let index = holders.indices.randomElement(using: &random) else { return }
            let end = min(holders[index].tokens.count, holders[index].computed + Int.random(in: 1...9, using: &random))
            for position in holders[index].computed..<end {
                let block = Int(holders[index].table.blocks[position / blockSize])
                contents[block][position % blockSize] = past(holders[index], position)
            }
            holders[index].computed = end
            manager.commit(&holders[index].table, holders[index].tokens, computed: end)
        }

        func pin() {
            if pinned.count > 2 { manager.release(pinned.removeFirst().table) }
            guard var holder = holders.randomElement(using: &random) else { return }
            let limit = Int.random(in: 0...3, using: &random)
            holder.table = manager.hold(holder.tokens, in: PrefixScope(salt: holder.salt), limit: limit)
            #expect(holder.table.blocks.count <= limit)
            holder.computed = holder.table.blocks.count * blockSize
            pinned.append(holder)
        }

        func growAnswer() {
            guard let index = holders.indices.randomElement(using: &random) else { return }
            holders[index].tokens.append(.random(in: 0...2, using: &random))
            if !manager.grow(&holders[index].table, to: holders[index].tokens.count) {
                holders[index].tokens.removeLast()
                #expect(manager.available == 0)
            }
        }
    }

    @Test func aPrefixIsFoundOnlyUnderItsSalt() {
        var manager = BlockManager(blocks: 8, blockSize: 2)
        let prompt: [Int32] = [1, 2, 3, 4, 5]
        guard case .admitted(var table, 0) = manager.admit(prompt, in: PrefixScope(salt: 1)) else {
            Issue.record("an empty cache admits")
            return
        }
        #expect(manager.admit(prompt, in: PrefixScope(salt: 1)) == .waitsForPrefix(table.blocks[0]))
        manager.commit(&table, prompt, computed: 5)
        manager.release(table)
        guard case .admitted(let again, 4) = manager.admit(prompt, in: PrefixScope(salt: 1)) else {
            Issue.record("a computed prefix is found")
            return
        }
        #expect(again.blocks.prefix(2) == table.blocks.prefix(2))
        guard case .admitted(_, 0) = manager.admit(prompt, in: PrefixScope(salt: 2)) else {
            Issue.record("another salt finds nothing")
            return
        }
    }
}
