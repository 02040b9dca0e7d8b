/// Prefixes that keep their place in the cache, by name: the fixed part of a pool's prompt, for instance.
///
/// They hold a quarter of the blocks at most; the oldest give way to new ones, and all of them before a request would
/// have to wait for ever. Owner: the engine thread.
package struct PinnedPrefixes {
    /// The oldest first.
    private var held: [(name: String, table: BlockTable)] = []

    /// Blocks held, counted for each prefix that holds them.
    var blockCount: Int { held.reduce(0) { $0 + $1.table.blocks.count } }

    /// Holds what is cached of `prefix`, instead of what had this name before.
    ///
    /// - Returns: tokens that are held.
    mutating func pin(_ name: String, _ prefix: [Int32], salt: UInt64, in blocks: inout BlockManager) -> Int {
        let old = held.firstIndex { $0.name == name }.map { held.remove(at: $0) }
        let limit = blocks.capacity / 4
        let table = blocks.hold(prefix, in: PrefixScope(salt: salt), limit: limit)
        if let old { blocks.release(old.table) }
        while blockCount + table.blocks.count > limit, letGo(in: &blocks) {}
        if !table.blocks.isEmpty { held.append((name, table)) }
        return table.blocks.count * blocks.blockSize
    }

    /// In the order of its tokens; empty: nothing has this name.
    func blocks(of name: String) -> [BlockID] { held.first { $0.name == name }?.table.blocks ?? [] }

    /// Gives a prefix' blocks back.
    mutating func unpin(_ name: String, in blocks: inout BlockManager) {
        guard let place = held.firstIndex(where: { $0.name == name }) else { return }
        blocks.release(held.remove(at: place).table)
    }

    /// Gives the oldest prefix's blocks back; they stay findable until their room is needed.
    ///
    /// - Returns: false if there was none.
    mutating func letGo(in blocks: inout BlockManager) -> Bool {
        guard !held.isEmpty else { return false }
        blocks.release(held.removeFirst().table)
        return true
    }

    /// Of all that is held.
    package var tables: [BlockTable] { held.map(\.table) }
}
