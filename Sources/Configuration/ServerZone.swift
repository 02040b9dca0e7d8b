import Foundation

/// The zone of the server's own clock.
enum ServerZone {
    /// `TZ` as people write it (`Europe/Berlin`, `:Europe/Berlin`, a path below `zoneinfo`), else `/etc/localtime`.
    static func named(by environment: [String: String] = ProcessInfo.processInfo.environment) -> TimeZone {
        guard var name = environment["TZ"], !name.isEmpty else { return .current }
        if name.hasPrefix(":") { name.removeFirst() }
        if let place = name.range(of: "zoneinfo/") { name = String(name[place.upperBound...]) }
        return TimeZone(identifier: name) ?? .current
    }
}
