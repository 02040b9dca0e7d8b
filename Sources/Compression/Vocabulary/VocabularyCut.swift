import ModelFiles

/// A byte-level BPE vocabulary without some of its tokens.
///
/// Every text still has tokens, and they give it back: all bytes stay. And a text whose tokens all stay has the same ones:
/// with a token stay all that it is merged of, so each merge that made the text's tokens is still there; merges that
/// went were never the first in rank while it was encoded, since what they would have made is part of no token of it.
public struct VocabularyCut: Sendable {
    /// Ids of the whole vocabulary, ascending; the place of each is its id now.
    public let kept: [Int]
    public let tokenizer: TokenizerDescription

    /// - Parameters:
    ///   - wanted: ids that stay, with special tokens, single bytes, marks alone (`"}}` ends many an answer that no text shows)
    ///     and what they are all merged of.
    ///   - first: so do the tokens that this many merges make, the first in rank.
    public init(_ whole: TokenizerDescription, wanted: some Sequence<Int>, first: Int = 0) {
        let merges = MergedTokens(whole)
        var open = Set(wanted.filter { whole.tokens.indices.contains($0) && !whole.tokens[$0].isEmpty })
        open.formUnion(whole.specialTokens.values.map { Int($0) })
        open.formUnion(whole.endOfText.map { Int($0) } + [whole.beginOfText].compactMap { $0.map { Int($0) } })
        // A byte is one letter of GPT-2's alphabet.
        for (id, token) in whole.tokens.enumerated()
        where token.unicodeScalars.count == 1 || !token.isEmpty && token.unicodeScalars.allSatisfy(Self.isMark) {
            open.insert(id)
        }
        open.formUnion(merges.ids.prefix(max(0, first)).compactMap { $0?.merged })
        let kept = merges.closed(open)
        let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, Int32($0.offset)) })
        var left = whole
        left.tokens = kept.map { whole.tokens[$0] }
        left.merges = zip(whole.merges, merges.ids).compactMap { merge, ids in
            guard let ids, [ids.left, ids.right, ids.merged].allSatisfy({ place[$0] != nil }) else { return nil }
            return merge
        }
        left.specialTokens = whole.specialTokens.compactMapValues { place[Int($0)] }
        left.endOfText = whole.endOfText.compactMap { place[Int($0)] }
        left.beginOfText = whole.beginOfText.flatMap { place[Int($0)] }
        (self.kept, tokenizer) = (kept, left)
    }

    /// Marks of ASCII, blanks and ends of lines, in GPT-2's alphabet.
    private static func isMark(_ letter: Unicode.Scalar) -> Bool {
        switch letter {
        case "Ġ", "Ċ", "č", "ĉ": true
        default: letter.isASCII && !letter.properties.isAlphabetic && letter.properties.numericType == nil
        }
    }
}

/// The ids of merges' parts and of what they make.
private struct MergedTokens {
    /// In order of rank; nil for a merge of texts that are no tokens.
    let ids: [(left: Int, right: Int, merged: Int)?]

    init(_ whole: TokenizerDescription) {
        let special = Set(whole.specialTokens.values.map { Int($0) })
        var byText: [String: Int] = [:]
        byText.reserveCapacity(whole.tokens.count)
        for (id, token) in whole.tokens.enumerated() where !token.isEmpty && !special.contains(id) {
            if byText[token] == nil { byText[token] = id }
        }
        ids = whole.merges.map { left, right in
            guard let first = byText[left], let second = byText[right], let merged = byText[left + right] else {
                return nil
            }
            return (first, second, merged)
        }
    }

    /// With all that they are merged of, ascending.
    func closed(_ tokens: Set<Int>) -> [Int] {
        var parts: [Int: [Int]] = [:]
        for case let (left, right, merged)? in ids { parts[merged, default: []] += [left, right] }
        var known = tokens, open = Array(tokens)
        while let token = open.popLast() {
            for part in parts[token] ?? [] where known.insert(part).inserted { open.append(part) }
        }
        return known.sorted()
    }
}
