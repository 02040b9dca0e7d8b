/// What the validator takes of each format of `StringFormat`.
enum FormatChecks {
    static func isDate(_ text: String) -> Bool { isDate(Array(text.utf8)[...]) }
    static func isTime(_ text: String) -> Bool { isTime(Array(text.utf8)[...]) }

    static func isDateTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count > 11, bytes[10] | 0x20 == UInt8(ascii: "t") else { return false }
        return isDate(bytes[..<10]) && isTime(bytes[11...])
    }

    /// Units in order, none left out between two: `P1Y2M`, `PT5M`, `P3W`; not `P1Y2D`.
    static func isDuration(_ text: String) -> Bool {
        guard text.first == "P" else { return false }
        let halves = text.dropFirst().split(separator: "T", omittingEmptySubsequences: false)
        guard let date = halves.first, halves.count <= 2 else { return false }
        if halves.count == 1 { return isRun(date, "YMD") || isRun(date, "W") }
        return (date.isEmpty || isRun(date, "YMD")) && isRun(halves[1], "HMS")
    }

    /// Numbers, each followed by the unit that comes next in `units`; at least one.
    private static func isRun(_ text: Substring, _ units: String) -> Bool {
        var rest = text[...], last: Int?
        let units = Array(units)
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(number.count)
            guard !number.isEmpty, let unit = rest.popFirst(), let index = units.firstIndex(of: unit),
                last.map({ index == $0 + 1 }) ?? true
            else { return false }
            last = index
        }
        return last != nil
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
    }

    static func isHostname(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && digits(part.utf8).map { $0 <= 255 } == true
                    && (part.utf8.count == 1 || !part.hasPrefix("0"))
            }
    }

    /// Eight groups, fewer where `::` stands for at least one, the last two also as an IPv4 address.
    static func isIPv6(_ text: String) -> Bool {
        let sides = text.split(separator: "::", omittingEmptySubsequences: false)
        guard sides.count <= 2 else { return false }
        var count = 0
        for (index, side) in sides.enumerated() where !side.isEmpty {
            let groups = side.split(separator: ":", omittingEmptySubsequences: false)
            for (place, group) in groups.enumerated() {
                let isLast = index == sides.count - 1 && place == groups.count - 1
                if isLast, group.contains(".") {
                    guard isIPv4(String(group)) else { return false }
                    count += 2
                } else {
                    guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy(isHexadecimal) else { return false }
                    count += 1
                }
            }
        }
        return sides.count == 2 ? count <= 7 : count == 8
    }

    /// A scheme, then characters of RFC 3986; `%` only before two hexadecimal digits.
    static func isURI(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let first = bytes.first, isLetter(first),
            bytes[..<colon].allSatisfy({ isLetterOrDigit($0) || "+-.".utf8.contains($0) })
        else { return false }
        for index in bytes.indices[(colon + 1)...] {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                let code = bytes[(index + 1)...].prefix(2)
                guard code.count == 2, code.allSatisfy(isHexadecimal) else { return false }
            } else {
                guard isLetterOrDigit(byte) || "-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte) else { return false }
            }
        }
        return true
    }

    static func isUUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.utf8.allSatisfy(isHexadecimal) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
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
