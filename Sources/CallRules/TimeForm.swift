import Functions
import Documents
import Functions
import Grammar
import OrderedCollections
import SpokenTime

/// How a parameter takes a time, by its schema: as a date, a time of day, both, a length, or a count of a unit.
package struct TimeForm: Sendable {
    package enum Kind: Sendable, Hashable {
        case date, clock, moment, length
        case count(TimeUnit)
        /// Days, hours, minutes and seconds as members of their own.
        case parts([TimeUnit])
    }
    /// What the name says of the part that the parameter plays.
    enum Role: Sendable, Hashable { case start, end, birth }

    let name: String
    package let kind: Kind
    let role: Role?
    /// How a date or a time of day is written.
    private(set) var template: MomentTemplate?
    /// Only the description tells the form: then nothing that is guessed is written.
    private(set) var isDescribed = false
    let schema: JSONValue

    /// nil for a parameter that takes no time, or only some times.
    package init?(_ name: String, _ schema: JSONValue) {
        guard let members = schema.objectValue, members["enum"] == nil, members["const"] == nil else { return nil }
        (self.name, self.schema) = (name, schema)
        let words = Self.words(name)
        role = Self.role(words)
        switch (members["type"]?.stringValue, members["format"]?.stringValue) {
        case ("string", "date"): (kind, template) = (.date, .isoDate)
        case ("string", "time"): kind = .clock
        case ("string", "date-time"): kind = .moment
        case ("string", "duration"): kind = .length
        case ("string", nil):
            let described = StatedFormat.moments(in: Array(members["description"]?.stringValue ?? ""))
            let found = members["pattern"] == nil ? described : Self.templates(of: schema, described: described)
            guard found.count == 1, let template = found.first else { return nil }
            (self.template, isDescribed) = (template, members["pattern"] == nil)
            kind = template.hasDay ? (template.hasHour ? .moment : .date) : .clock
            guard template.hasDay || template.hasHour else { return nil }
        case ("integer", nil), ("number", nil):
            guard let unit = words.lazy.compactMap({ Self.units[$0] }).first else { return nil }
            kind = .count(unit)
        case ("object", nil):
            let names = members["properties"]?.objectValue.map { Array($0.keys) } ?? []
            let units = names.compactMap { Self.units[$0] }
            let areWhole = names.allSatisfy { members["properties"]?[$0]?["type"] == "integer" }
            guard units.count == names.count, units.count > 1, areWhole, Set(units).count == units.count else {
                return nil
            }
            kind = .parts(units.sorted(by: >))
        default: return nil
        }
    }

    /// - Returns: what is wrong with the value; nil if the schema takes it.
    func refusal(of value: JSONValue) -> String? {
        do {
            try SchemaValidator(schema).validate(value)
            return nil
        } catch {
            return error.message
        }
    }

    // MARK: Names

    /// `startTime` and `start_time` as words.
    private static func words(_ name: String) -> [String] {
        var words: [String] = [""]
        for character in name {
            if !character.isLetter {
                words.append("")
            } else if character.isUppercase, words.last?.last?.isLowercase == true {
                words.append(character.lowercased())
            } else {
                words[words.count - 1] += character.lowercased()
            }
        }
        return words.filter { !$0.isEmpty }
    }

    /// Whether the name asks for a time that is over: `since`, `created_after`, `sentOn`.
    static func isOver(_ name: String) -> Bool {
        words(name).contains {
            [
                "since", "newer", "created", "modified", "updated", "edited", "received", "sent", "taken", "uploaded",
                "recorded",
            ].contains($0)
        }
    }

    private static func role(_ words: [String]) -> Role? {
        if words.contains(where: { ["birth", "birthday", "birthdate", "dob", "born"].contains($0) }) { return .birth }
        if words.contains(where: { ["start", "from", "begin", "since", "departure", "checkin", "in"].contains($0) }) {
            return .start
        }
        if words.contains(where: { ["end", "until", "till", "to", "return", "checkout", "out"].contains($0) }) {
            return .end
        }
        return nil
    }

    /// Plurals alone: an `hour` or a `day` is one of the clock or the calendar, and no length.
    private static let units: [String: TimeUnit] = [
        "seconds": .second, "secs": .second, "minutes": .minute, "mins": .minute, "hours": .hour, "days": .day,
        "weeks": .week,
    ]

    // MARK: Lengths as members

    /// A length in units, the largest first; nil where the smallest cannot hold the rest.
    package static func members(of seconds: Int, in units: [TimeUnit]) -> JSONObject? {
        var rest = seconds, members: JSONObject = [:]
        for unit in units {
            guard let size = unit.seconds, let name = names[unit] else { return nil }
            members[name] = .integer(rest / size)
            rest %= size
        }
        return rest == 0 ? members : nil
    }

    private static let names: [TimeUnit: String] = [
        .second: "seconds", .minute: "minutes", .hour: "hours", .day: "days", .week: "weeks",
    ]

    // MARK: Patterns

    /// The forms whose every value the schema takes, where it takes nothing else; of day and month in either order the one described.
    private static func templates(of schema: JSONValue, described: [MomentTemplate]) -> [MomentTemplate] {
        let validator = SchemaValidator(schema)
        func takes(_ text: String) -> Bool { (try? validator.validate(.string(text))) != nil }
        guard !["", "x", "hello", "7", "12", "a1b2"].contains(where: takes) else { return [] }
        let found = MomentTemplate.usual.filter { template in
            MomentTemplate.samples.allSatisfy { takes(template.write($0)) }
        }
        let chosen = found.filter(described.contains)
        return chosen.isEmpty ? found : chosen
    }
}

extension MomentTemplate {
    /// Forms that patterns are tried with.
    static let usual: [MomentTemplate] = {
        func parts(_ text: String) -> [Part] {
            let fields: [Character: Field] = [
                "Y": .year, "M": .month, "D": .day, "h": .hour, "m": .minute, "s": .second,
            ]
            return text.map { fields[$0].map { .field($0) } ?? .literal(String($0)) }
        }
        let days = ["Y-M-D", "D.M.Y", "D/M/Y", "M/D/Y", "Y/M/D", "YMD"], clocks = ["h:m", "h:m:s", "hm", "h.m"]
        let both = ["Y-M-DTh:m", "Y-M-DTh:m:s", "Y-M-D h:m", "Y-M-D h:m:s"]
        return (days + clocks + both).map { MomentTemplate(parts($0)) } + [MomentTemplate(parts("h:m"), isTwelve: true)]
    }()

    /// Values at the edges of what a form can hold.
    static let samples: [[Field: Int]] = [
        (2026, 1, 2, 0, 5, 0), (2027, 12, 31, 23, 59, 59), (2026, 10, 20, 12, 30, 0), (2028, 2, 29, 7, 45, 10),
        (2030, 8, 9, 19, 0, 7),
    ].map { [.year: $0.0, .month: $0.1, .day: $0.2, .hour: $0.3, .minute: $0.4, .second: $0.5] }
}
