import Documents
import OrderedCollections

/// Keys whose values differ between two settings.
package struct SettingsChanges: Sendable, Equatable {
    /// Sections that take effect while the server runs; of the others a few keys do.
    private static let liveSections: Set<String> = ["access", "limits", "cors"]
    private static let liveKeys: Set<String> = [
        "log.level", "log.access", "log.queries", "server.gzip_from_bytes", "server.trusted_proxies",
        "server.forwarded_field", "engine.max_wait_seconds", "calling.pools", "calling.adapters",
        "calling.tuned",
        "knowledge.folder",
    ]

    /// Those in force after a reload, and those that need a restart; dotted, sorted.
    package private(set) var live: [String] = []
    package private(set) var restart: [String] = []

    package init(from old: Settings, to new: Settings) {
        for key in Self.differences(old.source, new.source, "").sorted() {
            let section = key.split(separator: ".").first.map(String.init) ?? key
            if Self.liveSections.contains(section) || Self.liveKeys.contains(key) {
                live.append(key)
            } else {
                restart.append(key)
            }
        }
    }

    /// Lists count as one key.
    private static func differences(_ old: JSONValue?, _ new: JSONValue?, _ path: String) -> [String] {
        if old == new { return [] }
        let (before, after) = (old?.objectValue, new?.objectValue)
        guard before != nil || after != nil, path.split(separator: ".").count < 2 else { return [path] }
        let names = Set((before ?? [:]).keys).union((after ?? [:]).keys)
        return names.flatMap { differences(before?[$0], after?[$0], path.isEmpty ? $0 : "\(path).\($0)") }
    }
}
