import Documents
import OrderedCollections

/// What a model was made of and how, for programs (`compression.json`) and for people (`README.md`).
package struct ModelCard {
    package static let jsonName = "compression.json", markdownName = "README.md"

    /// A table of the card, and of its JSON as an array of objects.
    package struct Table {
        package let title: String
        /// Member of the JSON.
        package let member: String
        package let columns: [String]
        package let rows: [[JSONValue]]

        package init(title: String, member: String, columns: [String], rows: [[JSONValue]]) {
            (self.title, self.member, self.columns, self.rows) = (title, member, columns, rows)
        }

        package var json: JSONValue {
            .array(
                rows.map { row in
                    .object(JSONObject(uniqueKeysWithValues: zip(columns.map(Self.key), row)))
                })
        }

        private static func key(_ column: String) -> String {
            column.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        }

        package var markdown: String {
            let head = "| " + columns.joined(separator: " | ") + " |"
            let rule = "|" + String(repeating: "---|", count: columns.count)
            let body = rows.map { "| " + $0.map(ModelCard.text).joined(separator: " | ") + " |" }
            return "## \(title)\n\n" + ([head, rule] + body).joined(separator: "\n") + "\n"
        }
    }

    package let title: String
    /// One fact a member; objects are facts of their own.
    package let facts: JSONObject
    package var tables: [Table] = []

    package init(title: String, facts: JSONObject, tables: [Table] = []) {
        (self.title, self.facts, self.tables) = (title, facts, tables)
    }

    package var json: JSONValue {
        var members: JSONObject = ["title": .string(title)]
        for (name, fact) in facts { members[name] = fact }
        for table in tables { members[table.member] = table.json }
        return .object(members)
    }

    package var markdown: String {
        let lines = facts.flatMap { name, fact -> [String] in
            guard let members = fact.objectValue else { return ["- \(Self.words(name)): \(Self.text(fact))"] }
            return ["- \(Self.words(name)):"] + members.map { "  - \(Self.words($0.key)): \(Self.text($0.value))" }
        }
        return (["# \(title)\n"] + lines).joined(separator: "\n") + "\n\n"
            + tables.map(\.markdown).joined(separator: "\n")
    }

    private static func words(_ name: String) -> String { name.replacing("_", with: " ") }

    /// A value as a person reads it; lists of numbers with their runs as `3-7`.
    package static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): return text.replacing("\n", with: " ").replacing("|", with: "\\|")
        case .null: return "–"
        case .array(let values):
            let numbers = values.compactMap(\.intValue)
            return numbers.count == values.count ? runs(numbers) : values.map(text).joined(separator: ", ")
        case .object(let members): return members.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
        default: return value.text()
        }
    }

    /// `[3, 4, 5, 9]` as `3-5, 9`.
    package static func runs(_ numbers: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
