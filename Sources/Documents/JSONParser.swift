import OrderedCollections

extension JSONValue {
    /// Parses one JSON text (RFC 8259), after a byte order mark or none: strict UTF-8, each member name once per object.
    ///
    /// - Parameter maximumDepth: how deeply arrays and objects may nest; recursion is bounded by it.
    public init(parsing text: some Sequence<UInt8>, maximumDepth: Int = 64) throws(JSONParseError) {
        let result: Result<JSONValue, JSONParseError>? = text.withContiguousStorageIfAvailable { bytes in
            Self.parse(bytes, maximumDepth: maximumDepth)
        }
        self = try (result ?? Array(text).withUnsafeBufferPointer { Self.parse($0, maximumDepth: maximumDepth) }).get()
    }

    public init(parsing text: String, maximumDepth: Int = 64) throws(JSONParseError) {
        try self.init(parsing: text.utf8, maximumDepth: maximumDepth)
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int
    ) -> Result<JSONValue, JSONParseError> {
        var parser = JSONParser(bytes: bytes, depthLeft: maximumDepth)
        do throws(JSONParseError) {
            let value = try parser.value()
            parser.skipWhitespace()
            guard parser.isAtEnd else { throw parser.error(.trailingBytes) }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }
}

/// Recursive descent over the bytes of one text; never reads past `bytes`.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var depthLeft: Int
    var offset: Int
    init(bytes: UnsafeBufferPointer<UInt8>, depthLeft: Int) {
        (self.bytes, self.depthLeft) = (bytes, depthLeft)
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    var isAtEnd: Bool { offset == bytes.count }

    func error(_ reason: JSONParseError.Reason) -> JSONParseError {
        JSONParseError(reason: isAtEnd && reason == .unexpectedByte ? .unexpectedEnd : reason, offset: offset)
    }

    func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func skipWhitespace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    mutating func expect(_ byte: UInt8) throws(JSONParseError) {
        guard peek() == byte else { throw error(.unexpectedByte) }
        offset += 1
    }

    mutating func value() throws(JSONParseError) -> JSONValue {
        skipWhitespace()
        switch peek() {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        default: throw error(.unexpectedByte)
        }
    }

    mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let end = offset + text.utf8CodeUnitCount
        guard end <= bytes.count else {
            offset = bytes.count
            throw error(.unexpectedEnd)
        }
        for index in offset..<end where bytes[index] != text.utf8Start[index - offset] {
            throw error(.unexpectedByte)
        }
        offset = end
        return value
    }

    mutating func object() throws(JSONParseError) -> JSONObject {
        try enter()
        defer { depthLeft += 1 }
        offset += 1
        var members = JSONObject()
        skipWhitespace()
        if peek() == UInt8(ascii: "}") {
            offset += 1
            return members
        }
        while true {
            skipWhitespace()
            let start = offset
            guard peek() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
            let name = try string()
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            guard members.updateValue(try value(), forKey: name) == nil else {
                throw JSONParseError(reason: .duplicateName(name), offset: start)
            }
            skipWhitespace()
            if peek() == UInt8(ascii: ",") {
                offset += 1
                continue
            }
            try expect(UInt8(ascii: "}"))
            return members
        }
    }

    mutating func array() throws(JSONParseError) -> [JSONValue] {
        try enter()
        defer { depthLeft += 1 }
        offset += 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if peek() == UInt8(ascii: "]") {
            offset += 1
            return elements
        }
        while true {
            elements.append(try value())
            skipWhitespace()
            if peek() == UInt8(ascii: ",") {
                offset += 1
                continue
            }
            try expect(UInt8(ascii: "]"))
            return elements
        }
    }

    mutating func enter() throws(JSONParseError) {
        guard depthLeft > 0 else { throw error(.tooDeep) }
        depthLeft -= 1
    }

    mutating func number() throws(JSONParseError) -> JSONValue {
        let start = offset
        var isInteger = true
        if peek() == UInt8(ascii: "-") { offset += 1 }
        if peek() == UInt8(ascii: "0") {
            offset += 1
        } else {
            try digits()
        }
        if peek() == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            try digits()
        }
        if let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONParseError(reason: .badNumber, offset: start)
        }
        return .number(value)
    }

    mutating func digits() throws(JSONParseError) {
        let start = offset
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        guard offset > start else { throw error(isAtEnd ? .unexpectedEnd : .badNumber) }
    }
}

extension JSONParser {
    /// A string; `offset` stands on its opening quote.
    mutating func string() throws(JSONParseError) -> String {
        offset += 1
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""), bytes[offset] != UInt8(ascii: "\\"),
            bytes[offset] >= 0x20
        {
            offset += 1
        }
        if peek() == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return try decoded(bytes[start..<offset], at: start)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
        var text = Array(bytes[start..<offset])
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try decoded(text, at: start)
            case UInt8(ascii: "\\"):
                try escape(into: &text)
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private func decoded(_ utf8: some Sequence<UInt8>, at start: Int) throws(JSONParseError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw JSONParseError(reason: .badUTF8, offset: start)
        }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONParseError) {
        offset += 1
        guard let byte = peek() else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            offset += 1
            text.append(contentsOf: String(try scalar()).utf8)
            return
        default: throw error(.badEscape)
        }
        offset += 1
    }

    /// The scalar of `\u` and four digits or of a surrogate pair; `offset` stands behind the first `u`.
    private mutating func scalar() throws(JSONParseError) -> Unicode.Scalar {
        let start = offset
        var code = UInt32(try hexadecimal())
        if (0xD800..<0xDC00).contains(code), offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        {
            offset += 2
            let low = UInt32(try hexadecimal())
            guard (0xDC00..<0xE000).contains(low) else { throw JSONParseError(reason: .badEscape, offset: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONParseError(reason: .badEscape, offset: start) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONParseError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { throw error(.unexpectedEnd) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error(.badEscape) }
            code = code << 4 | UInt16(digit)
            offset += 1
        }
        return code
    }
}
