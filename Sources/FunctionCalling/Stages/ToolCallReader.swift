/// Reads `{"name": "x", "arguments": {…}}`, or an array of such calls, while it is being written: each name once it is
/// whole, then its arguments as they come. The text is known to be of that form, for a grammar prescribes it.
package struct ToolCallReader {
    package enum Piece: Hashable, Sendable {
        case name(String)
        case arguments(String)
    }

    /// Objects and arrays that are open.
    private var depth = 0
    /// `depth` between the braces of a call: 1, or 2 in an array.
    private var callDepth = 1
    private var isInString = false
    private var isEscaped = false
    /// Bytes of the string being read, outside the arguments.
    private var word: [UInt8] = []
    private var key: String?
    private var isInArguments = false
    private var arguments: [UInt8] = []

    package init() {}

    /// Takes the next piece of the text, whole characters.
    package mutating func read(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        for byte in text.utf8 {
            if isInArguments { arguments.append(byte) }
            if isInString {
                readInString(byte, &pieces)
            } else {
                readOutside(byte, &pieces)
            }
        }
        flush(&pieces)
        return pieces
    }

    private mutating func readInString(_ byte: UInt8, _ pieces: inout [Piece]) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if !isInArguments { endWord(&pieces) }
            return
        }
        if !isInArguments { word.append(byte) }
    }

    private mutating func endWord(_ pieces: inout [Piece]) {
        let text = String(decoding: word, as: UTF8.self)
        if key == "name" {
            pieces.append(.name(text))
            key = nil
        } else {
            key = text
        }
    }

    private mutating func readOutside(_ byte: UInt8, _ pieces: inout [Piece]) {
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            word = []
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if depth == 0, byte == UInt8(ascii: "[") { callDepth = 2 }
            if depth == callDepth, key == "arguments" {
                isInArguments = true
                arguments = [byte]
                key = nil
            }
            depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if isInArguments, depth == callDepth {
                flush(&pieces)
                isInArguments = false
            }
        default: break
        }
    }

    private mutating func flush(_ pieces: inout [Piece]) {
        guard isInArguments, !arguments.isEmpty else { return }
        pieces.append(.arguments(String(decoding: arguments, as: UTF8.self)))
        arguments = []
    }
}
