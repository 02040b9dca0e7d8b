import Foundation
import Tokenization

/// Keys and values of a prefix's whole blocks, outside of an engine.
public struct SavedPrefix: Sendable, Hashable {
    /// As many as fill the blocks.
    public let tokens: [TokenID]
    /// Of one block of the cache.
    public let blockBytes: Int
    /// The blocks in the order of their tokens.
    public let bytes: Data

    package init(tokens: [TokenID], blockBytes: Int, bytes: Data) {
        (self.tokens, self.blockBytes, self.bytes) = (tokens, blockBytes, bytes)
    }

    package var blocks: Int { blockBytes == 0 ? 0 : bytes.count / blockBytes }
}
