/// The metadata of a GGUF file. Scalars and strings are read at once; arrays stay in the file until asked for.
struct GGUFMetadata {
    /// A value as it is kept: arrays by their place in the file.
    enum Value {
        case unsigned(UInt64), signed(Int64), float(Double), bool(Bool), string(String)
        /// `count` elements from byte `offset` on; already known to lie inside the file.
        case array(GGUFValueType, count: Int, offset: Int)
    }

    /// More than ten times as many as any known file has.
    static let mostPairs = 1 << 16
    static let longestKey = (1 << 16) - 1

    let file: MappedFile
    private var values: [String: Value] = [:]

    /// Without values; `read` adds them.
    init(file: MappedFile) { self.file = file }

    /// Reads so many pairs of key and value.
    mutating func read(_ count: UInt64, from cursor: inout GGUFCursor) throws(ModelFileError) {
        // A pair takes at least a length, a byte of key, a type and a byte of value.
        let limit = min(Self.mostPairs, cursor.left / 14)
        guard count <= UInt64(limit) else {
            throw .damaged(path: file.path, .count(what: "metadata pairs", value: count, limit: limit))
        }
        for index in 0..<Int(count) {
            let key = try cursor.text("metadata key \(index)")
            guard !key.isEmpty, key.utf8.count <= Self.longestKey else {
                throw .damaged(path: file.path, .key(String(key.prefix(64))))
            }
            guard values.updateValue(try Self.value(of: key, from: &cursor), forKey: key) == nil else {
                throw .damaged(path: file.path, .duplicate(what: "metadata key \(key)"))
            }
        }
    }

    /// A value of any type of the format.
    private static func value(of key: String, from cursor: inout GGUFCursor) throws(ModelFileError) -> Value {
        switch try type(of: key, from: &cursor) {
        case .uint8: return .unsigned(UInt64(try cursor.integer(UInt8.self, key)))
        case .uint16: return .unsigned(UInt64(try cursor.integer(UInt16.self, key)))
        case .uint32: return .unsigned(UInt64(try cursor.integer(UInt32.self, key)))
        case .uint64: return .unsigned(try cursor.integer(UInt64.self, key))
        case .int8: return .signed(Int64(try cursor.integer(Int8.self, key)))
        case .int16: return .signed(Int64(try cursor.integer(Int16.self, key)))
        case .int32: return .signed(Int64(try cursor.integer(Int32.self, key)))
        case .int64: return .signed(try cursor.integer(Int64.self, key))
        case .float32: return .float(Double(Float(bitPattern: try cursor.integer(UInt32.self, key))))
        case .float64: return .float(Double(bitPattern: try cursor.integer(UInt64.self, key)))
        case .bool:
            let byte = try cursor.integer(UInt8.self, key)
            guard byte <= 1 else { throw .damaged(path: cursor.path, .wrongType(key: key, expected: "true or false")) }
            return .bool(byte == 1)
        case .string: return .string(try cursor.text(key))
        case .array: return try array(key, from: &cursor)
        }
    }

    /// A type's number, checked.
    private static func type(of key: String, from cursor: inout GGUFCursor) throws(ModelFileError) -> GGUFValueType {
        guard let type = GGUFValueType(rawValue: try cursor.integer(UInt32.self, key)) else {
            throw .damaged(path: cursor.path, .wrongType(key: key, expected: "of any GGUF type"))
        }
        return type
    }

    /// An array: its elements are skipped and stay in the file.
    private static func array(_ key: String, from cursor: inout GGUFCursor) throws(ModelFileError) -> Value {
        let type = try type(of: key, from: &cursor)
        guard let size = type.smallestSize else {
            throw .unsupported(path: cursor.path, what: "\(key) is an array of arrays")
        }
        let count = try cursor.integer(UInt64.self, key)
        guard count <= UInt64(cursor.left / size) else {
            throw .damaged(
                path: cursor.path, .count(what: "elements in \(key)", value: count, limit: cursor.left / size))
        }
        let offset = cursor.offset
        if type == .string {
            for _ in 0..<Int(count) { _ = try cursor.span(key) }
        } else {
            try cursor.skip(Int(count) * size, key)  // count <= left / size
        }
        return .array(type, count: Int(count), offset: offset)
    }
}

/// `gguf_metadata_value_type` of the GGUF specification.
enum GGUFValueType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes an element of an array takes at least; nil for arrays.
    var smallestSize: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: nil
        }
    }
}

extension GGUFMetadata {
    /// Whether a key is there, whatever its type.
    func has(_ key: String) -> Bool { values[key] != nil }

    /// A whole number from 0, of whatever integer type; nil where `key` is absent.
    func optionalInt(_ key: String) throws(ModelFileError) -> Int? {
        guard let value = values[key] else { return nil }
        let number: Int? =
            switch value {
            case .unsigned(let number): Int(exactly: number)
            case .signed(let number): number >= 0 ? Int(exactly: number) : nil
            default: nil
            }
        guard let number else { throw wrong(key, "a whole number from 0 to 2^63 - 1") }
        return number
    }

    /// An integer that must be there.
    func int(_ key: String) throws(ModelFileError) -> Int { try required(key, optionalInt(key)) }

    /// A number; nil: the key is absent.
    func optionalFloat(_ key: String) throws(ModelFileError) -> Float? {
        guard let value = values[key] else { return nil }
        guard case .float(let number) = value, number.isFinite else { throw wrong(key, "a finite number") }
        return Float(number)
    }

    /// A truth value; nil: the key is absent.
    func optionalBool(_ key: String) throws(ModelFileError) -> Bool? {
        guard let value = values[key] else { return nil }
        guard case .bool(let bool) = value else { throw wrong(key, "true or false") }
        return bool
    }

    /// A text; nil: the key is absent.
    func optionalString(_ key: String) throws(ModelFileError) -> String? {
        guard let value = values[key] else { return nil }
        guard case .string(let text) = value else { throw wrong(key, "a string") }
        return text
    }

    /// A text that must be there.
    func string(_ key: String) throws(ModelFileError) -> String { try required(key, optionalString(key)) }

    /// A list of texts, read now.
    func strings(_ key: String) throws(ModelFileError) -> [String] {
        guard case .array(.string, let count, let offset) = try required(key, values[key]) else {
            throw wrong(key, "an array of strings")
        }
        var cursor = GGUFCursor(file.bytes, path: file.path, offset: offset)
        var strings: [String] = []
        strings.reserveCapacity(count)
        for index in 0..<count { strings.append(try cursor.text("\(key)[\(index)]")) }
        return strings
    }

    /// An array of `int32` or `uint32`; nil where `key` is absent.
    func optionalInt32s(_ key: String) throws(ModelFileError) -> [Int32]? {
        guard let value = values[key] else { return nil }
        guard case .array(let type, let count, let offset) = value, type == .int32 || type == .uint32 else {
            throw wrong(key, "an array of 32-bit numbers")
        }
        var cursor = GGUFCursor(file.bytes, path: file.path, offset: offset)
        var numbers: [Int32] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try cursor.integer(Int32.self, key)) }
        return numbers
    }

    /// Splits each string of the array `key` at its first space behind the first byte.
    func pairs(_ key: String) throws(ModelFileError) -> [(String, String)] {
        guard case .array(.string, let count, let offset) = try required(key, values[key]) else {
            throw wrong(key, "an array of strings")
        }
        var cursor = GGUFCursor(file.bytes, path: file.path, offset: offset)
        var pairs: [(String, String)] = []
        pairs.reserveCapacity(count)
        for index in 0..<count {
            let span = try cursor.span(key)
            guard let space = span.dropFirst().firstIndex(of: UInt8(ascii: " ")), space + 1 < span.count,
                let left = GGUFCursor.text(UnsafeRawBufferPointer(rebasing: span[..<space])),
                let right = GGUFCursor.text(UnsafeRawBufferPointer(rebasing: span[(space + 1)...]))
            else { throw wrong("\(key)[\(index)]", "a pair of tokens") }
            pairs.append((left, right))
        }
        return pairs
    }

    /// The value, or an error that names the key.
    private func required<Value>(_ key: String, _ value: Value?) throws(ModelFileError) -> Value {
        guard let value else { throw .damaged(path: file.path, .missing(key: key)) }
        return value
    }

    /// The error for a value of another type.
    private func wrong(_ key: String, _ expected: String) -> ModelFileError {
        .damaged(path: file.path, .wrongType(key: key, expected: expected))
    }
}
