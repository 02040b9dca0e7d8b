import Documents
import OrderedCollections

/// Calls as Python writes them, `[Get Weather(city="Rome", days=3), stop()]`: names may have blanks, values are Python's or
/// JSON's literals.
struct PythonCalls {
    private let bytes: [UInt8]
    private var place = 0
    private static let deepest = 32

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// - Returns: `{"name", "arguments"}` each; nil for a text that is not of this form, to its end.
    static func read(_ text: String) -> [JSONValue]? {
        var reader = PythonCalls(text)
        return reader.calls()
    }

    private mutating func calls() -> [JSONValue]? {
        skip()
        guard take("[") else { return nil }
        var calls: [JSONValue] = []
        skip()
        while !take("]") {
            guard calls.isEmpty || take(","), let call = call() else { return nil }
            calls.append(call)
            skip()
        }
        skip()
        return place == bytes.count ? calls : nil
    }

    private mutating func call() -> JSONValue? {
        skip()
        let start = place
        while place < bytes.count, !"()[]{},=\"'".utf8.contains(bytes[place]) { place += 1 }
        let name = trimmed(start..<place)
        guard !name.isEmpty, take("(") else { return nil }
        var arguments: JSONObject = [:]
        skip()
        while !take(")") {
            guard arguments.isEmpty || take(",") else { return nil }
            skip()
            // A comma before the bracket.
            if take(")") { break }
            let start = place
            while place < bytes.count, bytes[place] != UInt8(ascii: "="), !"(),[]{}".utf8.contains(bytes[place]) {
                place += 1
            }
            let parameter = trimmed(start..<place)
            guard !parameter.isEmpty, take("="), let value = value(Self.deepest) else { return nil }
            arguments[parameter] = value
            skip()
        }
        return ["name": .string(name), "arguments": .object(arguments)]
    }

    private mutating func value(_ depth: Int) -> JSONValue? {
        skip()
        guard depth > 0, place < bytes.count else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return text().map { .string($0) }
        case UInt8(ascii: "["): return list("[", "]", depth)
        case UInt8(ascii: "("): return list("(", ")", depth)
        case UInt8(ascii: "{"): return object(depth)
        default: return literal()
        }
    }

    private mutating func list(_ open: Character, _ close: Character, _ depth: Int) -> JSONValue? {
        guard take(open) else { return nil }
        var elements: [JSONValue] = []
        skip()
        while !take(close) {
            guard elements.isEmpty || take(",") else { return nil }
            skip()
            if take(close) { break }
            guard let element = value(depth - 1) else { return nil }
            elements.append(element)
            skip()
        }
        return .array(elements)
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
        guard take("{") else { return nil }
        var members: JSONObject = [:]
        skip()
        while !take("}") {
            guard members.isEmpty || take(",") else { return nil }
            skip()
            if take("}") { break }
            guard let key = value(depth - 1) else { return nil }
            skip()
            guard take(":"), let value = value(depth - 1) else { return nil }
            members[key.stringValue ?? key.text()] = value
            skip()
        }
        return .object(members)
    }

    /// A text in either kind of quotes, with the escapes that both languages have.
    private mutating func text() -> String? {
        let quote = bytes[place]
        place += 1
        var output: [UInt8] = []
        while place < bytes.count, bytes[place] != quote {
            guard bytes[place] == UInt8(ascii: "\\") else {
                output.append(bytes[place])
                place += 1
                continue
            }
            guard place + 1 < bytes.count else { return nil }
            let escaped = bytes[place + 1]
            place += 2
            switch escaped {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "u"):
                guard place + 4 <= bytes.count,
                    let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16),
                    let scalar = Unicode.Scalar(code)
                else { return nil }
                output += Array(String(Character(scalar)).utf8)
                place += 4
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "/"): output.append(escaped)
            default: output += [UInt8(ascii: "\\"), escaped]
            }
        }
        guard place < bytes.count else { return nil }
        place += 1
        return String(validating: output, as: UTF8.self)
    }

    private mutating func literal() -> JSONValue? {
        let start = place
        while place < bytes.count, !",)]} \n\t:".utf8.contains(bytes[place]) { place += 1 }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        switch word {
        case "True", "true": return true
        case "False", "false": return false
        case "None", "null": return .null
        default: break
        }
        if let integer = Int(word) { return .integer(integer) }
        guard let number = Double(word), number.isFinite, word.utf8.contains(where: { (0x30...0x39).contains($0) })
        else { return nil }
        return .number(number)
    }

    private mutating func skip() {
        while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
        place += 1
        return true
    }

    private func trimmed(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
