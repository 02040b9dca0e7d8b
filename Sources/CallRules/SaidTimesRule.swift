import Documents
import Functions
import OrderedCollections
import SpokenTime

/// Settles the times that a request says into a call's parameters.
///
/// A small model that reads `half past eight -> 20:30` still writes 14:30 now and then, begins a time with the 20 of a
/// date, or makes up a date. Where the request says one value of a kind, and the call has one parameter of that kind, there
/// is nothing to choose; a span fills a parameter for its start and one for its end. With several of either the
/// model's choice stands. What is said and cannot be written within the schema is told, and not written otherwise.
struct SaidTimesRule: CallRule {
    static let name = "said_times"
    static let languages: Set<SpokenLanguage>? = Set(SpokenLanguage.allCases)

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        guard context.calls == 1 else { return .call(call) }
        let ahead =
            context.before.map { SaidTimes(context.query, at: context.place, after: $0) }
            ?? SaidTimes(context.query, at: context.place)
        guard !ahead.isEmpty else { return .call(call) }
        let said = call.parameters.keys.contains(where: TimeForm.isOver) ? ahead.over : ahead
        var settling = Settling(call: call, schema: context.function.parameters, said: said)
        settling.countsFromADay = Self.countsFromADay(context.query)
        settling.onlyYear = Self.onlyYear(context.query)
        if let date = ahead.date { settling.leanBack(from: date) }
        settling.run()
        if let unsayable = settling.unsayable { return .refused(.requestUnclear, message: unsayable) }
        return .call(settling.call)
    }

    /// The year of the only one that is said anywhere.
    private static func onlyYear(_ query: String) -> Int? {
        let years = Set(query.split { !$0.isNumber }.filter { $0.utf8.count == 4 }.compactMap { Int($0) }).filter {
            (1000...2999).contains($0)
        }
        return years.count == 1 ? years.first : nil
    }

    /// "Today is 3 March": what is said to be today is not what is asked for.
    private static func countsFromADay(_ query: String) -> Bool {
        let text = query.lowercased()
        return ["today is", "now is", "date is", "currently"].contains(where: text.contains)
    }
}

/// One call on its way.
private struct Settling {
    var call: FunctionCall
    let schema: JSONValue
    let said: SaidTimes
    /// What is said and cannot be written.
    var unsayable: String?
    var countsFromADay = false, onlyYear: Int?
    private let forms: [TimeForm]

    init(call: FunctionCall, schema: JSONValue, said: SaidTimes) {
        (self.call, self.schema, self.said) = (call, schema, said)
        forms = call.parameters.keys.compactMap { name in
            schema["properties"]?[name].flatMap { TimeForm(name, $0) }
        }
    }

    mutating func run() {
        settleDescribed()
        settleDates()
        settleClocks()
        settleMoments()
        settleLengths()
    }

    private func taking(_ kind: TimeForm.Kind) -> [TimeForm] {
        forms.filter { $0.kind == kind && $0.role != .birth && !$0.isDescribed }
    }

    private func isRequired(_ name: String) -> Bool {
        schema["required"]?.arrayValue?.contains(.string(name)) ?? false
    }

    private mutating func write(_ value: JSONValue?, _ form: TimeForm, _ words: String) {
        guard let value else { return }
        if let refusal = form.refusal(of: value) {
            unsayable = unsayable ?? "\(words) cannot be said for \(form.name): \(refusal)"
        } else {
            call.parameters[form.name] = value
        }
    }

    private func words(_ holds: (SaidTimes.Value) -> Bool) -> String {
        said.items.filter { $0.standing != .denied && holds($0.value) }.map { "\"\($0.words)\"" }.joined(
            separator: ", ")
    }

    // MARK: Forms that only a description tells

    /// A form that is told in a sentence is less sure: only what is said outright is put in the place of what the model wrote.
    private mutating func settleDescribed() {
        guard !countsFromADay else { return }
        let clock = said.statedClock.map {
            [MomentTemplate.Field.hour: $0.hour, .minute: $0.minute, .second: $0.second]
        }
        for (values, has) in [(dayValues, \MomentTemplate.hasDay), (clock, \MomentTemplate.hasHour)] {
            let taking = forms.filter { $0.template?[keyPath: has] ?? false }
            if let values, taking.count == 1, let form = taking.first, form.isDescribed { merge(values, form) }
        }
    }

    /// The only day of the calendar that is said; a year that is not is the model's.
    private var dayValues: [MomentTemplate.Field: Int]? {
        guard let day = said.calendarDay else { return nil }
        var values: [MomentTemplate.Field: Int] = [.month: day.month, .day: day.day]
        values[.year] = day.year ?? onlyYear ?? said.date?.year
        values[.shortYear] = values[.year].map { $0 % 100 }
        return values
    }

    private mutating func merge(_ values: [MomentTemplate.Field: Int], _ form: TimeForm) {
        guard let template = form.template, let text = call.parameters[form.name]?.stringValue,
            let written = template.read(text)
        else { return }
        let value = JSONValue.string(template.write(written.merging(values) { $1 }))
        if form.refusal(of: value) == nil { call.parameters[form.name] = value }
    }

    // MARK: Days

    /// Puts the last such day in the place of the coming one that the model took, in whatever form it wrote it: `since the
    /// 1st of November` is not the next one.
    mutating func leanBack(from ahead: LocalTime) {
        guard let over = said.date, over.date != ahead.date else { return }
        for (name, value) in call.parameters where TimeForm.isOver(name) {
            guard let text = value.stringValue, text.hasPrefix(ahead.date) else { continue }
            call.parameters[name] = .string(over.date + text.dropFirst(ahead.date.count))
        }
    }

    private mutating func settleDates() {
        for form in forms where form.kind == .date && form.role == .birth {
            write((said.asideDate ?? said.date).map { Self.text($0, form) }, form, "the day")
        }
        let taking = taking(.date)
        guard !taking.isEmpty, !countsFromADay else { return }
        let words = words { if case .day = $0 { true } else { false } }
        if let span = said.daySpan {
            for (form, isEnd) in Self.ends(taking) {
                write(Self.text(isEnd ? span.end : span.start, form), form, words)
            }
            return
        }
        guard taking.count == 1, let form = taking.first else { return }
        if let date = said.date {
            write(Self.text(date, form), form, words)
        } else if let impossible = said.impossibleDays.first {
            unsayable = "\(impossible) is not in the calendar."
        } else if let values = dayValues {
            merge(values, form)
        } else if said.hasUnknownDay || said.deniedDates.contains(call.parameters[form.name]?.stringValue ?? "") {
            // What is not known, or ruled out, is not made up.
            if !isRequired(form.name) { call.parameters[form.name] = nil }
        }
    }

    /// The parameters that a span fills, and whether with its end: two of which the names say it, or the only one, which
    /// takes the beginning unless it is named for the end.
    private static func ends(_ taking: [TimeForm]) -> [(form: TimeForm, isEnd: Bool)] {
        guard taking.count == 1 || (taking.count == 2 && Set(taking.map(\.role)) == [.start, .end]) else { return [] }
        return taking.map { ($0, $0.role == .end) }
    }

    private static func text(_ day: LocalTime, _ form: TimeForm) -> JSONValue {
        .string((form.template ?? .isoDate).write(fields(day, second: 0)))
    }

    private static func fields(_ time: LocalTime, second: Int) -> [MomentTemplate.Field: Int] {
        [
            .year: time.year, .shortYear: time.year % 100, .month: time.month, .day: time.day, .hour: time.hour,
            .minute: time.minute,
            .second: second,
        ]
    }

    // MARK: Times of day

    private mutating func settleClocks() {
        let taking = taking(.clock), words = words { if case .clock = $0 { true } else { false } }
        if let span = said.clockSpan {
            for (form, isEnd) in Self.ends(taking) {
                write(clock(isEnd ? span.end : span.start, second: 0, form), form, words)
            }
            return
        }
        guard taking.count == 1, let form = taking.first else { return }
        if let found = said.clock {
            write(clock(found.moment, second: found.second, form), form, words)
        } else if let impossible = said.impossibleClocks.first {
            unsayable = unsayable ?? "\(impossible) is no time of day."
        }
    }

    /// nil where an offset is needed and not known.
    private func clock(_ time: LocalTime, second: Int, _ form: TimeForm) -> JSONValue? {
        if let template = form.template { return .string(template.write(Self.fields(time, second: second))) }
        let offset = said.place.offset(at: time)
        return offset.isEmpty ? nil : .string("\(time.clock):\(LocalTime.padded(second, 2))\(offset)")
    }

    // MARK: Both

    private mutating func settleMoments() {
        let taking = taking(.moment), words = words { _ in true }
        if let span = said.clockSpan, let date = said.date {
            for (form, isEnd) in Self.ends(taking) {
                let time = isEnd ? span.end : span.start
                let moment = date.at(hour: time.hour, minute: time.minute)
                write(
                    self.moment(isEnd && span.end < span.start ? moment.adding(days: 1) : moment, second: 0, form),
                    form,
                    words)
            }
            return
        }
        guard taking.count == 1, let form = taking.first, !countsFromADay else { return }
        if let found = said.moment {
            write(moment(found.moment, second: found.second, form), form, words)
        } else if let impossible = said.impossibleDays.first {
            unsayable = unsayable ?? "\(impossible) is not in the calendar."
        } else if let impossible = said.impossibleClocks.first {
            unsayable = unsayable ?? "\(impossible) is no time of day."
        }
    }

    private func moment(_ moment: LocalTime, second: Int, _ form: TimeForm) -> JSONValue? {
        if let template = form.template { return .string(template.write(Self.fields(moment, second: second))) }
        return said.place.offset(at: moment).isEmpty ? nil : .string(said.place.dateTime(moment, second: second))
    }

    // MARK: Lengths

    private mutating func settleLengths() {
        guard let length = said.length ?? said.delay else { return }
        let words = words { value in
            switch value {
            case .length, .moment: true
            default: false
            }
        }
        // A length that is counted from now may be meant as a moment, and is no length then.
        if said.length != nil, let form = taking(.length).first, taking(.length).count == 1 {
            write(.string(length.iso8601), form, words)
        }
        let objects = forms.filter { if case .parts = $0.kind { true } else { false } }
        if said.length != nil, objects.count == 1, let form = objects.first, case .parts(let units) = form.kind {
            guard let seconds = length.totalSeconds, let members = TimeForm.members(of: seconds, in: units) else {
                unsayable = unsayable ?? "\(words) cannot be said for \(form.name)."
                return
            }
            write(.object(members), form, words)
        }
        settleCounts(length, words)
    }

    private mutating func settleCounts(_ length: TimeLength, _ words: String) {
        let counts = forms.filter { if case .count = $0.kind { true } else { false } }
        guard counts.count == 1, let form = counts.first, case .count(let unit) = form.kind, let size = unit.seconds
        else { return }
        guard let seconds = length.totalSeconds else {
            unsayable = unsayable ?? "\(words) cannot be said for \(form.name)."
            return
        }
        // Going back is negative, which words like "rewind" say and the model has read.
        let isNegative =
            (call.parameters[form.name]?.doubleValue ?? 0) < 0 && (form.schema["minimum"]?.doubleValue ?? -1) < 0
        let sign = isNegative ? -1 : 1
        if seconds % size == 0 {
            write(.integer(sign * seconds / size), form, words)
        } else if form.schema["type"]?.stringValue == "number" {
            write(.number(Double(sign * seconds) / Double(size)), form, words)
        } else {
            unsayable = unsayable ?? "\(words) are not whole \(form.name)."
        }
    }
}
