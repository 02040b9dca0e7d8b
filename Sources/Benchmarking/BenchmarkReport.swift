import Documents
import OrderedCollections
import Synchronization

/// A run's report: tables and remarks found so far, each line written as soon as it is known.
package final class BenchmarkReport: Sendable {
    private let write: @Sendable (String) -> Void
    private let state = Mutex<(facts: JSONObject, tables: [Table])>(([:], []))

    /// - Parameter write: gets each line as it is known.
    package init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// Something that is true of the whole run; kept in the JSON, not written.
    package func note(_ key: String, _ value: JSONValue) { state.withLock { $0.facts[key] = value } }

    /// A line of its own.
    package func say(_ line: String) { write(line) }

    /// Rows go to this table from now on.
    package func begin(_ table: Table) {
        state.withLock { $0.tables.append(table) }
        for line in ["", table.title, table.header] { write(line) }
    }

    /// A row of the table that is open, written at once.
    package func add(_ row: [Table.Cell]) {
        let line = state.withLock { state -> String? in
            guard let last = state.tables.indices.last else { return nil }
            state.tables[last].add(row)
            return state.tables[last].text(ofRow: state.tables[last].rows.count - 1)
        }
        if let line { write(line) }
    }

    /// Facts, then a list of objects for each table.
    package var json: JSONValue {
        state.withLock { state in
            var members = state.facts
            for table in state.tables { members[table.name] = table.json }
            return .object(members)
        }
    }
}
