import Functions

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
