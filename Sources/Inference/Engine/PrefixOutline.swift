import Synchronization
import Tokenization

/// Which prefixes the cache has, as numbers, for threads that only estimate: what a prompt will cost is known before the
/// engine thread looks at it. Numbers may collide; nothing but an estimate hangs on them.
final class PrefixOutline: Sendable {
    private let chains = Mutex<Set<Int>>([])

    /// The number of a block's tokens and all before them.
    ///
    /// - Parameter before: that of the block before it; 0 for the first.
    static func chain(after before: Int, _ mark: PrefixScope.Mark, _ tokens: ArraySlice<TokenID>) -> Int {
        var hasher = Hasher()
        hasher.combine(before)
        hasher.combine(mark)
        for token in tokens { hasher.combine(token) }
        return hasher.finalize()
    }

    /// Those of the full blocks of `tokens`, in their order.
    static func chains(of tokens: [TokenID], in scope: PrefixScope, blockSize: Int) -> [Int] {
        var (chain, chains) = (0, [Int]())
        for first in stride(from: 0, through: tokens.count - blockSize, by: blockSize) {
            let mark = scope.mark(block: chains.count, size: blockSize)
            chain = Self.chain(after: chain, mark, tokens[first..<first + blockSize])
            chains.append(chain)
        }
        return chains
    }

    func insert(_ chain: Int) { chains.withLock { _ = $0.insert(chain) } }
    func remove(_ chain: Int) { chains.withLock { _ = $0.remove(chain) } }
    func removeAll() { chains.withLock { $0 = [] } }

    /// Which of `chains` are there.
    func contains(_ chains: [Int]) -> [Bool] { self.chains.withLock { known in chains.map(known.contains) } }
}
