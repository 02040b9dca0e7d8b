import Documents
import Functions
import Judging

/// The same value written otherwise: 23:00 as 11 pm, 2019-03-03 as March 3, 2019, 4 as four. Each is one that the judge's rules
/// know to be the same.
enum OtherNotation {
    /// nil: no other notation is known for the text.
    static func of(_ text: String) -> String? {
        let candidates = [time(text), date(text), number(text)]
        return candidates.compactMap { $0 }.first { $0 != text && Notation.equal(text, $0) }
    }

    /// `23:05` as `11:05 pm`.
    private static func time(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        let twelve = hour % 12 == 0 ? 12 : hour % 12
        return (minute == 0 ? "\(twelve)" : "\(twelve):\(parts[1])") + (hour < 12 ? " am" : " pm")
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// `2019-03-03` as `March 3, 2019`.
    private static func date(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return "\(months[month - 1]) \(day), \(year)"
    }

    private static let words = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ]

    /// `4` as `four`, and the other way round.
    private static func number(_ text: String) -> String? {
        if let number = Int(text), words.indices.contains(number), "\(number)" == text { return words[number] }
        return words.firstIndex(of: text.lowercased()).map { "\($0)" }
    }
}
