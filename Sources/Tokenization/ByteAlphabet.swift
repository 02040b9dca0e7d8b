/// GPT-2's alphabet: every byte has one printable scalar, so that a vocabulary can be written as text
/// (`bytes_to_unicode` of openai/gpt-2, `encoder.py`).
///
/// Printable Latin-1 stands for itself; the other 68 bytes, in order, are U+0100 and up.
enum ByteAlphabet {
    /// Scalar of each byte.
    static let scalars: [Unicode.Scalar] = {
        var next: UInt16 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
            }
        }
    }()

    /// Byte of each scalar below U+0144; -1 where there is none.
    private static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = Int16(byte) }
        return bytes
    }()

    /// Appends the bytes that `text` stands for.
    ///
    /// - Returns: false, and `output` as it was, if `text` has a scalar outside the alphabet.
    static func append(_ text: String, to output: inout [UInt8]) -> Bool {
        let (start, table) = (output.count, bytes)
        var text = text
        let isWhole = text.withUTF8 { utf8 in
            var index = 0
            while index < utf8.count {
                var scalar = Int(utf8[index])
                index += 1
                if scalar >= 0x80 {
                    guard scalar < 0xC6, index < utf8.count else { return false }  // U+0180 and up
                    scalar = (scalar & 0x1F) << 6 | Int(utf8[index]) & 0x3F
                    index += 1
                }
                guard scalar < table.count, table[scalar] >= 0 else { return false }
                output.append(UInt8(truncatingIfNeeded: table[scalar]))
            }
            return true
        }
        if !isWhole { output.removeSubrange(start...) }
        return isWhole
    }
}
