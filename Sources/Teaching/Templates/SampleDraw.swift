import Digests
import Documents
import Foundation
import Functions
import Grammar
import OrderedCollections
import SpokenTime

/// Draws samples of templates, each at a clock of its own.
package struct SampleDraw {
    /// Why there is no sample.
    package enum Refusal: Error, Hashable {
        /// A phrase of time is nothing or two things at this clock: another draw may do.
        case phrase(TemplateFault)
        /// The template is wrong.
        case template(TemplateFault)

        package var fault: TemplateFault {
            switch self {
            case .phrase(let fault), .template(let fault): fault
            }
        }
    }

    private var random: SplitMix64

    /// 2026-01-01.
    private static let firstDay = LocalTime(Date(timeIntervalSince1970: 1_767_225_600), in: .gmt)

    package init(seed: UInt64) { random = SplitMix64(seed) }

    package mutating func sample(of template: Template) throws(Refusal) -> TaughtSample {
        let now = moment(),
            locale = Bool.random(using: &random) ? template.language.locales.randomElement(using: &random) : nil
        var draw = PatternDraw(template, using: random)
        var turns: [String] = []
        do throws(TemplateError) {
            for pattern in template.history + [template.say] {
                turns.append(SentenceFinish.tidied(try draw.text(of: pattern)))
            }
        } catch {
            throw .template(template.place.fault(error.message))
        }
        random = draw.random
        let query = SentenceFinish.finished(turns.removeLast(), template.language, using: &random)
        guard !query.isEmpty else {
            throw .template(template.place.fault("\(template.say.text): all of it may be left out; keep a word"))
        }
        var call: FunctionCall?
        if template.outcome == .call, let function = template.function {
            let reading = PhraseReading(now: now, locale: locale, template.language)
            let values = try Self.values(draw, reading, turns + [query])
            call = try Self.call(function, values, template, query)
        }
        return TaughtSample(
            query: query, history: turns, now: now, locale: locale, outcome: template.outcome, call: call,
            language: template.language, kind: template.kind)
    }

    /// A minute of 2026 or 2027, between 6 in the morning and midnight, when people speak to their homes.
    private mutating func moment() -> LocalTime {
        let days = Int.random(in: 0..<730, using: &random), minutes = Int.random(in: 360..<1440, using: &random)
        return Self.firstDay.adding(days: days).at(hour: minutes / 60, minute: minutes % 60)
    }

    /// Of the slots that were drawn, and of the template's own call.
    private static func values(
        _ draw: PatternDraw, _ reading: PhraseReading, _ turns: [String]
    ) throws(Refusal) -> JSONObject {
        let template = draw.template
        var values: JSONObject = [:]
        for (slot, entry) in draw.drawn.values where slot.givesValue {
            guard let time = template.use(of: slot), !entry.isExplicit else {
                values[slot.name] = template.value(of: entry, for: slot)
                continue
            }
            let turn = turns.last { $0.lowercased().contains(entry.say.lowercased()) } ?? entry.say
            guard let value = reading.value(of: entry.say, time, in: turn) else {
                throw .phrase(template.place.fault(Self.unread(entry.say, time, template)))
            }
            values[slot.name] = .string(value)
        }
        for (name, value) in template.call {
            guard let text = value.stringValue, let schema = template.function?.properties[name],
                let time = TimeParameter(schema), !TimeParameter.takes(text, schema)
            else {
                values[name] = value
                continue
            }
            guard let read = reading.alone(text, time) else {
                throw .phrase(template.place.fault(Self.unread(text, time, template)))
            }
            values[name] = .string(read)
        }
        return values
    }

    static func unread(_ phrase: String, _ time: TimeParameter, _ template: Template) -> String {
        let kind = time == .date ? "one date" : "one time of day"
        return
            "\"\(phrase)\" (\(template.language.rawValue)) is not read as \(kind); say it otherwise, or give the entry a value"
    }

    /// What is required and has a default takes it where nothing is said.
    private static func call(
        _ function: FunctionDefinition, _ values: JSONObject, _ template: Template, _ query: String
    ) throws(Refusal) -> FunctionCall {
        var ordered: JSONObject = [:]
        let required = Set(function.requiredNames)
        for (name, schema) in function.properties {
            ordered[name] = values[name] ?? (required.contains(name) ? schema["default"] : nil)
        }
        if let name = values.keys.first(where: { ordered[$0] == nil }) {
            throw .template(
                template.place.fault(
                    "\(function.name) has no parameter \(name); it has \(function.properties.keys.joined(separator: ", "))"
                ))
        }
        do throws(SchemaValidator.Violation) {
            try SchemaValidator(function.parameters).validate(.object(ordered))
        } catch {
            throw .template(
                template.place.fault(
                    "\"\(template.say.text)\" gave \"\(query)\" with \(JSONValue.object(ordered).text()), which the schema of \(function.name) refuses: \(error)"
                ))
        }
        return FunctionCall(function: function.name, parameters: ordered)
    }
}
