import OrderedCollections

/// A fault of a field of a JSON document; `path` names it as `history[2].role`, or is empty for the document.
public struct FieldError: Error, Hashable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Reason: Hashable, Sendable { case missing, unknown, wrongType, outOfRange }

    public let path: String
    public let reason: Reason
    public let message: String

    /// - Parameter path: the field; empty for the document.
    public init(path: String, reason: Reason, message: String) {
        (self.path, self.reason, self.message) = (path, reason, message)
    }

    public var description: String { message }
}

/// Reads the fields of one JSON object by name and type, and at the end refuses those that nobody asked for.
public struct FieldReader {
    public let path: String
    private let members: JSONObject
    private var read: Set<String> = []
    /// Names that were asked for so far, whether they are there or not.
    public var namesRead: Set<String> { read }

    /// Reads an object.
    ///
    /// - Throws: for a value that is none.
    public init(_ value: JSONValue, path: String = "") throws(FieldError) {
        guard let members = value.objectValue else {
            let what = path.isEmpty ? "the body" : path
            throw FieldError(
                path: path, reason: .wrongType, message: "\(what) must be an object, not \(value.typeName)")
        }
        (self.path, self.members) = (path, members)
    }

    /// `history[2].role` for "role".
    public func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The field's value; nil where it is absent or null.
    public mutating func optional(_ name: String) -> JSONValue? {
        read.insert(name)
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    /// A field that must be there, of any type.
    public mutating func required(_ name: String) throws(FieldError) -> JSONValue {
        guard let value = optional(name) else {
            throw FieldError(
                path: path(of: name), reason: .missing, message: "\(path(of: name)) is missing; it is required")
        }
        return value
    }

    /// A text that must be there.
    public mutating func string(_ name: String) throws(FieldError) -> String {
        try typed(name, required(name), "a string", \.stringValue)
    }

    /// A text; nil: absent or null.
    public mutating func optionalString(_ name: String) throws(FieldError) -> String? {
        guard let value = optional(name) else { return nil }
        return try typed(name, value, "a string", \.stringValue)
    }

    /// A truth value; nil: absent or null.
    public mutating func optionalBool(_ name: String) throws(FieldError) -> Bool? {
        guard let value = optional(name) else { return nil }
        return try typed(name, value, "true or false", \.boolValue)
    }

    /// An integer in a range; nil: absent or null.
    public mutating func optionalInt(_ name: String, in range: ClosedRange<Int>) throws(FieldError) -> Int? {
        guard let value = optional(name) else { return nil }
        let number = try typed(name, value, "a whole number", \.intValue)
        guard range.contains(number) else { throw outOfRange(name, "\(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// A number in a range; nil: absent or null.
    public mutating func optionalDouble(_ name: String, in range: ClosedRange<Double>) throws(FieldError) -> Double? {
        guard let value = optional(name) else { return nil }
        let number = try typed(name, value, "a number", \.doubleValue)
        guard range.contains(number) else { throw outOfRange(name, "\(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// A list; nil: absent or null.
    public mutating func optionalArray(_ name: String) throws(FieldError) -> [JSONValue]? {
        guard let value = optional(name) else { return nil }
        return try typed(name, value, "an array", \.arrayValue)
    }

    /// A reader for the object in field `name`; nil where it is absent or null.
    public mutating func optionalObject(_ name: String) throws(FieldError) -> FieldReader? {
        guard let value = optional(name) else { return nil }
        return try FieldReader(value, path: path(of: name))
    }

    /// One reader an element of the array in field `name`; empty where it is absent.
    public mutating func objects(_ name: String) throws(FieldError) -> [FieldReader] {
        var readers: [FieldReader] = []
        for (index, value) in (try optionalArray(name) ?? []).enumerated() {
            readers.append(try FieldReader(value, path: "\(path(of: name))[\(index)]"))
        }
        return readers
    }

    /// - Throws: `.unknown` for the first field that was not read.
    public func finish() throws(FieldError) {
        guard let name = members.keys.first(where: { !read.contains($0) }) else { return }
        throw FieldError(
            path: path(of: name), reason: .unknown,
            message: "unknown field \(path(of: name)); known here: \(read.sorted().joined(separator: ", "))")
    }

    /// A field of one type.
    private func typed<Value>(
        _ name: String, _ value: JSONValue, _ expected: String, _ get: (JSONValue) -> Value?
    ) throws(FieldError) -> Value {
        guard let result = get(value) else {
            throw FieldError(
                path: path(of: name), reason: .wrongType,
                message: "\(path(of: name)) must be \(expected), not \(value.typeName)")
        }
        return result
    }

    /// The error for a number outside its range.
    private func outOfRange(_ name: String, _ range: String) -> FieldError {
        FieldError(path: path(of: name), reason: .outOfRange, message: "\(path(of: name)) must be in \(range)")
    }
}
