import Documents
import Functions
import OrderedCollections

/// Sets a call's day, time or length to the one that the request says.
///
/// A 0.5B model that reads `half past eight -> 20:30` still writes 14:30 now and then, and begins a time with the 20 of
/// a date. Where the request says one value of a kind, and the call has one parameter of that kind, there is nothing to
/// choose. With several of either the model's choice stands.
struct SpokenValues: CallRule {
    static let name = "spoken_values"
    static let languages: Set<SpokenLanguage>? = [.english]

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        guard context.calls == 1 else { return .call(call) }
        var call = call
        call.parameters = SaidOnce(context.query, context.place).settled(call.parameters, context.function.parameters)
        return .call(call)
    }
}

/// The values of time that a request says, one of a kind.
private struct SaidOnce {
    private enum Kind: Hashable { case date, clock, time, moment, duration, parts }

    private let values: [Kind: JSONValue]

    init(_ query: String, _ place: TimePlace) {
        let spoken = SpokenTime.all(in: query, now: place.now)
        var found: [Kind: [JSONValue]] = [:]
        func add(_ kind: Kind, _ value: JSONValue) {
            if found[kind]?.contains(value) != true { found[kind, default: []].append(value) }
        }
        func addClock(_ time: LocalTime) {
            add(.clock, .string(time.clock))
            let offset = place.offset(at: time)
            if !offset.isEmpty { add(.time, .string("\(time.clock):00\(offset)")) }
        }
        for time in spoken {
            switch time.value {
            case .day(let date): add(.date, .string(date.date))
            case .clock(let hour, let minute):
                let day = place.now ?? LocalTime(year: 2000, month: 1, day: 1)
                if let moment = day?.at(hour: hour, minute: minute) { addClock(moment) }
            case .moment(let moment):
                addClock(moment)
                if moment.date != place.now?.date { add(.date, .string(moment.date)) }
            case .duration(let duration):
                add(.duration, .string(duration.iso8601))
                add(.parts, .object(duration.members))
            }
        }
        for (_, moment) in place.moments(spoken) where !place.offset(at: moment).isEmpty {
            add(.moment, .string(place.dateTime(moment)))
        }
        values = found.filter { $0.value.count == 1 }.compactMapValues(\.first)
    }

    /// The parameters with what was said; as valid as before, since only values that the schema leaves free are set.
    func settled(_ parameters: JSONObject, _ schema: JSONValue) -> JSONObject {
        guard !values.isEmpty else { return parameters }
        var names: [Kind: [String]] = [:]
        for name in parameters.keys {
            if let kind = schema["properties"]?[name].flatMap(Self.kind) { names[kind, default: []].append(name) }
        }
        var parameters = parameters
        for (kind, names) in names where names.count == 1 {
            if let name = names.first, let value = values[kind] { parameters[name] = value }
        }
        return parameters
    }

    /// nil for a property whose values are bound by more than its kind.
    private static func kind(of schema: JSONValue) -> Kind? {
        guard let members = schema.objectValue, members.keys.allSatisfy(free.contains) else { return nil }
        switch (members["type"]?.stringValue, members["format"]?.stringValue) {
        case ("string", "date"): return .date
        case ("string", "time"): return .time
        case ("string", "date-time"): return .moment
        case ("string", "duration"): return .duration
        case ("string", nil): return members["pattern"]?.stringValue.flatMap { clocks.contains($0) ? .clock : nil }
        case ("object", nil):
            guard let parts = members["properties"]?.objectValue, Set(parts.keys) == ["hours", "minutes", "seconds"],
                parts.values.allSatisfy({ $0["type"] == "integer" && holds($0, upTo: 59) })
            else { return nil }
            return .parts
        default: return nil
        }
    }

    private static func holds(_ schema: JSONValue, upTo value: Double) -> Bool {
        (schema["minimum"]?.doubleValue ?? 0) <= 0 && (schema["maximum"]?.doubleValue ?? value) >= value
            && (schema.objectValue ?? [:]).keys.allSatisfy(["type", "minimum", "maximum", "description"].contains)
    }

    private static let free: Set<String> = [
        "type", "format", "pattern", "properties", "required", "additionalProperties", "description", "title",
        "examples", "default",
    ]
    /// Patterns of every hour and minute, as people write them.
    private static let clocks: Set<String> = [
        "^([01][0-9]|2[0-3]):[0-5][0-9]$", "^([01]\\d|2[0-3]):[0-5]\\d$", "^(?:[01][0-9]|2[0-3]):[0-5][0-9]$",
        "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
    ]
}
