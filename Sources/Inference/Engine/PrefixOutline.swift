import Synchronization
import Tokenization

/// Which prefixes the cache has, as numbers, for threads that only estimate: what a prompt will cost is known before the
/// engine thread looks at it. Numbers may collide; nothing but an estimate hangs on them.
final class PrefixOutline: Sendable {
    private let chains = Mutex<Set<Int>>([])

    /// What the first block of a sequence hangs on.
    static func start(salt: UInt64) -> Int {
        var hasher = Hasher()
        hasher.combine(salt)
        return hasher.finalize()
    }

    /// The number of a block's tokens and all before them.
    static func chain(after before: Int, _ tokens: ArraySlice<TokenID>) -> Int {
        var hasher = Hasher()
        hasher.combine(before)
        for token in tokens { hasher.combine(token) }
        return hasher.finalize()
    }

    /// Those of the full blocks of `tokens`, in their order.
    static func chains(of tokens: [TokenID], salt: UInt64, blockSize: Int) -> [Int] {
        var (chain, chains) = (start(salt: salt), [Int]())
        for first in stride(from: 0, through: tokens.count - blockSize, by: blockSize) {
            chain = Self.chain(after: chain, tokens[first..<first + blockSize])
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
