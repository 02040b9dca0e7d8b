import CallRules
import Documents
import Functions
import OrderedCollections

/// What functions need to know of the calendar.
public struct CalendarNeeds: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The dates of the coming days: a parameter is a date.
    public static let days = CalendarNeeds(rawValue: 1)
    /// The offset from UTC: a parameter has the format `time` or `date-time`, which end in one.
    public static let offset = CalendarNeeds(rawValue: 2)
    /// A parameter is an hour and a minute.
    public static let clock = CalendarNeeds(rawValue: 4)
    /// A parameter has the format `time`.
    public static let time = CalendarNeeds(rawValue: 8)
    /// A parameter has the format `date-time`.
    public static let moment = CalendarNeeds(rawValue: 16)
    /// A parameter has the format `duration`.
    public static let duration = CalendarNeeds(rawValue: 32)
    /// Hours, minutes and seconds are parameters of their own.
    public static let parts = CalendarNeeds(rawValue: 64)
    /// A parameter counts minutes.
    public static let minutes = CalendarNeeds(rawValue: 128)
    /// A parameter is a day of birth, so that such days are told too.
    public static let birthdays = CalendarNeeds(rawValue: 512)
    /// A parameter counts seconds.
    public static let seconds = CalendarNeeds(rawValue: 256)

    /// Whether what is needed depends on when the request is made.
    var askForNow: Bool { !isDisjoint(with: [.days, .offset, .clock]) }

    /// Of the parameters of these functions.
    public init(_ functions: [FunctionDefinition]) {
        self = []
        for function in functions { formUnion(CalendarNeeds(of: function.parameters, depth: 0)) }
    }

    private init(of schema: JSONValue, depth: Int) {
        self = []
        guard depth < 4, let members = schema.objectValue else { return }
        switch members["format"]?.stringValue {
        case "date": insert(.days)
        case "date-time": formUnion([.days, .offset, .moment])
        case "time": formUnion([.offset, .time])
        case "duration": insert(.duration)
        default: if members["pattern"] != nil { insert(form: TimeForm("", schema)) }
        }
        let properties = members["properties"]?.objectValue ?? [:]
        for (name, property) in properties {
            insert(
                name: name.lowercased(), isString: property["type"] == "string", hasHours: properties["hours"] != nil)
            formUnion(CalendarNeeds(of: property, depth: depth + 1))
        }
        for part in [members["items"]].compactMap({ $0 }) + (members["anyOf"]?.arrayValue ?? []) {
            formUnion(CalendarNeeds(of: part, depth: depth + 1))
        }
    }

    /// What a pattern asks for.
    private mutating func insert(form: TimeForm?) {
        switch form?.kind {
        case .date: insert(.days)
        case .clock: insert(.clock)
        case .moment: formUnion([.days, .clock])
        default: break
        }
    }

    /// What a parameter's name says of it.
    private mutating func insert(name: String, isString: Bool, hasHours: Bool) {
        let words = name.split(separator: "_")
        if words.contains(where: { $0.hasPrefix("birth") || $0 == "dob" }) { insert(.birthdays) }
        if words.first == "date" || words.last == "date" { insert(.days) }
        if isString, words.last == "time" { insert(.clock) }
        guard !isString else { return }
        if words.contains("minutes") { insert(hasHours ? .parts : .minutes) }
        if words.contains("seconds"), !hasHours { insert(.seconds) }
    }
}
