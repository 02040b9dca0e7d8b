/// How a date or a time of day is written: `YYYY-MM-DD`, `MM/DD/YYYY`, `HH:MM`, `YYYY-MM-DDTHH:MM:SSZ` …
package struct MomentTemplate: Sendable, Hashable {
    package enum Field: Sendable, Hashable { case year, shortYear, month, day, hour, minute, second }
    package enum Part: Sendable, Hashable {
        case field(Field)
        case literal(String)
    }

    package private(set) var parts: [Part]
    /// Hours to twelve, with AM or PM at the end.
    package let isTwelve: Bool

    package init(_ parts: [Part], isTwelve: Bool = false) { (self.parts, self.isTwelve) = (parts, isTwelve) }

    package static let isoDate = MomentTemplate([
        .field(.year), .literal("-"), .field(.month), .literal("-"), .field(.day),
    ])
    package static let clock = MomentTemplate([.field(.hour), .literal(":"), .field(.minute)])

    package var hasDay: Bool { parts.contains(.field(.day)) && parts.contains(.field(.month)) }
    package var hasHour: Bool { parts.contains(.field(.hour)) }

    /// Of the whole text, without anchors.
    package var pattern: String {
        parts.map { part in
            switch part {
            case .literal(let text): StatedFormat.escaped(text)
            case .field(.year): "[0-9]{4}"
            case .field(.shortYear): "[0-9]{2}"
            case .field(.month): "(0[1-9]|1[0-2])"
            case .field(.day): "(0[1-9]|[12][0-9]|3[01])"
            case .field(.hour): isTwelve ? "(0[1-9]|1[0-2])" : "([01][0-9]|2[0-3])"
            case .field(.minute), .field(.second): "[0-5][0-9]"
            }
        }.joined() + (isTwelve ? " (AM|PM)" : "")
    }

    /// The numbers that a text of this form holds; nil for another text.
    package func read(_ text: String) -> [Field: Int]? {
        var rest = Substring(text), values: [Field: Int] = [:]
        for part in parts {
            switch part {
            case .literal(let text):
                guard rest.hasPrefix(text) else { return nil }
                rest = rest.dropFirst(text.count)
            case .field(let field):
                let width = field == .year ? 4 : 2
                guard rest.count >= width, let value = Int(rest.prefix(width)) else { return nil }
                values[field] = value
                rest = rest.dropFirst(width)
            }
        }
        guard isTwelve, let hour = values[.hour] else { return rest.isEmpty ? values : nil }
        guard rest == " AM" || rest == " PM" else { return nil }
        values[.hour] = hour % 12 + (rest == " PM" ? 12 : 0)
        return values
    }

    package func write(_ values: [Field: Int]) -> String {
        let text = parts.map { part -> String in
            switch part {
            case .literal(let text): return text
            case .field(let field):
                var value = values[field] ?? 0
                if field == .hour, isTwelve { value = (value + 11) % 12 + 1 }
                let digits = String(value)
                return String(repeating: "0", count: max(0, (field == .year ? 4 : 2) - digits.count)) + digits
            }
        }.joined()
        return isTwelve ? text + ((values[.hour] ?? 0) < 12 ? " AM" : " PM") : text
    }
}
