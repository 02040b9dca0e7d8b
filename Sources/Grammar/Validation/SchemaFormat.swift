/// The `format`s that are checked (JSON Schema 2020-12, validation, 7.3); others are remarks, as there.
enum SchemaFormat {
    static func holds(_ text: String, _ format: String) -> Bool {
        let bytes = Array(text.utf8)
        switch format {
        case "date": return isDate(bytes[...])
        case "time": return isTime(bytes[...])
        case "date-time":
            guard bytes.count > 11, bytes[10] | 0x20 == UInt8(ascii: "t") else { return false }
            return isDate(bytes[..<10]) && isTime(bytes[11...])
        case "email":
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
        case "uuid":
            let groups = text.split(separator: "-", omittingEmptySubsequences: false)
            return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
                && groups.allSatisfy { $0.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } }
        case "ipv4":
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4
                && parts.allSatisfy { part in
                    (1...3).contains(part.utf8.count) && digits(part.utf8).map { $0 <= 255 } == true
                        && (part.utf8.count == 1 || !part.hasPrefix("0"))
                }
        default: return true
        }
    }

    private static func digits(_ bytes: some Collection<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 9, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// RFC 3339 full-date: `2019-03-01`.
    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], let year = digits(parts[0]), let month = digits(parts[1]),
            let day = digits(parts[2]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// RFC 3339 full-time: `23:00:00Z`, `23:00:00.5+01:00`.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let zone = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "z") || $0 == 0x2B || $0 == 0x2D }) else {
            return false
        }
        let offset = bytes[(zone + 1)...]
        if bytes[zone] | 0x20 == UInt8(ascii: "z") {
            guard offset.isEmpty else { return false }
        } else {
            guard isClock(offset, parts: 2) else { return false }
        }
        var clock = bytes[..<zone]
        if let point = clock.firstIndex(of: UInt8(ascii: ".")) {
            let fraction = clock[(point + 1)...]
            guard !fraction.isEmpty, fraction.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
            clock = clock[..<point]
        }
        return isClock(clock, parts: 3)
    }

    private static func isClock(_ bytes: ArraySlice<UInt8>, parts count: Int) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == count, parts.allSatisfy({ $0.count == 2 }) else { return false }
        let numbers = parts.compactMap { digits($0) }
        return numbers.count == count && zip(numbers, [23, 59, 60]).allSatisfy { $0 <= $1 }
    }
}
