/// Formats that are enforced, as patterns. They accept a subset of what the named standard allows.
package enum Formats {
    package static let patterns: [String: String] = [
        "date": anchored(date),
        "time": anchored(time),
        "date-time": anchored(date + "[Tt]" + time),
        "duration": anchored(duration),
        "email": anchored("[a-zA-Z0-9_+-]+(\\.[a-zA-Z0-9_+-]+)*@" + host),
        "hostname": anchored(host),
        "ipv4": anchored(octet + "(\\." + octet + "){3}"),
        "ipv6": anchored(ipv6),
        "uuid": anchored("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        "uri": anchored("[a-zA-Z][a-zA-Z0-9+.-]*:" + uriBody),
    ]

    private static func anchored(_ pattern: String) -> String { "^(?:" + pattern + ")$" }

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

    /// RFC 1123 labels of at most 63 characters.
    private static let host = label + "(\\." + label + "){0,7}"
    private static let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
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
