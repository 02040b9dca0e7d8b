import Foundation
import OrderedJSON

/// What the caller knows beside the dialogue: the field `context`.
public struct CallContext: Sendable, Hashable {
    /// The user's now. nil with a time zone: the server's clock counts.
    public var time: LocalTime?
    /// A zone of the IANA data base.
    public var timeZone: String?
    /// A BCP 47 tag, e.g. `en-US`.
    public var locale: String?
    /// States of devices, the room the user is in, and the like.
    public var state: JSONObject = [:]

    public init() {}

    init(json: JSONValue, limits: RequestLimits) throws(FieldError) {
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
    ///   - listsDays: also write the dates of the coming week, for functions that take a date: a small model counts
    ///     days badly.
    ///   - now: the server's clock, used where the caller names a zone but no time.
    public func text(listsDays: Bool, now: Date = Date()) -> String {
        var lines: [String] = []
        let zone = timeZone.flatMap(TimeZone.init(identifier:))
        if let time = time ?? zone.map({ LocalTime(now, in: $0) }) {
            var line = "Now: \(time.weekdayName) \(time.date) \(time.clock), \(time.partOfDay)"
            if let timeZone { line += ", \(timeZone)" }
            lines.append(line)
            if listsDays {
                let days = (1...7).map { offset in
                    let day = time.adding(days: offset)
                    return "\(offset == 1 ? "tomorrow" : day.weekdayName) \(day.date)"
                }
                lines.append("Days: " + days.joined(separator: ", "))
            }
        }
        if let locale { lines.append("Locale: \(locale)") }
        if !state.isEmpty {
            lines.append(
                "State: " + state.map { "\($0.key)=\($0.value.stringValue ?? $0.value.text())" }.joined(separator: ", ")
            )
        }
        return lines.joined(separator: "\n")
    }
}
