import Documents
import Functions
import OrderedCollections

/// A data set of another form in the canonical one.
package struct ConvertedSet: Sendable {
    package struct Sample: Sendable, Hashable {
        package var query: String
        package var history: [DialogueTurn] = []
        package var outcome = Outcome.call
        package var calls: [FunctionCall] = []
        /// Parameters have lists of accepted values.
        package var isPossible = false
        /// Any valid call is right.
        package var isAny = false
        /// Those of the set's own pool are not said again.
        package let functions: [FunctionDefinition]
        package var id: String?
        package var category: String?

        package init(query: String, functions: [FunctionDefinition] = []) {
            (self.query, self.functions) = (query, functions)
        }
    }

    package var samples: [Sample] = []
    /// Functions that are offered to all samples; empty: each has its own.
    package var pool: [FunctionDefinition] = []
    /// What was left out or guessed, by how often.
    package private(set) var notes: OrderedDictionary<String, Int> = [:]

    package init() {}

    package mutating func note(_ text: String, times: Int = 1) { notes[text, default: 0] += times }

    /// The lines of the set's file.
    ///
    /// - Parameters:
    ///   - name: what ids begin with that the source does not have.
    ///   - file: of the set's pool, from the folder of the lines.
    package func lines(name: String, pool file: String = "") -> [JSONValue] {
        samples.enumerated().map { index, sample in
            var line: JSONObject = [
                "id": .string(sample.id ?? "\(name)-\(index + 1)"), "query": .string(sample.query),
                "history": .array(
                    sample.history.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
                "context": [:],
            ]
            if pool.isEmpty {
                line["functions"] = .array(sample.functions.map(\.json))
            } else {
                line["pool"] = .string(file)
            }
            line["outcome"] = .string(sample.outcome.rawValue)
            line["expected"] = .array(
                sample.calls.map { ["function": .string($0.function), "parameters": .object($0.parameters)] })
            line["answers"] = sample.isAny ? "any" : sample.isPossible ? "possible" : "exact"
            if let category = sample.category { line["category"] = .string(category) }
            return .object(line)
        }
    }
}

/// Why a file is not of the form that it should be.
package struct ConversionError: Error, Hashable, CustomStringConvertible {
    package let path: String, message: String

    package init(_ path: String, _ message: String) { (self.path, self.message) = (path, message) }

    package var description: String { "\(path): \(message)" }
}
