/// A key that was just made, and the line of the settings that lets it in.
public struct NewKey: Sendable {
    /// Shown once; nowhere kept.
    public let key: String
    /// An entry of `access.keys`.
    public let line: String

    /// - Throws: `SettingsError` for a name or scope that is none.
    public init(name: String, scopes: [String], cacheSalt: Bool) throws(SettingsError) {
        guard Settings.Access.Key.isName(name) else {
            throw .invalid(source: name, reason: "a name has 1 to 64 letters, digits, \"_\", \"-\" or \".\"")
        }
        guard !scopes.isEmpty, scopes.allSatisfy({ Scope(rawValue: $0) != nil }) else {
            let all = Scope.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(source: scopes.joined(separator: ","), reason: "scopes are some of \(all)")
        }
        key = KeyHash.newKey()
        let salt = cacheSalt ? ", cache_salt: true" : ""
        line =
            "- {name: \(name), hash: \"\(KeyHash(key: key).text)\", scopes: [\(scopes.joined(separator: ", "))]\(salt)}"
    }

    public var text: String {
        """
        key, shown this once:
          \(key)

        under access.keys in kinglet.yaml:
          \(line)
        """
    }
}
