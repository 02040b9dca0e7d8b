/// Whether two texts are two notations of one value: 23:00 and 11 pm, 2019-03-03 and March 3, 2019, 4 and four,
/// "the Beatles" and "beatles" (the paper's judge accepts them, 3.1).
package struct Notation {
    /// As the canonical matcher compares texts.
    package let folded: String
    private let words: NotationWords?
    private let moments: [Moment]

    /// A day, a time of day, or both.
    private struct Moment {
        var date: CalendarDate?, time: TimeOfDay?

        func equals(_ other: Moment) -> Bool {
            switch ((date, other.date), (time, other.time)) {
            case ((let date?, let otherDate?), (nil, nil)): date.equals(otherDate)
            case ((nil, nil), (let time?, let otherTime?)): time.equals(otherTime)
            case ((let date?, let otherDate?), (let time?, let otherTime?)):
                date.equals(otherDate) && time.equals(otherTime)
            default: false
            }
        }
    }

    init(_ text: String) {
        folded = TextFolding.fold(text)
        words = NotationWords(text)
        moments = words.map { Self.moments($0.words) } ?? []
    }

    func equals(_ other: Notation) -> Bool {
        if folded == other.folded { return true }
        guard let words, let otherWords = other.words, !words.words.isEmpty, !otherWords.words.isEmpty else {
            return false
        }
        if let number = words.number, let otherNumber = otherWords.number { return number == otherNumber }
        if words.plain == otherWords.plain { return true }
        return moments.contains { moment in other.moments.contains { moment.equals($0) } }
    }

    package static func equal(_ first: String, _ second: String) -> Bool { Notation(first).equals(Notation(second)) }

    private static func moments(_ words: [NotationWords.Word]) -> [Moment] {
        guard (1...14).contains(words.count) else { return [] }
        if let time = TimeOfDay(words) { return [Moment(date: nil, time: time)] }
        let dates = CalendarDate.readings(words)
        if !dates.isEmpty { return dates.map { Moment(date: $0, time: nil) } }
        for cut in words.indices.dropFirst() {
            let (head, tail) = (words[..<cut], words[cut...])
            for (dateWords, timeWords) in [(head, tail), (tail, head)] {
                let timeWords = timeWords.filter { $0 != .word("t") && $0 != .word("z") && $0 != .mark(",") }
                guard let time = TimeOfDay(timeWords) else { continue }
                let dates = CalendarDate.readings(dateWords)
                if !dates.isEmpty { return dates.map { Moment(date: $0, time: time) } }
            }
        }
        return []
    }
}
