import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// A sample of some set with the functions that are offered beside it.
package struct MixedSample: Sendable {
    package let sample: Sample
    /// The set that it is from.
    package let source: String
    /// In the order in which they are offered.
    package var functions: [FunctionDefinition]
    package var outcome: Outcome
    package var calls: [FunctionCall]
    /// Calls that an answer may have: with more than one it is a list.
    package var maxCalls = 1

    /// As it stands in its set.
    package init(_ row: DatasetFile.Row, of source: String) {
        (sample, self.source, functions) = (row.sample, source, row.functions)
        (outcome, calls) = (row.sample.reference.outcome, row.sample.reference.canonicalCalls)
        maxCalls = calls.count > 1 ? Self.listLength : 1
    }

    /// Calls at most where an answer is a list, as evaluations allow them.
    static let listLength = 8

    /// What the answer calls, or would call if nothing were missing.
    var needed: Set<String> { Set(calls.map(\.function) + (sample.unclear.map { [$0.function] } ?? [])) }

    /// Whether a server could offer these functions, and its grammar write these calls.
    var isSound: Bool {
        guard (try? FunctionPool(name: "mixed", functions: functions)) != nil else { return false }
        return calls.allSatisfy { call in
            functions.first { $0.name == call.function }.map {
                SampleCheck.violation(.object(call.parameters), $0.parameters) == nil
            } ?? false
        }
    }

    /// A line of the canonical form, which says its functions and its set.
    package var json: JSONValue {
        var members: JSONObject = ["id": .string("\(source)-\(sample.id)"), "query": .string(sample.query)]
        members["history"] = .array(
            sample.history.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] })
        (members["context"], members["pool"]) = (.object(sample.context), .null)
        (members["expected"], members["outcome"]) = (.array(calls.map(\.json)), .string(outcome.rawValue))
        (members["answers"], members["source"]) = ("exact", .string(source))
        if maxCalls > 1 { members["max_calls"] = .integer(maxCalls) }
        if let category = sample.category { members["category"] = .string(category) }
        members["functions"] = .array(functions.map(\.json))
        return .object(members)
    }
}
