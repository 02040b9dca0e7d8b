import Documents
import Evaluation
import Foundation
import Functions
import OrderedCollections

/// Everything that is wrong in a data set, not only the first of it.
package struct DatasetCheck: Sendable {
    package private(set) var faults: [DatasetFault] = []
    package private(set) var samples = 0
    private let path: String
    private var pools: [String: [FunctionDefinition]?] = [:]
    private var ids: [String: Int] = [:]
    /// Requests that were met, with the line and what was expected.
    private var requests: [JSONValue: (line: Int, expected: JSONValue)] = [:]
    /// Functions that were looked at, so that each is complained of once; those of pools by the pool.
    private var known: Set<FunctionDefinition> = []
    private var knownPools: Set<String> = []

    /// - Throws: `DocumentError` for a file that cannot be read at all.
    package init(path: String) throws(DocumentError) {
        self.path = path
        let lines = try JSONLines.bytes(path).split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
            read(line, at: index + 1)
        }
        if samples == 0 { faults.append(DatasetFault(path: path, line: nil, id: nil, message: "has no samples")) }
    }

    package var errors: Int { faults.count { !$0.isWarning } }

    private mutating func read(_ bytes: ArraySlice<UInt8>, at line: Int) {
        samples += 1
        do {
            let value = try JSONValue(parsing: bytes)
            let sample = try Sample(json: value)
            note(sample, value, at: line)
            guard let functions = offered(sample, at: line) else { return }
            check(functions, of: sample, at: line)
            for message in SampleCheck(sample, functions).faults { add(message, sample, at: line) }
        } catch {
            faults.append(DatasetFault(path: path, line: line, id: nil, message: "\(error)"))
        }
    }

    private mutating func add(_ message: String, _ sample: Sample, at line: Int, isWarning: Bool = false) {
        faults.append(
            DatasetFault(path: path, line: line, id: sample.id, message: message, isWarning: isWarning))
    }

    /// Ids that stand twice; requests that stand twice, above all with different answers.
    private mutating func note(_ sample: Sample, _ json: JSONValue, at line: Int) {
        if let first = ids.updateValue(line, forKey: sample.id) {
            add("the id stands in line \(first) too", sample, at: line)
        }
        let request: JSONValue = .array(
            ["query", "history", "context", "pool", "functions", "candidates"].map { json[$0] ?? .null })
        let expected: JSONValue = [json["outcome"] ?? .null, json["expected"] ?? .null]
        guard let known = requests[request] else {
            requests[request] = (line, expected)
            return
        }
        let message =
            known.expected == expected
            ? "the same sample as line \(known.line)" : "the request of line \(known.line) with another answer"
        add(message, sample, at: line, isWarning: true)
    }

    /// nil where they are not known, which is said once a pool.
    private mutating func offered(_ sample: Sample, at line: Int) -> [FunctionDefinition]? {
        if let functions = sample.functions { return functions }
        guard let name = sample.pool, let pool = pool(name) else { return nil }
        guard let candidates = sample.candidates else { return pool }
        let known = Dictionary(pool.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, name) in candidates.enumerated() {
            if known[name] == nil { add("candidate \(name) is not in the pool", sample, at: line) }
            if candidates[..<index].contains(name) { add("candidate \(name) stands twice", sample, at: line) }
        }
        return candidates.compactMap { known[$0] }
    }

    private mutating func pool(_ name: String) -> [FunctionDefinition]? {
        if let known = pools[name] { return known }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        var read: [FunctionDefinition]?
        do throws(DocumentError) {
            read = try Dataset.pool(path: folder.appendingPathComponent(name).standardizedFileURL.path)
        } catch {
            faults.append(DatasetFault(path: path, line: nil, id: nil, message: "pool \(name): \(error)"))
        }
        pools[name] = .some(read)
        return read
    }

    /// Functions that no pool takes, and schemas that could not be enforced: each once.
    private mutating func check(_ functions: [FunctionDefinition], of sample: Sample, at line: Int) {
        if let pool = sample.pool, sample.functions == nil, sample.candidates == nil {
            guard knownPools.insert(pool).inserted else { return }
        }
        var names: Set<String> = []
        for function in functions {
            if !names.insert(function.name).inserted { add("function \(function.name) stands twice", sample, at: line) }
            guard known.insert(function).inserted else { continue }
            do {
                try function.check()
                try function.checkSchema()
            } catch {
                add("\(error)", sample, at: line, isWarning: true)
            }
        }
    }
}
