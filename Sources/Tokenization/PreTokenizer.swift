import ModelFiles

/// Cuts a text into the pieces within which BPE merges, by hand-written scanners equal to the models' regular
/// expressions. Every byte of the text lies in exactly one piece; time is linear.
package struct PreTokenizer: Sendable {
    package let kind: TokenizerDescription.PreTokenizer

    /// The scanner of one model family.
    package init(kind: TokenizerDescription.PreTokenizer) { self.kind = kind }

    /// The pieces of `text` as texts.
    package func pieces(of text: String) -> [String] {
        var (text, pieces) = (text, [String]())
        text.withUTF8 { text in forEachPiece(of: text) { pieces.append(String(decoding: $0, as: UTF8.self)) } }
        return pieces
    }

    /// Calls `body` with each piece in order; together they are the whole text.
    func forEachPiece(of text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        let scanner = PieceScanner(reader: ScalarReader(text: text))
        var start = 0
        func take(_ end: Int) {
            body(UnsafeBufferPointer(rebasing: text[start..<end]))
            start = end
        }
        switch kind {
        case .qwen2:
            while start < text.count { take(scanner.endOfQwen2Piece(from: start)) }
        case .gpt2:
            while start < text.count { take(scanner.endOfGPT2Piece(from: start, before: text.count)) }
        case .smollm:
            // Every digit on its own, then GPT-2's expression on what lies between: it does not look past a digit.
            while start < text.count {
                let digit = scanner.reader.end(ofNo: ScalarClasses.digit, from: start, before: text.count)
                while start < digit { take(scanner.endOfGPT2Piece(from: start, before: digit)) }
                if start < text.count { take(start + scanner.reader.read(start).length) }
            }
        }
    }
}

/// One piece at a time. Each function takes the branches of its expression in order, the first that matches wins.
struct PieceScanner {
    let reader: ScalarReader

    private static let (letter, number) = (ScalarClasses.letter, ScalarClasses.number)
    private static let (whitespace, newline) = (ScalarClasses.whitespace, ScalarClasses.newline)
    private static let known = letter | number | whitespace

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    func endOfQwen2Piece(from start: Int) -> Int {
        let limit = reader.text.count
        let (first, length) = reader.read(start)
        var index = start + length
        if first & Self.letter != 0 { return reader.end(of: Self.letter, from: index, before: limit) }
        if first & Self.number != 0 { return index }
        if let end = endOfContraction(from: start, before: limit, ignoringCase: true) { return end }
        let second = index < limit ? reader.read(index) : (class: Self.whitespace, length: 0)
        if first & Self.newline == 0, second.class & Self.letter != 0 {
            return reader.end(of: Self.letter, from: index, before: limit)
        }
        let isSpaceBeforeOther = reader.text[start] == UInt8(ascii: " ") && second.class & Self.known == 0
        if first & Self.whitespace == 0 || isSpaceBeforeOther {
            index = reader.end(ofNo: Self.known, from: index, before: limit)
            return reader.end(of: Self.newline, from: index, before: limit)
        }
        return endOfWhitespace(from: start, before: limit, cutsAtNewline: true)
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    func endOfGPT2Piece(from start: Int, before limit: Int) -> Int {
        if let end = endOfContraction(from: start, before: limit, ignoringCase: false) { return end }
        var (found, length) = reader.read(start)
        var index = start
        if reader.text[start] == UInt8(ascii: " "), start + 1 < limit {
            index += 1
            (found, length) = reader.read(index)
        }
        index += length
        if found & Self.letter != 0 { return reader.end(of: Self.letter, from: index, before: limit) }
        if found & Self.number != 0 { return reader.end(of: Self.number, from: index, before: limit) }
        if found & Self.whitespace == 0 { return reader.end(ofNo: Self.known, from: index, before: limit) }
        return endOfWhitespace(from: start, before: limit, cutsAtNewline: false)
    }

    /// `\s*[\r\n]+` (if it `cutsAtNewline`)`|\s+(?!\S)|\s+`; a white space stands at `start`.
    private func endOfWhitespace(from start: Int, before limit: Int, cutsAtNewline: Bool) -> Int {
        var (index, last, afterNewline) = (start, start, start)
        while index < limit {
            let (found, length) = reader.read(index)
            if found & Self.whitespace == 0 { break }
            last = index
            index += length
            if found & Self.newline != 0 { afterNewline = index }
        }
        if cutsAtNewline, afterNewline > start { return afterNewline }
        // The last white space before something else stays with that.
        return index == limit || last == start ? index : last
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d`. Without case `s` is also U+017F, the long s (Unicode's simple case folding); none of
    /// the other letters has such a twin.
    private func endOfContraction(from start: Int, before limit: Int, ignoringCase: Bool) -> Int? {
        guard reader.text[start] == UInt8(ascii: "'"), start + 1 < limit else { return nil }
        let first = lowercased(start + 1, ignoringCase)
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case 0xC5 where ignoringCase && start + 2 < limit && reader.text[start + 2] == 0xBF: return start + 3
        case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
            guard start + 2 < limit else { return nil }
            let second = lowercased(start + 2, ignoringCase)
            return second == (first == UInt8(ascii: "l") ? first : UInt8(ascii: "e")) ? start + 3 : nil
        default: return nil
        }
    }

    /// The byte at an index, as a lower-case letter where case does not count.
    @inline(__always)
    private func lowercased(_ index: Int, _ ignoringCase: Bool) -> UInt8 {
        let byte = reader.text[index]
        return ignoringCase && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
