import OrderedCollections

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
