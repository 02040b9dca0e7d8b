import Configuration
import Foundation

/// One client that is known by its key.
package struct APIKey: Sendable {
    package let name: String
    package let scopes: Set<Scope>
    /// 0: shares the prefix cache with all that have none.
    package let cacheSalt: UInt64
    package let rate: Rate
    let hash: KeyHash
}

/// The keys that are accepted. Immutable.
package struct KeyRing: Sendable {
    /// Shorter plain keys can be guessed.
    private static let shortest = 16
    package let keys: [APIKey]

    package var isEmpty: Bool { keys.isEmpty }

    init(keys: [APIKey]) { self.keys = keys }

    /// Keys of the settings and of the environment: `KINGLET_API_KEY`, and `KINGLET_API_KEY_<NAME>` for further ones.
    ///
    /// - Throws: for a key that is too short, a file that cannot be read, a variable that is not set.
    package init(
        _ access: Settings.Access, environment: [String: String], resolve: (String) -> String
    ) throws(SettingsError) {
        var keys: [APIKey] = []
        for entry in access.keys { keys.append(try Self.key(entry, access, environment, resolve)) }
        let variable = "KINGLET_API_KEY"
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(variable) {
            let rest = name.dropFirst(variable.count)
            guard rest.isEmpty || rest.hasPrefix("_") else { continue }
            let plain = try Self.checked(text, source: "environment variable \(name)")
            keys.append(
                APIKey(
                    name: rest.isEmpty ? "environment" : rest.dropFirst().lowercased(), scopes: Set(Scope.allCases),
                    cacheSalt: 0, rate: access.rate, hash: KeyHash(key: plain)))
        }
        let names = Dictionary(grouping: keys, by: \.name)
        if let twice = names.first(where: { $0.value.count > 1 })?.key {
            throw .invalid(
                source: "access.keys", reason: "two keys are named \"\(twice)\"; names tell them apart in logs")
        }
        self.keys = keys
    }

    /// Whose key it is. All keys are tried, whichever fits, so that the time says nothing.
    package func key(for text: String) -> APIKey? {
        var found: APIKey?
        for key in keys where key.hash.matches(text) { found = key }
        return found
    }

    private static func key(
        _ entry: Settings.Access.Key, _ access: Settings.Access, _ environment: [String: String],
        _ resolve: (String) -> String
    ) throws(SettingsError) -> APIKey {
        let hash: KeyHash
        switch entry.secret {
        case .hash(let known): hash = known
        case .file(let path):
            let path = resolve(path)
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw .unreadable(path: path, reason: "cannot be read as the key \"\(entry.name)\"")
            }
            let blank = CharacterSet.whitespacesAndNewlines.union(["\u{FEFF}"])
            hash = KeyHash(key: try checked(text.trimmingCharacters(in: blank), source: path))
        case .environment(let variable):
            guard let text = environment[variable] else {
                throw .invalid(
                    source: "access.keys", reason: "\"\(entry.name)\" is in the variable \(variable), which is not set")
            }
            hash = KeyHash(key: try checked(text, source: "environment variable \(variable)"))
        }
        return APIKey(
            name: entry.name, scopes: entry.scopes, cacheSalt: entry.hasCacheSalt ? KeyHash.cacheSalt(hash.text) : 0,
            rate: entry.rate ?? access.rate, hash: hash)
    }

    private static func checked(_ key: String, source: String) throws(SettingsError) -> String {
        let isPlain = key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard key.utf8.count >= shortest, isPlain else {
            throw .invalid(
                source: source,
                reason: "a key has at least \(shortest) printable ASCII characters; make one: kinglet key new NAME")
        }
        return key
    }
}
