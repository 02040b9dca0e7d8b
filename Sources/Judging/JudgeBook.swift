import Documents

/// Judges by their names. Immutable.
public struct JudgeBook: Sendable {
    /// A judge, or why it cannot be asked here.
    public enum Entry: Sendable {
        case ready(Judge)
        case unavailable(reason: String)
    }

    /// The judge that is always there: rules, then the served model or the one that `remote.stages` names.
    public static let local = "local"

    private let entries: [String: Entry]
    /// Who judges where a request names nobody.
    public let standard: String

    /// - Parameter standard: one of them.
    public init(_ entries: [String: Entry], standard: String = Self.local) {
        (self.entries, self.standard) = (entries, standard)
    }

    /// In alphabetical order.
    public var names: [String] { entries.keys.sorted() }

    /// - Parameter name: nil: the standard one.
    /// - Throws: `FieldError` that names `judge` and says which there are, or what this one lacks.
    public func judge(named name: String?) throws(FieldError) -> Judge {
        let name = name ?? standard
        switch entries[name] {
        case .ready(let judge): return judge
        case .unavailable(let reason):
            throw FieldError(
                path: "judge", reason: .outOfRange, message: "the judge \(name) cannot be asked: \(reason)")
        case nil:
            throw FieldError(
                path: "judge", reason: .outOfRange,
                message:
                    "no judge is named \"\(name.prefix(100))\"; known judges: \(names.joined(separator: ", "))")
        }
    }
}
