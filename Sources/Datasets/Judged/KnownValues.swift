import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

/// Values that a data set's right calls have, by function and parameter: what people really ask for.
struct KnownValues: Sendable {
    private var values: [String: OrderedSet<JSONValue>] = [:]
    /// Values kept of a parameter.
    private static let kept = 200

    init(_ rows: [DatasetFile.Row]) {
        for row in rows {
            for call in row.sample.reference.canonicalCalls {
                for (name, value) in call.parameters { add(value, call.function, name) }
            }
        }
    }

    private mutating func add(_ value: JSONValue, _ function: String, _ name: String) {
        let key = "\(function) \(name)"
        guard (values[key]?.count ?? 0) < Self.kept else { return }
        values[key, default: []].append(value)
    }

    /// In the order in which they came.
    func of(_ function: String, _ name: String) -> [JSONValue] { values["\(function) \(name)"].map { Array($0) } ?? [] }
}
