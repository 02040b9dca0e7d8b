import Foundation
import Documents

/// A JSON file of a Hugging Face folder, with typed access whose errors name file and key.
struct JSONFile {
    let path: String, name: String
    let value: JSONValue

    /// 256 MiB: twenty times the largest tokenizer.json known.
    static let largest = 1 << 28

    /// Reads and parses one file of a folder.
    init(folder: String, name: String) throws(ModelFileError) {
        let path = folder + "/" + name
        let file = try MappedFile(path: path)
        guard file.bytes.count <= Self.largest else {
            throw .damaged(
                path: path, .count(what: "bytes of JSON", value: UInt64(file.bytes.count), limit: Self.largest))
        }
        let value = try withExtendedLifetime(file) { () throws(ModelFileError) in
            try Self.parse(file.bytes, path: path, file: name)
        }
        (self.path, self.name, self.value) = (path, name, value)
    }

    /// nil if there is no such file.
    init?(optional name: String, folder: String) throws(ModelFileError) {
        guard FileManager.default.fileExists(atPath: folder + "/" + name) else { return nil }
        try self.init(folder: folder, name: name)
    }

    /// Parses a file's bytes; the error names the file.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, path: String, file: String
    ) throws(ModelFileError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .damaged(path: path, .json(file: file, reason: error.description))
        }
    }

    /// The member at a dotted path; nil if it, or an object on the way, is absent or null.
    subscript(key: String) -> JSONValue? {
        var value = self.value
        for part in key.split(separator: ".") {
            guard let member = value[String(part)], !member.isNull else { return nil }
            value = member
        }
        return value
    }

    /// An integer; nil: the key is absent or null.
    func optionalInt(_ key: String) throws(ModelFileError) -> Int? {
        try optional(key, "a whole number", \.intValue)
    }

    /// An integer that must be there.
    func int(_ key: String) throws(ModelFileError) -> Int {
        guard let number = try optionalInt(key) else { throw .damaged(path: path, .missing(key: key)) }
        return number
    }

    /// A number; nil: the key is absent or null.
    func optionalFloat(_ key: String) throws(ModelFileError) -> Float? {
        try optional(key, "a number", \.doubleValue).map { Float($0) }
    }

    /// A text; nil: the key is absent or null.
    func optionalString(_ key: String) throws(ModelFileError) -> String? {
        try optional(key, "a string", \.stringValue)
    }

    /// A truth value; nil: the key is absent or null.
    func optionalBool(_ key: String) throws(ModelFileError) -> Bool? {
        try optional(key, "true or false", \.boolValue)
    }

    /// The value of the first of `keys` that is there.
    func first<Value>(
        _ keys: [String], _ get: (JSONFile) -> (String) throws(ModelFileError) -> Value?
    ) throws(ModelFileError) -> Value? {
        for key in keys { if let value = try get(self)(key) { return value } }
        return nil
    }

    /// A value in the form that `read` takes; nil: the key is absent or null.
    func optional<Value>(
        _ key: String, _ expected: String, _ get: (JSONValue) -> Value?
    ) throws(ModelFileError) -> Value? {
        guard let member = self[key] else { return nil }
        guard let value = get(member) else { throw wrong(key, expected) }
        return value
    }

    /// The error for a value of another type.
    func wrong(_ key: String, _ expected: String) -> ModelFileError {
        .damaged(path: path, .wrongType(key: key, expected: expected))
    }
}
