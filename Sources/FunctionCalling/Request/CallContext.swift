import Documents
import Foundation
import OrderedCollections
import SpokenTime

/// The field `context`: time, zone, locale, states and whatever else the caller knows beside the dialogue.
public struct CallContext: Sendable, Hashable {
    /// The user's now. nil with a time zone: the server's clock counts.
    public var time: LocalTime?
    /// Seconds east of UTC, where `time` was given with an offset.
    public var offset: Int?
    /// A zone of the IANA data base.
    public var timeZone: String?
    /// A BCP 47 tag, e.g. `en-US`.
    public var locale: String?
    /// States of devices, the room the user is in, and the like.
    public var state: JSONObject = [:]

    /// Nothing is known.
    public init() {}

    /// Reads `context`, each part within its limit.
    package init(json: JSONValue, limits: RequestLimits) throws(FieldError) {
        var fields = try FieldReader(json, path: "context")
        timeZone = try fields.optionalString("timezone")
        let zone = timeZone.flatMap(TimeZone.init(identifier:))
        try FunctionCallRequest.require(
            timeZone == nil || zone != nil, "context.timezone",
            "context.timezone must be a zone of the IANA data base, e.g. \"Asia/Shanghai\"")
        if let text = try fields.optionalString("time") {
            guard let time = LocalTime(iso8601: text, in: zone) else {
                throw FieldError(
                    path: "context.time", reason: .outOfRange,
                    message: "context.time must be ISO 8601, e.g. \"2026-11-24T07:30:00+08:00\"")
            }
            self.time = time
            offset = LocalTime.offset(iso8601: text)
        }
        locale = try fields.optionalString("locale")
        let isTag =
            locale.map { text in
                (2...35).contains(text.utf8.count)
                    && text.utf8.allSatisfy { byte in
                        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                    }
            } ?? true
        try FunctionCallRequest.require(
            isTag, "context.locale", "context.locale must be a language tag, e.g. \"en-US\"")
        if let value = fields.optional("state") {
            guard let members = value.objectValue else {
                throw FieldError(
                    path: "context.state", reason: .wrongType,
                    message: "context.state must be an object, not \(value.typeName)")
            }
            try FunctionCallRequest.require(
                value.utf8().count <= limits.stateBytes, "context.state",
                "context.state must have at most \(limits.stateBytes) bytes of JSON")
            state = members
        }
        try fields.finish()
    }
}

extension CallContext {
    /// The lines that stand before the query; empty where nothing is known.
    ///
    /// - Parameters:
    ///   - needs: what the candidates' parameters ask of the calendar: a small model counts days badly, and cannot know
    ///     an offset.
    ///   - clock: the zone of the server's clock, which counts where the caller names neither time nor zone but the
    ///     candidates need one; nil: then no time is known.
    ///   - now: the server's clock.
    ///   - calendar: what is told of it.
    public func text(
        _ needs: CalendarNeeds, clock: TimeZone? = nil, now: Date = Date(), _ calendar: CalendarLines = .days
    ) -> String {
        var lines: [String] = []
        let place = place(needs, clock: clock, now: now)
        if calendar != .none, let time = place.now {
            var line = "Now: \(time.weekdayName) \(time.date) \(time.clock)"
            if needs.contains(.offset) { line += place.offset(at: time) }
            line += ", \(time.partOfDay)"
            if let timeZone { line += ", \(timeZone)" }
            lines.append(line)
            if needs.contains(.days), calendar == .days {
                let days = (1...7).map { offset in
                    let day = time.adding(days: offset)
                    return "\(offset == 1 ? "tomorrow" : day.weekdayName) \(day.date)"
                }
                lines.append("Days: " + days.joined(separator: ", "))
            }
        }
        if let locale { lines.append("Locale: \(locale)") }
        let known = Self.flat(state, prefix: "", depth: 0)
        if !known.isEmpty { lines.append("State: " + known.joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }

    /// As it came in, to the minute.
    public var json: JSONObject {
        var members: JSONObject = [:]
        // With a zone, the time is the zone's.
        let offset = timeZone == nil ? offset.map(LocalTime.text(ofOffset:)) : nil
        members["time"] = time.map { .string("\($0.date)T\($0.clock)\(offset ?? "")") }
        members["timezone"] = timeZone.map { .string($0) }
        members["locale"] = locale.map { .string($0) }
        if !state.isEmpty { members["state"] = .object(state) }
        return members
    }

    /// The user's now and zone, as far as they are known.
    func place(_ needs: CalendarNeeds, clock: TimeZone?, now: Date = Date()) -> TimePlace {
        let zone = timeZone.flatMap(TimeZone.init(identifier:)) ?? (time == nil && needs.askForNow ? clock : nil)
        return TimePlace(
            now: time ?? zone.map { LocalTime(now, in: $0) }, zone: zone, fixedOffset: offset, locale: locale)
    }

    /// `bedroom.temperature=19` for `{"bedroom": {"temperature": 19}}`; lists stay JSON, line breaks become blanks.
    private static func flat(_ members: JSONObject, prefix: String, depth: Int) -> [String] {
        members.flatMap { name, value -> [String] in
            if depth < 3, let inner = value.objectValue, !inner.isEmpty {
                return flat(inner, prefix: "\(prefix)\(name).", depth: depth + 1)
            }
            return [PromptBuilder.singleLine("\(prefix)\(name)=\(value.stringValue ?? value.text())")]
        }
    }
}
