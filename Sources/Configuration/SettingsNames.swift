import Documents
import OrderedCollections

/// Names by which settings are told: dotted keys in flags, `KINGLET_…` in the environment. What sounds like one and is
/// none is an error, so that a slip of the pen does not leave a default in force.
enum SettingsNames {
    /// Variables that others read: kernels, the manifest of models, the keys of clients.
    private static let otherVariables: Set<String> = ["KINGLET_ISA", "KINGLET_MODELS", "KINGLET_API_KEY"]
    /// Beginnings of names that are free: `KINGLET_API_KEY_<NAME>`, and what the tests tell each other.
    private static let freePrefixes = ["KINGLET_API_KEY_", "KINGLET_TEST_"]

    /// `KINGLET_SERVER_PORT` for `server.port`.
    static func variable(of key: String) -> String {
        "KINGLET_" + key.uppercased().replacing(".", with: "_")
    }

    /// - Throws: for a key that is neither a setting nor a section.
    static func check(flag key: String, known keys: [String]) throws(SettingsError) {
        guard !keys.contains(key), !keys.contains(where: { $0.hasPrefix(key + ".") }) else { return }
        throw .unknown(name: "--set \(key)", nearest: nearest(to: key, among: keys).map { "--set \($0)" })
    }

    /// - Parameter tree: the settings as told; variables that it names (keys of clients, of the remote server) are known.
    /// - Throws: for the first `KINGLET_…`, by name, that is no setting and that nobody else reads.
    static func check(
        _ environment: [String: String], known keys: [String], namedBy tree: JSONValue
    ) throws(SettingsError) {
        let variables = keys.map(variable)
        let known = otherVariables.union(variables).union(variablesNamed(by: tree)).union(["KINGLET_REMOTE_KEY"])
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("KINGLET_") {
            guard !known.contains(name), !freePrefixes.contains(where: { name.hasPrefix($0) }),
                !isOfKubernetes(name, text)
            else { continue }
            throw .unknown(name: name, nearest: nearest(to: name, among: variables))
        }
    }

    /// Whether Kubernetes made the variable for a service called kinglet or kinglet-something, as in
    /// `KINGLET_PORT=tcp://10.0.0.11:8080`; nobody told a setting with it.
    static func isOfKubernetes(_ name: String, _ text: String) -> Bool {
        if name.hasSuffix("_PORT"), ["tcp://", "udp://", "sctp://"].contains(where: { text.hasPrefix($0) }) {
            return true
        }
        let made =
            /KINGLET_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)/
        return name.wholeMatch(of: made) != nil
    }

    /// Texts of the settings that look like variables of ours.
    private static func variablesNamed(by tree: JSONValue) -> Set<String> {
        if let text = tree.stringValue { return text.hasPrefix("KINGLET_") ? [text] : [] }
        let children = tree.arrayValue ?? tree.objectValue.map { Array($0.values) } ?? []
        return children.reduce(into: []) { $0.formUnion(variablesNamed(by: $1)) }
    }

    /// The known name that was most likely meant; nil where none is near.
    private static func nearest(to name: String, among known: [String]) -> String? {
        if let whole = known.first(where: { $0.hasSuffix("." + name) }) { return whole }
        let best = known.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
        return best.flatMap { $0.1 <= max(2, name.count / 4) ? $0.0 : nil }
    }

    /// Letters to insert, remove or replace (Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        let columns = Array(second.utf8)
        var row = Array(0...columns.count)
        for (index, letter) in first.utf8.enumerated() {
            var next = [index + 1]
            for (column, other) in columns.enumerated() {
                next.append(min(row[column] + (letter == other ? 0 : 1), row[column + 1] + 1, next[column] + 1))
            }
            row = next
        }
        return row[columns.count]
    }
}
