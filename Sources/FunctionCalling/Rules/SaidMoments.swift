import Documents
import Functions
import OrderedCollections

/// The days and times of day that a request names outright: `10th of March 2023`, `2023.10.2`, `5 in the afternoon`.
///
/// A small model writes the form that is asked for but now and then another day or hour than the one said. Where a request
/// names one day, a call has one parameter for a day, and the two differ, what was said counts.
struct SaidMoments: CallRule {
    static let name = "said_moments"
    static let languages: Set<SpokenLanguage>? = [.english]

    typealias Values = [MomentTemplate.Field: Int]

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        var call = call
        call.parameters = corrected(call.parameters, context)
        return .call(call)
    }

    /// The parameters with what was said, where one parameter of the call takes it.
    private func corrected(_ parameters: JSONObject, _ context: RuleContext) -> JSONObject {
        let words = SpokenWords(context.query), schema = context.function.parameters
        guard context.calls == 1, !words.countsFromAMoment else { return parameters }
        let (days, times) = (words.namedDays, words.namedTimes)
        guard days.count == 1 || times.count == 1 else { return parameters }
        var result = parameters
        let templates = parameters.compactMap {
            name, value -> (name: String, template: MomentTemplate, values: Values)? in
            guard let template = Self.template(of: schema["properties"]?[name] ?? .null),
                let text = value.stringValue, let values = template.read(text)
            else { return nil }
            return (name, template, values)
        }
        for (said, has) in [(days, \MomentTemplate.hasDay), (times, \MomentTemplate.hasHour)] {
            let taking = templates.filter { $0.template[keyPath: has] }
            guard said.count == 1, let said = said.first, taking.count == 1, let place = taking.first,
                let text = result[place.name]?.stringValue, let values = place.template.read(text)
            else { continue }
            result[place.name] = .string(place.template.write(values.merging(said) { $1 }))
        }
        return result
    }

    /// The one form that a parameter has by its schema or its description.
    private static func template(of schema: JSONValue) -> MomentTemplate? {
        guard schema["type"]?.stringValue == "string", schema["enum"] == nil else { return nil }
        if schema["format"]?.stringValue == "date" { return .isoDate }
        guard schema["format"] == nil, schema["pattern"] == nil else { return nil }
        let found = StatedFormat.moments(in: Array(schema["description"]?.stringValue ?? ""))
        return found.count == 1 ? found.first : nil
    }
}

extension SpokenWords {
    /// Whether something is to be counted from a day or time that is said (`two days after …`), or a day is said to be
    /// today: then what the request wants is not what it names.
    fileprivate var countsFromAMoment: Bool {
        for (word, next) in zip(words, words.dropFirst()) {
            if Self.spans.contains(word), Self.relations.contains(next) { return true }
            if ["today", "currently", "date", "now"].contains(word), next == "is" { return true }
        }
        return words.contains("currently")
    }

    private static let spans: Set<String> = [
        "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute", "minutes",
    ]
    private static let relations: Set<String> = ["after", "before", "from", "later", "earlier", "prior", "ahead"]

    /// Different ones, with the only year of the request where theirs is not said.
    fileprivate var namedDays: [SaidMoments.Values] {
        distinct { index in
            guard let (date, end) = date(at: index) else { return nil }
            var values: SaidMoments.Values = [.month: date.month, .day: date.day]
            values[.year] = date.year ?? onlyYear
            return (values, end)
        }
    }

    /// Different ones whose half of the day is said, and `9:00` as it is written. A bare number is none.
    fileprivate var namedTimes: [SaidMoments.Values] {
        distinct { index in
            guard let (said, part, end) = clock(at: index, speaksOfTime: true) else { return nil }
            let isWritten = self[index]?.contains(":") == true
            var clock = said
            clock.isCertain = clock.isCertain || (isWritten && part == nil)
            guard clock.isCertain || part != nil, isWritten || end > index + 1 || number(at: index) == nil else {
                return nil
            }
            let time = clock.resolved(part: part, now: nil, isToday: false, prefersMorning: false)
            return ([.hour: time.hour, .minute: time.minute, .second: 0], end)
        }
    }

    private func distinct(
        _ read: (_ index: Int) -> (values: SaidMoments.Values, end: Int)?
    ) -> [SaidMoments.Values] {
        var found: [SaidMoments.Values] = [], index = 0
        while index < count {
            guard let (values, end) = read(index) else {
                index += 1
                continue
            }
            if !found.contains(values) { found.append(values) }
            index = end
        }
        return found
    }
}
