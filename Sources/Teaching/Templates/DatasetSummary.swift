import Functions
import OrderedCollections

/// What a data set is made of, for people.
package struct DatasetSummary: Sendable {
    package let text: String

    package init(_ samples: [TaughtSample]) {
        func line(_ title: String, _ names: [String], _ values: [String]) -> String {
            let counts = values.reduce(into: [:]) { counts, value in counts[value, default: 0] += 1 }
            let parts = names.compactMap { name in counts[name].map { "\(name) \($0)" } }
            return "\(title): \(parts.joined(separator: ", "))"
        }
        let functions = Dictionary(grouping: samples.compactMap { $0.call?.function }) { $0 }
            .mapValues(\.count).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        var lines = [
            line("kinds", Template.Kind.allCases.map(\.rawValue), samples.map(\.kind.rawValue)),
            line("languages", TemplateLanguage.allCases.map(\.rawValue), samples.map(\.language.rawValue)),
        ]
        if let least = functions.first, let most = functions.last {
            lines.append(
                "functions: \(functions.count); \(least.value) (\(least.key)) to \(most.value) (\(most.key)) samples each"
            )
        }
        text = lines.joined(separator: "\n")
    }
}

extension TemplateCheck {
    /// Faults, then a table of the patterns, then the sum of both.
    package var report: String {
        let width = (counts.keys.map(\.count).max() ?? 0) + 2
        func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
            let blanks = String(repeating: " ", count: max(0, width - text.count))
            return left ? blanks + text : text + blanks
        }
        func row(_ name: String, _ cells: [String]) -> String {
            padded(name, width) + cells.map { padded($0, 6, left: true) }.joined()
        }
        let languages = TemplateLanguage.allCases
        var lines = faults.map { "error: \($0)" }
        lines.append(row("patterns", languages.map(\.rawValue)))
        for (name, numbers) in counts { lines.append(row(name, languages.map { String(numbers[$0] ?? 0) })) }
        let total = counts.values.reduce(0) { $0 + $1.values.reduce(0, +) }
        lines.append("\(total) patterns, \(faults.count) errors")
        return lines.joined(separator: "\n")
    }
}
