/// Character classes of RFC 9110, 5.6 and RFC 3986.
enum FieldSyntax {
    /// `tchar` of a token, by byte.
    private static let token: [Bool] = (0..<256).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: byte < 128 && "!#$%&'*+-.^_`|~".utf8.contains(UInt8(byte))
        }
    }

    static func isToken(_ byte: UInt8) -> Bool { token[Int(byte)] }

    static func isToken(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return false }
        for index in bytes.indices where !token[Int(bytes[index])] { return false }
        return true
    }

    /// Visible characters, spaces, tabs and bytes above 127 (obs-text); no other control character.
    static func isValue(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 ? byte != 0x09 : byte == 0x7F { return false }
        }
        return true
    }

    /// Leaves out spaces and tabs at both ends.
    static func trimmed(_ bytes: Span<UInt8>) -> Range<Int> {
        var (start, end) = (0, bytes.count)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Compares with an ASCII text in lower case.
    static func equals(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices {
                let byte = bytes[index]
                guard (byte &- 0x41 < 26 ? byte | 0x20 : byte) == text[index] else { return false }
            }
            return true
        }
    }

    /// `uri-host [":" port]` (RFC 9110, 7.2): not empty, no user information, no control or separator characters.
    static func isAuthority(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return false }
        var index = 0
        if bytes[0] == UInt8(ascii: "[") {
            index = 1
            while index < bytes.count, isAddress(bytes[index]) { index += 1 }
            guard index > 1, index < bytes.count, bytes[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            while index < bytes.count, isRegisteredName(bytes[index]) { index += 1 }
            guard index > 0 else { return false }
        }
        guard index < bytes.count else { return true }
        guard bytes[index] == UInt8(ascii: ":"), bytes.count - index <= 6 else { return false }
        for position in index + 1..<bytes.count where !isDigit(bytes[position]) { return false }
        return true
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isAddress(_ byte: UInt8) -> Bool {
        PercentEncoding.hexadecimal(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isRegisteredName(_ byte: UInt8) -> Bool { registeredName[Int(byte)] }

    /// `reg-name` of RFC 3986, by byte.
    private static let registeredName: [Bool] = (0..<256).map { byte in
        let letter = (UInt8(byte) | 0x20) &- 0x61 < 26
        return letter || isDigit(UInt8(byte)) || "-._~%!$&'()*+,;=".utf8.contains(UInt8(byte))
    }
}
