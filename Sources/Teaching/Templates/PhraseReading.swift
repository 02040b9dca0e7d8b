import Documents
import Grammar
import SpokenTime
import Foundation

extension TimeParameter {
    static func takes(_ text: String, _ schema: JSONValue) -> Bool {
        (try? SchemaValidator(schema).validate(.string(text))) != nil
    }
}

/// What a phrase of time comes to at a sample's clock, read as the pipeline reads it for its prompt.
package struct PhraseReading {
    private let place: TimePlace
    private let language: TemplateLanguage

    package init(now: LocalTime, locale: String?, _ language: TemplateLanguage) {
        place = TimePlace(now: now, zone: nil, fixedOffset: nil, locale: locale)
        self.language = language
    }

    /// As the prompt will show it, or else of the phrase by itself; nil for nothing or for more than one thing. Within its
    /// sentence a time of day may be told apart: "wake me at seven" is in the morning.
    package func value(of phrase: String, _ kind: TimeParameter, in sentence: String) -> String? {
        guard let alone = alone(phrase, kind) else { return nil }
        guard let range = sentence.range(of: phrase, options: .caseInsensitive) else { return alone }
        return value(in: sentence, range, kind) ?? alone
    }

    /// nil for nothing or for more than one thing. "20 heures" is a length by itself and a time of day behind "à".
    package func alone(_ phrase: String, _ kind: TimeParameter) -> String? {
        if let value = value(in: phrase, phrase.startIndex..<phrase.endIndex, kind) { return value }
        guard kind == .clock, let preposition = Self.prepositions[language] else { return nil }
        let text = preposition + phrase
        return value(in: text, text.startIndex..<text.endIndex, kind)
    }

    private static let prepositions: [TemplateLanguage: String] = [.en: "at ", .de: "um ", .fr: "à ", .es: "a "]

    private func value(in text: String, _ range: Range<String.Index>, _ kind: TimeParameter) -> String? {
        let spoken = SpokenTimes(in: text, locale: place.locale)
        let values = SaidTimes(spoken, at: place).items.compactMap { item -> String? in
            guard spoken.mentions[item.index].range.overlaps(range) else { return nil }
            switch (kind, item.value) {
            case (.date, .day(let day)), (.date, .moment(let day)): return day.date
            case (.clock, .clock(let hour, let minute, _)): return place.now?.at(hour: hour, minute: minute).clock
            case (.clock, .moment(let moment)): return moment.clock
            default: return nil
            }
        }
        return Set(values).count == 1 ? values.first : nil
    }
}
