/// Finds the special texts in a text: leftmost first, of those at one place the longest.
struct SpecialTokens: Sendable {
    private let ids: [String: TokenID]
    private let isSpecial: [Bool]
    /// By first byte, longest first.
    private let byFirstByte: [[(text: [UInt8], id: TokenID)]]

    /// - Throws: for an id beyond the vocabulary.
    init(_ ids: [String: TokenID], count: Int) throws(TokenizerError) {
        var isSpecial = [Bool](repeating: false, count: count)
        var byFirstByte = [[(text: [UInt8], id: TokenID)]](repeating: [], count: 256)
        for (name, id) in ids {
            guard isSpecial.indices.contains(Int(id)) else {
                throw .tokenOutOfRange(name: name, id: id, count: count)
            }
            isSpecial[Int(id)] = true
            if let first = name.utf8.first { byFirstByte[Int(first)].append((Array(name.utf8), id)) }
        }
        for index in byFirstByte.indices { byFirstByte[index].sort { $0.text.count > $1.text.count } }
        (self.ids, self.isSpecial, self.byFirstByte) = (ids, isSpecial, byFirstByte)
    }

    /// The token of exactly this text; nil: it is none.
    func id(of text: String) -> TokenID? { ids[text] }

    /// Whether a token is special.
    func contains(_ id: TokenID) -> Bool { isSpecial.indices.contains(Int(id)) && isSpecial[Int(id)] }

    /// The first special text at or after `start`.
    func first(
        in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (range: Range<Int>, id: TokenID)? {
        var index = start
        while index < text.count {
            for (name, id) in byFirstByte[Int(text[index])] where name.count <= text.count - index {
                if text[index..<(index + name.count)].elementsEqual(name) {
                    return (index..<(index + name.count), id)
                }
            }
            index += 1
        }
        return nil
    }
}
