/// The values of `format` that are kept: the one table that decoding, the validator and `/v1/schema-keywords` read.
///
/// Decoding writes what `pattern` matches, a subset of what the standard allows; the validator takes what `accepts` takes,
/// at least as much. A format that is not here is an annotation, as JSON Schema has it (2020-12, validation, 7.2.1).
public struct StringFormat: Sendable {
    public let name: String
    /// What decoding writes, anchored.
    public let pattern: String
    /// What the validator takes, in words.
    public let accepted: String
    /// Whether the validator takes a text.
    public let accepts: @Sendable (String) -> Bool

    private init(
        _ name: String, _ pattern: String, _ accepted: String, _ accepts: @escaping @Sendable (String) -> Bool
    ) {
        (self.name, self.pattern, self.accepted, self.accepts) = (name, "^(?:" + pattern + ")$", accepted, accepts)
    }

    /// In the order of their names.
    public static let all: [StringFormat] = [
        StringFormat("date", date, "RFC 3339 full-date: a day of the calendar", FormatChecks.isDate),
        StringFormat(
            "date-time", date + "[Tt]" + time, "RFC 3339 date-time, leap seconds too", FormatChecks.isDateTime),
        StringFormat(
            "duration", duration, "RFC 3339, appendix A: units in order, none left out in between",
            FormatChecks.isDuration),
        StringFormat(
            "email", "[a-zA-Z0-9_+-]+(\\.[a-zA-Z0-9_+-]+)*@" + host, "one @ with text without blanks on both sides",
            FormatChecks.isEmail),
        StringFormat(
            "hostname", host, "RFC 1123: labels of 1 to 63 letters, digits and inner hyphens, 253 characters in all",
            FormatChecks.isHostname),
        StringFormat("ipv4", octet + "(\\." + octet + "){3}", "four numbers to 255", FormatChecks.isIPv4),
        StringFormat("ipv6", ipv6, "RFC 4291, one :: at most, an IPv4 address at the end too", FormatChecks.isIPv6),
        StringFormat("time", time, "RFC 3339 full-time: a zone is needed, leap seconds too", FormatChecks.isTime),
        StringFormat(
            "uri", "[a-zA-Z][a-zA-Z0-9+.-]*:" + uriBody, "RFC 3986: a scheme, then the characters of a URI",
            FormatChecks.isURI),
        StringFormat(
            "uuid", "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "RFC 9562: 8-4-4-4-12 hexadecimal digits",
            FormatChecks.isUUID),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// nil for a format that is an annotation.
    public static func named(_ name: String) -> StringFormat? { byName[name] }

    /// RFC 3339 full-date with the days of each month; 29 February only in leap years.
    private static let date: String = {
        let leap = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29"
        let year = "([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
        let days =
            "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
        return "(\(leap)|\(year)-\(days))"
    }()

    /// RFC 3339 full-time without leap seconds.
    private static let time =
        "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"

    /// RFC 3339, appendix A: at least one part, in order, none left out in between.
    private static let duration: String = {
        let number = "[0-9]{1,9}"
        let time = "T(\(number)H(\(number)M(\(number)S)?)?|\(number)M(\(number)S)?|\(number)S)"
        let date = "(\(number)D|\(number)M(\(number)D)?|\(number)Y(\(number)M(\(number)D)?)?)"
        return "P(\(date)(\(time))?|\(time)|\(number)W)"
    }()

    /// RFC 1123 in two forms that never pass 253 characters: three labels of at most 63, or eight of at most 30.
    private static let host = "(" + host(inner: 61, more: 2) + "|" + host(inner: 28, more: 7) + ")"
    private static func host(inner: Int, more: Int) -> String {
        let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,\(inner)}[a-zA-Z0-9])?"
        return label + "(\\." + label + "){0,\(more)}"
    }
    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

    /// RFC 3986 characters, percent-encoding in pairs; no brackets.
    private static let uriBody: String = {
        let part = "([a-zA-Z0-9._~!$&'()*+,;=:@/-]|%[0-9a-fA-F]{2})"
        return "\(part)+(\\?(\(part)|\\?)*)?(#(\(part)|\\?)*)?"
    }()

    /// RFC 4291, the full form and those with one `::`.
    private static let ipv6: String = {
        let group = "[0-9a-fA-F]{1,4}"
        var forms = ["(\(group):){7}\(group)", "::"]
        for before in 0...7 {
            for after in 0...(7 - before) where before + after > 0 {
                let left = before == 0 ? ":" : "(\(group):){\(before)}"
                let right = after == 0 ? ":" : "(:\(group)){\(after)}"
                forms.append(left + right)
            }
        }
        return "(" + forms.joined(separator: "|") + ")"
    }()
}
