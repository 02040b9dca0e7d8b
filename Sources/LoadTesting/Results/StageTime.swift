import Documents
import OrderedCollections

/// How long one stage of the server took for one request, as the server says.
public struct StageTime: Sendable, Hashable {
    public var name: String
    public var seconds: Double

    /// The entries of a `server-timing` field that have a duration (W3C Server Timing): `queue;dur=0.4, decode;dur=48`.
    package static func read(_ field: String) -> [StageTime] {
        field.split(separator: ",").compactMap { entry in
            let parts = entry.split(separator: ";").map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            guard let name = parts.first, !name.isEmpty,
                let text = parts.dropFirst().first(where: { $0.hasPrefix("dur=") })?.dropFirst(4),
                let milliseconds = Double(text), milliseconds.isFinite, milliseconds >= 0
            else { return nil }
            return StageTime(name: name, seconds: milliseconds / 1000)
        }
    }

    /// The members of `timings` whose names end in `_ms`.
    static func read(_ timings: JSONObject) -> [StageTime] {
        timings.compactMap { name, value in
            guard name.hasSuffix("_ms"), let milliseconds = value.doubleValue else { return nil }
            return StageTime(name: String(name.dropLast(3)), seconds: milliseconds / 1000)
        }
    }
}
