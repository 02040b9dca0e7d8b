import Digests

/// Who shares what is cached of a sequence: requests of its salt, and from where an adapter acts on only those with the
/// same adapter from the same place on. Before that place keys and values are the base model's, and everybody's.
package struct PrefixScope: Sendable, Hashable {
    var salt: UInt64 = 0
    var adapter: Fingerprint?
    /// The first position that the adapter acts on.
    var start = 0

    package init(salt: UInt64 = 0, adapter: Fingerprint? = nil, start: Int = 0) {
        (self.salt, self.adapter, self.start) = (salt, adapter, start)
    }

    /// What a block is told apart by, beside its tokens and the block before it.
    package struct Mark: Hashable, Sendable {
        /// 0 behind the first block, which has it.
        var salt: UInt64
        /// nil: its rows are the base model's.
        var adapter: Fingerprint?
        /// The first row that the adapter acts on.
        var row = 0
    }

    /// The mark of a sequence's block number `place`.
    func mark(block place: Int, size: Int) -> Mark {
        let salt = place == 0 ? salt : 0
        guard let adapter, start < (place + 1) * size else { return Mark(salt: salt) }
        return Mark(salt: salt, adapter: adapter, row: max(0, start - place * size))
    }
}

extension GenerationRequest {
    /// Of its prompt and its answer.
    var scope: PrefixScope {
        PrefixScope(salt: cacheSalt, adapter: adapter?.adapter.fingerprint, start: adapter?.position ?? 0)
    }
}
