import ModelFiles

extension Tokenizer {
    /// Bytes of every token, the merges, and the tokens that BPE makes of their own bytes.
    ///
    /// An id that is neither special, nor a single byte, nor made by a merge cannot come out of a text: padding of the
    /// vocabulary to a round size. It gets no bytes.
    static func tables(
        _ description: TokenizerDescription, _ special: SpecialTokens
    ) throws(TokenizerError) -> (Vocabulary, BytePairEncoder) {
        let count = description.tokens.count
        var all = written(description, special)
        all.index { !special.contains($0) }

        var isUsed = [Bool](repeating: false, count: count)
        var byteTokens = [TokenID](repeating: -1, count: 256)
        for byte in UInt8.min...UInt8.max {
            guard let id = withUnsafePointer(to: byte, { all.id(of: UnsafeBufferPointer(start: $0, count: 1)) }) else {
                continue
            }
            byteTokens[Int(byte)] = id
            isUsed[Int(id)] = true
        }

        var merges = MergeTable(capacity: description.merges.count)
        var bytes: [UInt8] = []
        for (rank, (left, right)) in description.merges.enumerated() {
            bytes.removeAll(keepingCapacity: true)
            let isLeftKnown = ByteAlphabet.append(left, to: &bytes)
            let middle = bytes.count
            guard isLeftKnown, ByteAlphabet.append(right, to: &bytes),
                let ids = bytes.withUnsafeBufferPointer({ all.ids(ofMerge: $0, at: middle) })
            else { throw .unknownMerge(rank: rank, left: left, right: right) }
            merges.insert(ids.left, ids.right, rank: rank, merged: ids.merged)
            isUsed[Int(ids.merged)] = true
        }

        let encoder = BytePairEncoder(merges: merges, byteTokens: byteTokens)
        var vocabulary = all.keeping { isUsed[Int($0)] || special.contains($0) }
        var (scratch, tokens) = (BytePairEncoder.Scratch(), [TokenID]())
        let encoded = vocabulary
        vocabulary.index { id in
            guard isUsed[Int(id)] else { return false }
            tokens.removeAll(keepingCapacity: true)
            encoded.bytes(of: id).withUnsafeBufferPointer { encoder.append($0, to: &tokens, &scratch) }
            return tokens.count == 1 && tokens[0] == id
        }
        return (vocabulary, encoder)
    }

    /// The vocabulary as bytes: GPT-2's alphabet undone, special tokens as they are written.
    private static func written(_ description: TokenizerDescription, _ special: SpecialTokens) -> Vocabulary {
        let count = description.tokens.count
        var (bytes, offsets): ([UInt8], [UInt32]) = ([], [0])
        bytes.reserveCapacity(count * 8)
        offsets.reserveCapacity(count + 1)
        for (id, token) in description.tokens.enumerated() {
            if special.contains(TokenID(id)) {
                bytes.append(contentsOf: token.utf8)
            } else {
                _ = ByteAlphabet.append(token, to: &bytes)
            }
            offsets.append(UInt32(bytes.count))
        }
        return Vocabulary(count: count, bytes: bytes, offsets: offsets)
    }
}

extension Vocabulary {
    /// The tokens of `bytes` before `middle`, from there on, and of all.
    fileprivate func ids(
        ofMerge bytes: UnsafeBufferPointer<UInt8>, at middle: Int
    ) -> (left: TokenID, right: TokenID, merged: TokenID)? {
        guard let left = id(of: UnsafeBufferPointer(rebasing: bytes[..<middle])),
            let right = id(of: UnsafeBufferPointer(rebasing: bytes[middle...])), let merged = id(of: bytes)
        else { return nil }
        return (left, right, merged)
    }
}
