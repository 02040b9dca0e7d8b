import Digests
import Functions

/// Templates by what is drawn in turn: the function, the language, the pattern.
struct TemplateGroups {
    private typealias Group = [(language: TemplateLanguage, templates: [Template])]

    private let groups: [Group]
    /// Sums of the groups' weights up to and with each.
    private let bounds: [Double]

    /// A function weighs as the square root of its patterns: what has many gets more samples, but not all of them.
    init(_ templates: [Template]) {
        var byFunction: [String: [Template]] = [:]
        for template in templates {
            let name = template.kind == .call ? template.function?.name ?? "" : ""
            byFunction[name, default: []].append(template)
        }
        let sorted = byFunction.sorted { $0.key < $1.key }.map(\.value)
        groups = sorted.map { templates in
            TemplateLanguage.allCases.map { language in (language, templates.filter { $0.language == language }) }
                .filter { !$0.1.isEmpty }
        }
        var sum = 0.0
        bounds = sorted.map { templates in
            sum += Double(templates.count).squareRoot()
            return sum
        }
    }

    /// nil where there is none.
    func pick(using random: inout SplitMix64) -> Template? {
        guard let total = bounds.last else { return nil }
        let place = Double.random(in: 0..<total, using: &random)
        guard let index = bounds.firstIndex(where: { place < $0 }) else { return nil }
        let group = groups[index]
        var rest = Double.random(in: 0..<group.reduce(0) { $0 + $1.language.share }, using: &random)
        for (language, templates) in group {
            rest -= language.share
            if rest < 0 { return templates.randomElement(using: &random) }
        }
        return group.last?.templates.randomElement(using: &random)
    }
}
