import Tokenization

/// Number of a block in the KV cache.
public typealias BlockID = Int32

/// The blocks of one sequence, in the order of its tokens.
public struct BlockTable: Sendable, Hashable {
    public internal(set) var blocks: [BlockID] = []
    /// Leading blocks that are in the prefix index under this sequence's tokens.
    var indexed = 0
    let scope: PrefixScope
}

/// Hands out KV blocks, shares those with equal content and equal past, and keeps finished ones for later requests
/// until the room is needed (arXiv 2309.06180, 4.2-4.4).
///
/// A full block is indexed by its parent block and its tokens, compared in full: a hit is exact whatever the hash, and
/// the hash itself is keyed afresh in each process, so that nobody outside can make collisions. Blocks that are being
/// computed are in the index too: a second request with the same prefix waits for them instead of computing them again.
/// Only full blocks are shared and full blocks never change, so there is nothing to copy on write.
public struct BlockManager {
    /// Tokens a block holds.
    public let blockSize: Int
    package var blocks: [Block]
    package var free: [BlockID]
    package var index: [PrefixKey: BlockID] = [:]
    /// Unused but indexed blocks, least recently used first.
    package var unused: RecencyList
    /// Learns what can be found; nil: nobody asks from another thread.
    private let outline: PrefixOutline?

    package struct Block {
        package var references = 0
        package var key: PrefixKey?
        package var isComputed = false
        /// Of its tokens and all before them, for `outline`.
        var chain = 0
    }

    package struct PrefixKey: Hashable {
        /// The block before this one; -1 at the start of a sequence.
        package var parent: BlockID
        var mark: PrefixScope.Mark
        var tokens: [TokenID]
    }

    public enum Admission: Equatable {
        /// `cached` tokens of the table are computed already; the rest of the prompt has blocks of its own.
        case admitted(BlockTable, cached: Int)
        /// Another sequence computes the next part of this prompt, this block: ask again after its step.
        case waitsForPrefix(BlockID)
        case outOfBlocks
    }

    public init(blocks count: Int, blockSize: Int) { self.init(blocks: count, blockSize: blockSize, outline: nil) }

    init(blocks count: Int, blockSize: Int, outline: PrefixOutline?) {
        precondition(count > 0 && blockSize > 0, "\(count) blocks of \(blockSize) tokens")
        (self.blockSize, self.outline) = (blockSize, outline)
        outline?.removeAll()
        blocks = Array(repeating: Block(), count: count)
        free = (0..<BlockID(count)).reversed()
        unused = RecencyList(capacity: count)
    }

    public var capacity: Int { blocks.count }
    /// Blocks that can be had at once, if need be by forgetting cached prefixes.
    public var available: Int { free.count + unused.count }
    public var cachedBlocks: Int { index.count }

    public func blocksNeeded(for tokens: Int) -> Int { (tokens + blockSize - 1) / blockSize }

    /// Finds the prompt's cached prefix and reserves blocks for the rest. At least the last token is left to compute.
    ///
    /// - Parameters:
    ///   - spare: blocks that must stay available afterwards, so that running sequences can grow.
    ///   - limit: tokens that may come from the cache; what lies behind them is computed even if it is there.
    package mutating func admit(
        _ prompt: [TokenID], in scope: PrefixScope, spare: Int = 0, sharing limit: Int = .max
    ) -> Admission {
        var table = BlockTable(scope: scope)
        let unready = find(prompt, blocks: max(0, min(prompt.count - 1, limit)) / blockSize, into: &table)
        if let unready { return .waitsForPrefix(unready) }
        let cached = table.blocks
        let revived = cached.reduce(0) { $0 + (blocks[Int($1)].references == 0 ? 1 : 0) }
        let needed = blocksNeeded(for: prompt.count) - cached.count
        guard needed + revived + spare <= available else { return .outOfBlocks }
        cached.forEach { retain($0) }
        for _ in 0..<needed {
            guard let block = take() else { break }  // cannot fail: counted above
            table.blocks.append(block)
        }
        announce(&table, prompt, through: prompt.count, isComputed: false)
        return .admitted(table, cached: cached.count * blockSize)
    }

    /// Takes a share in the cached blocks of a prefix, as many as there are and at most `limit`: they stay, whatever else
    /// needs room, until the table is released.
    package mutating func hold(_ prefix: [TokenID], in scope: PrefixScope, limit: Int) -> BlockTable {
        var table = BlockTable(scope: scope)
        _ = find(prefix, blocks: min(prefix.count / blockSize, limit), into: &table)
        table.blocks.forEach { retain($0) }
        return table
    }

    /// Makes room for `count` tokens. False, and nothing changed, if there are not enough blocks.
    public mutating func grow(_ table: inout BlockTable, to count: Int) -> Bool {
        let needed = blocksNeeded(for: count) - table.blocks.count
        guard needed > 0 else { return true }
        guard needed <= available else { return false }
        for _ in 0..<needed {
            guard let block = take() else { return false }  // cannot fail: counted above
            table.blocks.append(block)
        }
        return true
    }

    /// Says that the first `computed` of `tokens` are in the cache: full blocks become findable.
    public mutating func commit(_ table: inout BlockTable, _ tokens: [TokenID], computed: Int) {
        for position in 0..<min(table.indexed, computed / blockSize) {
            blocks[Int(table.blocks[position])].isComputed = true
        }
        announce(&table, tokens, through: computed, isComputed: true)
    }

    /// Gives the blocks back; computed and indexed ones stay findable until their room is needed.
    public mutating func release(_ table: BlockTable) {
        // Last block first: the list of unused blocks then gives up leaves before the prefixes they hang on.
        for block in table.blocks.reversed() { drop(block) }
    }
}

extension BlockManager {
    private func key(for position: Int, of tokens: [TokenID], after table: BlockTable) -> PrefixKey {
        let start = position * blockSize
        return PrefixKey(
            parent: position == 0 ? -1 : table.blocks[position - 1],
            mark: table.scope.mark(block: position, size: blockSize),
            tokens: Array(tokens[start..<start + blockSize]))
    }

    /// Appends the computed blocks that the first `limit` blocks of `tokens` are found in.
    ///
    /// - Returns: the next block, if another sequence is computing it.
    private func find(_ tokens: [TokenID], blocks limit: Int, into table: inout BlockTable) -> BlockID? {
        defer { table.indexed = table.blocks.count }
        while table.blocks.count < limit,
            let block = index[key(for: table.blocks.count, of: tokens, after: table)]
        {
            guard blocks[Int(block)].isComputed else { return block }
            table.blocks.append(block)
        }
        return nil
    }

    /// Puts full blocks up to token `count` into the index. Stops at the first whose content another block holds already:
    /// what follows could never be found through this one.
    private mutating func announce(
        _ table: inout BlockTable, _ tokens: [TokenID], through count: Int, isComputed: Bool
    ) {
        while table.indexed < count / blockSize {
            let position = table.indexed
            let key = key(for: position, of: tokens, after: table)
            guard index[key] == nil else { return }
            let block = table.blocks[position]
            index[key] = block
            blocks[Int(block)].key = key
            blocks[Int(block)].isComputed = isComputed
            if let outline {
                let before = key.parent >= 0 ? blocks[Int(key.parent)].chain : 0
                blocks[Int(block)].chain = PrefixOutline.chain(after: before, key.mark, key.tokens[...])
                outline.insert(blocks[Int(block)].chain)
            }
            table.indexed += 1
        }
    }

    private mutating func retain(_ block: BlockID) {
        if blocks[Int(block)].references == 0 { unused.remove(block) }
        blocks[Int(block)].references += 1
    }

    private mutating func drop(_ block: BlockID) {
        blocks[Int(block)].references -= 1
        guard blocks[Int(block)].references == 0 else { return }
        if let key = blocks[Int(block)].key, blocks[Int(block)].isComputed, index[key] == block {
            unused.append(block)
        } else {
            forget(block)
            free.append(block)
        }
    }

    private mutating func forget(_ block: BlockID) {
        if let key = blocks[Int(block)].key, index[key] == block {
            index[key] = nil
            outline?.remove(blocks[Int(block)].chain)
        }
        blocks[Int(block)].key = nil
        blocks[Int(block)].isComputed = false
    }

    /// A block with one reference, taken from the free ones or from the least recently used prefix.
    private mutating func take() -> BlockID? {
        guard let block = free.popLast() ?? unused.popFirst() else { return nil }
        forget(block)
        blocks[Int(block)].references = 1
        return block
    }
}
