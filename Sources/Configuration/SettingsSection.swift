import Documents

/// One section of the settings: its defaults, and a reader of what a file says otherwise.
public protocol SettingsSection: Sendable, Hashable {
    init()
    /// Takes over the fields that are there; whoever calls refuses those that nobody read.
    ///
    /// - Throws: for a value of the wrong type or out of range; never for one that is absent.
    mutating func read(_ fields: inout FieldReader) throws(FieldError)
}

/// A section by its name, with its type erased.
struct SettingsEntry {
    let name: String
    /// Names of the fields that `read` looks at.
    let fields: [String]
    let read: (inout Settings, inout FieldReader) throws(FieldError) -> Void

    init<Section: SettingsSection>(_ name: String, _ place: WritableKeyPath<Settings, Section>) {
        self.name = name
        fields = Self.fields(of: Section.self)
        read = { (settings, fields) throws(FieldError) in try settings[keyPath: place].read(&fields) }
    }

    /// Found by reading nothing, so that there is no second list of them.
    private static func fields<Section: SettingsSection>(of type: Section.Type) -> [String] {
        var section = Section()
        guard var reader = try? FieldReader([:]), (try? section.read(&reader)) != nil else { return [] }
        return reader.namesRead.sorted()
    }
}

extension FieldReader {
    /// A time in seconds.
    package mutating func seconds(_ name: String) throws(FieldError) -> Duration? {
        try optionalDouble(name, in: 0.001...86400).map { .seconds($0) }
    }

    /// KiB, as bytes.
    mutating func kibibytes(_ name: String, in range: ClosedRange<Int>) throws(FieldError) -> Int? {
        try optionalInt(name, in: range).map { $0 << 10 }
    }

    /// One of a few words.
    package mutating func optionalChoice(_ name: String, _ choices: [String]) throws(FieldError) -> String? {
        guard let value = try optionalString(name) else { return nil }
        guard choices.contains(value) else {
            throw invalid(name, "is \"\(value)\"; it must be one of \(choices.joined(separator: ", "))")
        }
        return value
    }

    /// Texts; a single one may stand without brackets.
    mutating func optionalStrings(_ name: String) throws(FieldError) -> [String]? {
        guard let value = optional(name) else { return nil }
        if let text = value.stringValue { return [text] }
        guard let elements = value.arrayValue else {
            throw invalid(name, "must be a text or a list of texts, not \(value.typeName)")
        }
        let texts = elements.compactMap(\.stringValue)
        guard texts.count == elements.count else { throw invalid(name, "must hold texts only") }
        return texts
    }

    package func invalid(_ name: String, _ message: String) -> FieldError {
        FieldError(path: path(of: name), reason: .outOfRange, message: "\(path(of: name)) \(message)")
    }
}
