import Documents
import Functions
import Grammar
import OrderedCollections
import SpokenTime

/// What is wrong with templates, found before anything is learnt from them.
package struct TemplateCheck: Sendable {
    /// Each once, in the order of the files.
    package let faults: [TemplateFault]
    /// Patterns by function (or `none`, `unclear`, `dialogues`) and language; functions of the pool without any have none.
    package let counts: OrderedDictionary<String, [TemplateLanguage: Int]>

    /// - Parameter draws: how often each pattern is expanded.
    package init(_ set: TemplateSet, pool: FunctionPool, draws: Int = 12, seed: UInt64 = 1) {
        var faults = OrderedSet(set.faults)
        var draw = SampleDraw(seed: seed)
        var known: Set<String> = []
        for template in set.templates {
            let found = Self.faults(of: template, known: &known)
            faults.append(contentsOf: found)
            guard found.isEmpty else { continue }
            for _ in 0..<draws {
                do throws(SampleDraw.Refusal) {
                    _ = try draw.sample(of: template)
                } catch {
                    // Further draws fail alike, and a phrase fails in every pattern that draws it.
                    if case .phrase(let fault) = error, !known.insert(fault.message).inserted { break }
                    faults.append(error.fault)
                    break
                }
            }
        }
        self.faults = Array(faults)
        var counts: OrderedDictionary<String, [TemplateLanguage: Int]> = [:]
        for function in pool.functions { counts[function.name] = [:] }
        for template in set.templates {
            counts[Self.row(of: template), default: [:]][template.language, default: 0] += 1
        }
        self.counts = counts
    }

    private static func row(of template: Template) -> String {
        switch template.kind {
        case .call: template.function?.name ?? ""
        case .none, .unclear: template.kind.rawValue
        case .missing: "missing"
        case .dialogue: "dialogues"
        }
    }

    /// What is wrong with names and lists, whatever is drawn.
    private static func faults(of template: Template, known: inout Set<String>) -> [TemplateFault] {
        var faults: [TemplateFault] = []
        let names = template.function.map { Array($0.properties.keys) } ?? []
        for slot in template.slots {
            if slot.givesValue, !names.contains(slot.name) {
                let has =
                    names.isEmpty ? "there is no function here" : "the function has \(names.joined(separator: ", "))"
                faults.append(
                    template.place.fault(
                        "{\(slot.text)}: \(has); write {_\(slot.name)} for words that give no value"))
                continue
            }
            if slot.givesValue, template.call[slot.name] != nil {
                faults.append(template.place.fault("\(slot.name) stands in the call and in a slot; take one away"))
            }
            do throws(TemplateError) {
                for fault in try self.faults(of: slot, template, known: &known) where !faults.contains(fault) {
                    faults.append(fault)
                }
            } catch {
                faults.append(template.place.fault(error.message))
            }
        }
        for name in template.call.keys where !names.contains(name) {
            faults.append(
                template.place.fault("call.\(name): no such parameter; known: \(names.joined(separator: ", "))"))
        }
        return faults
    }

    /// Each entry of a slot's list against the parameter, once a list.
    private static func faults(
        of slot: TemplateSlot, _ template: Template, known: inout Set<String>
    ) throws(TemplateError) -> [TemplateFault] {
        let entries = try template.entries(of: slot)
        guard slot.givesValue, let function = template.function, var schema = function.properties[slot.name] else {
            return []
        }
        if case .builtIn(.some) = slot.source { schema = schema["items"] ?? true }
        let key = [template.place.file, function.name, slot.text, template.language.rawValue].joined(separator: " ")
        guard known.insert(key).inserted else { return [] }
        let time = template.use(of: slot)
        return entries.compactMap { entry -> TemplateFault? in
            if let time, !entry.isExplicit {
                let isRead = clocks.allSatisfy { clock in
                    PhraseReading(now: clock, locale: nil, template.language).alone(entry.say, time) != nil
                }
                let message = SampleDraw.unread(entry.say, time, template)
                return isRead || !known.insert(message).inserted ? nil : template.place.fault(message)
            }
            do throws(SchemaValidator.Violation) {
                try SchemaValidator(schema).validate(entry.value)
                return nil
            } catch {
                return template.place.fault(
                    "{\(slot.text)}: \(entry.value.text()), said \"\(entry.say)\", is refused by \(function.name).\(slot.name): \(error)"
                )
            }
        }
    }

    /// A morning, an evening, a leap day and the last day of a year.
    private static let clocks: [LocalTime] = [
        "2026-01-05T06:10", "2026-07-18T21:40", "2027-02-28T12:00", "2027-12-31T23:59",
    ].compactMap { LocalTime(iso8601: $0) }
}
