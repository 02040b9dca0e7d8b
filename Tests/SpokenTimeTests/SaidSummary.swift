import Foundation
import SpokenTime
import Testing

/// What a request says of time, in a line: `2026-11-25 07:30`, `2026-12-24`, `14:00..16:00`, `PT10M`; empty for nothing.
enum SaidSummary {
    /// Tuesday morning in Berlin.
    static let place = TimePlace(
        now: LocalTime(iso8601: "2026-11-24T09:30:00"), zone: TimeZone(identifier: "Europe/Berlin"), fixedOffset: nil)

    static func of(_ text: String, locale: String? = nil, at place: TimePlace = place) -> String {
        var place = place
        place.locale = locale
        let said = SaidTimes(text, at: place)
        var parts: [String] = []
        if let span = said.daySpan { parts.append("\(span.start.date)..\(span.end.date)") }
        if let span = said.clockSpan {
            let date = said.daySpan == nil && hasDay(said) ? said.date.map { "\($0.date) " } ?? "" : ""
            parts.append("\(date)\(span.start.clock)..\(span.end.clock)")
        } else if said.daySpan == nil, let moment = said.moment {
            parts.append(
                "\(moment.moment.date) \(moment.moment.clock)" + (moment.second > 0 ? ":\(moment.second)" : ""))
        } else if said.daySpan == nil, let date = said.date {
            parts.append(date.date)
        } else if let clock = said.clock {
            parts.append(clock.moment.clock)
        }
        if let length = said.length { parts.append(length.iso8601) }
        return parts.joined(separator: ", ")
    }

    private static func hasDay(_ said: SaidTimes) -> Bool {
        said.items.contains { item in if case .day = item.value { item.standing == .meant } else { false } }
    }

    /// Records what differs and the share that is right; fails below `least`.
    static func check(_ table: [(String, String)], least: Double, _ language: String) {
        let wrong = table.compactMap { text, expected -> String? in
            let found = of(text)
            return found == expected ? nil : "\(text): read \"\(found)\", right \"\(expected)\""
        }
        let share = Double(table.count - wrong.count) / Double(max(1, table.count))
        #expect(
            share >= least,
            "\(language): \(table.count - wrong.count) of \(table.count) right, \(Int(share * 1000)) of 1000; \(wrong.joined(separator: "\n"))"
        )
        // No phrasing may make up a day that nobody said.
        let invented = table.filter { text, expected in
            let found = of(text)
            return found != expected && expected.isEmpty
        }
        #expect(invented.isEmpty, "\(language) reads where nothing is said: \(invented.map(\.0))")
    }
}
