import Digests
import Documents
import OrderedCollections

/// One draw of a template's patterns: what each slot was filled with holds for all of them.
package struct PatternDraw {
    package let template: Template
    private(set) var random: SplitMix64
    /// By the slot's name; those that give no value have names with `_`.
    private(set) var drawn: OrderedDictionary<String, (slot: TemplateSlot, entry: ValueEntry)> = [:]

    package init(_ template: Template, using random: SplitMix64) { (self.template, self.random) = (template, random) }

    /// - Throws: for a slot without words.
    package mutating func text(of pattern: TemplatePattern) throws(TemplateError) -> String {
        try text(of: pattern.parts)
    }

    private mutating func text(of parts: [TemplatePattern.Part]) throws(TemplateError) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .words(let words): text += words
            case .slot(let slot): text += try words(of: slot)
            case .optional(let branches):
                if Bool.random(using: &random) { text += try self.text(of: pick(branches)) }
            case .choice(let branches): text += try self.text(of: pick(branches))
            }
        }
        return text
    }

    private mutating func pick(_ branches: [[TemplatePattern.Part]]) -> [TemplatePattern.Part] {
        branches.randomElement(using: &random) ?? []
    }

    private mutating func words(of slot: TemplateSlot) throws(TemplateError) -> String {
        let name = slot.givesValue ? slot.name : "_\(slot.name)"
        if let known = drawn[name] { return known.entry.say }
        let entry = try entry(for: slot)
        drawn[name] = (slot, entry)
        return entry.say
    }

    private mutating func entry(for slot: TemplateSlot) throws(TemplateError) -> ValueEntry {
        let entries = try template.entries(of: slot)
        let found: ValueEntry?
        switch slot.source {
        case .list: found = entries.randomElement(using: &random)
        case .builtIn(.some(_, let counts)): found = some(of: entries, counts)
        case .builtIn(let list): found = list.draw(template.language, using: &random)
        }
        guard let found else { throw TemplateError("{\(slot.text)}: there is nothing to draw from") }
        return found
    }

    /// Several entries with words and values of their own, as few where there are no more.
    private mutating func some(of entries: [ValueEntry], _ counts: ClosedRange<Int>) -> ValueEntry {
        let count = Int.random(in: counts, using: &random)
        var chosen: [ValueEntry] = []
        for entry in entries.shuffled(using: &random) where chosen.count < count {
            if !chosen.contains(where: { $0.value == entry.value || $0.say == entry.say }) { chosen.append(entry) }
        }
        return ValueEntry(
            say: template.language.joined(chosen.map(\.say)), value: .array(chosen.map(\.value)))
    }
}
