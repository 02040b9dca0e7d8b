import Documents
import Foundation
import OrderedCollections

/// Figures in rows and columns: as text with aligned columns, and as JSON.
package struct Table: Sendable {
    /// A column: its key in JSON, its title, its width.
    package struct Column: Sendable {
        let key: String, title: String
        /// Digits behind the point.
        let digits: Int
        let width: Int
        let isShare: Bool

        /// Names, aligned left.
        package static func text(_ key: String, _ title: String, width: Int) -> Column {
            Column(key: key, title: title, digits: 0, width: -width, isShare: false)
        }

        /// A column of numbers, to the right.
        package static func number(_ key: String, _ title: String, digits: Int = 0, width: Int = 8) -> Column {
            Column(key: key, title: title, digits: digits, width: width, isShare: false)
        }

        /// A fraction, shown in percent.
        package static func share(_ key: String, _ title: String) -> Column {
            Column(key: key, title: title, digits: 1, width: 8, isShare: true)
        }
    }

    /// What stands in a cell.
    package enum Cell: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
        case text(String)
        case integer(Int)
        case number(Double)
        case missing

        /// A cell of text.
        package init(stringLiteral value: String) { self = .text(value) }
        /// An empty cell.
        package init(nilLiteral: ()) { self = .missing }
        /// A number, or an empty cell.
        package static func optional(_ value: Double?) -> Cell { value.map { .number($0) } ?? .missing }
    }

    /// Its key in JSON.
    package let name: String
    package let title: String
    package let columns: [Column]
    package private(set) var rows: [[Cell]] = []

    /// A table without rows.
    package init(_ name: String, _ title: String, _ columns: [Column]) {
        (self.name, self.title, self.columns) = (name, title, columns)
    }

    /// Adds a row of as many cells as there are columns.
    package mutating func add(_ row: [Cell]) {
        precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns of \(name)")
        rows.append(row)
    }

    /// The titles, aligned.
    package var header: String { line(columns.map { pad($0.title, $0) }) }

    /// A row, aligned.
    package func text(ofRow index: Int) -> String {
        line(zip(rows[index], columns).map { pad(text($0, $1), $1) })
    }

    /// One object a row.
    package var json: JSONValue {
        .array(
            rows.map { row in
                var members = JSONObject()
                for (cell, column) in zip(row, columns) { members[column.key] = json(cell) }
                return .object(members)
            })
    }

    /// Cells side by side.
    private func line(_ cells: [String]) -> String {
        let text = "  " + cells.joined(separator: "  ")
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    /// A text padded to its column.
    private func pad(_ text: String, _ column: Column) -> String {
        let blanks = String(repeating: " ", count: max(0, max(abs(column.width), column.title.count) - text.count))
        return column.width < 0 ? text + blanks : blanks + text
    }

    /// A cell as text, with the column's digits.
    private func text(_ cell: Cell, _ column: Column) -> String {
        switch cell {
        case .text(let text): text
        case .integer(let value): String(value)
        case .number(let value) where !value.isFinite: "-"
        case .number(let value):
            column.isShare
                ? String(format: "%.\(column.digits)f %%", value * 100) : String(format: "%.\(column.digits)f", value)
        case .missing: "-"
        }
    }

    /// A cell as JSON.
    private func json(_ cell: Cell) -> JSONValue {
        switch cell {
        case .text(let text): .string(text)
        case .integer(let value): .integer(value)
        case .number(let value): value.isFinite ? .number(value) : .null
        case .missing: .null
        }
    }
}
