extension TimeReader {
    /// Finds the spans among the mentions, and gives their beginnings what their ends say: the month, the half of the day.
    func join(_ text: String, _ found: inout Found) {
        addDays(text, &found.mentions)
        guard found.mentions.count > 1 else { return }
        for index in found.mentions.indices.dropFirst() {
            let (start, end) = (found.mentions[index - 1], found.mentions[index])
            guard start.place.upperBound <= end.place.lowerBound, !isMove(start.place), isJoined(start.place, end.place)
            else { continue }
            switch (start.said, end.said) {
            case (.clock(var first), .clock(let last)):
                found.spans.append(start.place.lowerBound...end.place.lowerBound)
                guard !first.isCertain, first.part == nil else { continue }
                if let part = last.part {
                    first.part = Self.part(of: first, before: last, in: part)
                } else if last.isCertain, (1...12).contains(first.hour) {
                    let later = first.hour % 12 + 12
                    first.hour = later * 60 + first.minute < last.hour * 60 + last.minute ? later : first.hour
                    first.isCertain = true
                }
                found.mentions[index - 1].said = .clock(first)
            case (.day, .day):
                found.spans.append(start.place.lowerBound...end.place.lowerBound)
            default: continue
            }
        }
    }

    /// The part of the day in which a span begins that ends in `part`: the same, unless the beginning would come after the
    /// end: `11 to 1 in the afternoon`, `ten to seven in the evening`, `11 to 6 in the morning`.
    private static func part(of first: SaidClock, before last: SaidClock, in part: DayPart) -> DayPart {
        let start = first.hour % 12 * 60 + first.minute, end = last.hour % 12 * 60 + last.minute
        guard start > end || first.hour == 12 else { return part }
        return switch part {
        case .afternoon, .evening: first.hour == 12 ? .noon : .morning
        case .early, .morning: first.hour == 12 ? part : .evening
        case .noon, .night: part
        }
    }

    /// `move it from two to four`: a new time, and no span.
    func isMove(_ start: Range<Int>) -> Bool {
        (1...8).contains { back in
            let place = start.lowerBound - back
            // `the night shift`: when somebody works.
            let isWork = matcher.text(place) == "shift" && matcher.isOneOf(Self.shifts, place - 1)
            return matcher.isOneOf(context.moves, place) && !isWork
        }
            || (lexicon.numbers.isChinese && matcher.isOneOf(context.moves, start.upperBound))
    }

    private static let shifts: Set<String> = [
        "a", "an", "my", "his", "her", "their", "our", "early", "late", "night", "day", "morning", "evening",
        "afternoon",
    ]

    /// Whether a word that joins the ends of a span stands between them, after `from` or `between` or as a dash.
    private func isJoined(_ start: Range<Int>, _ end: Range<Int>) -> Bool {
        let gap = (start.upperBound..<end.lowerBound).map { tokens[$0].text }
        // `Monday-Friday`: the hyphen between words is no token.
        if gap.isEmpty, let first = tokens[start.lowerBound..<end.lowerBound].last, !tokens[end.lowerBound].isApart {
            return first.range.upperBound < tokens[end.lowerBound].range.lowerBound
        }
        guard let join = gap.first, context.rangeJoins.contains(join), gap.count <= 3 else { return false }
        let leads: Set<String> = [
            "the", "den", "dem", "zum", "le", "la", "las", "el", "jusqu'a", "um", "at", "on", "a", "au",
        ]
        guard gap.dropFirst().allSatisfy(leads.contains) else { return false }
        if !["and", "und", "et", "y", "to", "a", "au", "al"].contains(join) { return true }
        return (1...4).contains { matcher.isOneOf(context.rangeLeads, start.lowerBound - $0) } || join == "to"
    }

    private static let articles: Set<String> = ["the", "el", "le"]

    /// `3rd to 7th of May`, `May 3-7`: the day without a month at the other end.
    private func addDays(_ text: String, _ mentions: inout [TimeMention]) {
        var added: [TimeMention] = []
        for mention in mentions {
            guard case .day(.calendar(let day), _) = mention.said else { continue }
            let first = mention.place.lowerBound, last = mention.place.upperBound
            func add(_ number: PhraseMatcher.Match?, _ start: Int) {
                guard let number, case .number(let value) = number.value,
                    let other = CalendarDay(year: day.year, month: day.month, day: Int(value)),
                    !mentions.contains(where: { $0.place.overlaps(start..<number.end) && !$0.isDayWithoutMonth }),
                    // `June 1-3 and July 10`: the 3 is June's already.
                    !added.contains(where: { $0.place.overlaps(start..<number.end) })
                else { return }
                let range = tokens[start].range.lowerBound..<tokens[number.end - 1].range.upperBound
                added.append(
                    TimeMention(
                        range: range, words: String(text[range]), said: .day(.calendar(other), nil),
                        language: lexicon.language, place: start..<number.end))
            }
            if matcher.isOneOf(context.rangeJoins, last) {
                let place = matcher.isOneOf(Self.articles, last + 1) ? last + 2 : last + 1
                if lexicon.numbers.isChinese {
                    // 3月3日至7日: 7日 by itself could be a length.
                    if var number = matcher.match(.dayNumber, at: place), matcher.isOneOf(["日", "号"], number.end) {
                        number.end += 1
                        add(number, place)
                    }
                } else if let number = matcher.match(.dayNumber, at: place), mayFollow(number.end), !isUnit(number.end),
                    matcher.match(.clock, at: place) == nil
                {
                    add(number, place)
                }
            }
            let join = matcher.isOneOf(Self.articles, first - 1) ? first - 2 : first - 1
            if matcher.isOneOf(context.rangeJoins, join) {
                for start in [join - 3, join - 2, join - 1] where tokens.indices.contains(start) {
                    if let number = matcher.match(.dayNumber, at: start), number.end == join {
                        add(number, start)
                        break
                    }
                }
            }
        }
        guard !added.isEmpty else { return }
        mentions.removeAll { mention in mention.isDayWithoutMonth && added.contains { $0.place.overlaps(mention.place) }
        }
        mentions = (mentions + added).sorted { $0.place.lowerBound < $1.place.lowerBound }
    }
}

extension TimeMention {
    /// A day without its month, or what is read as so many days.
    fileprivate var isDayWithoutMonth: Bool {
        switch said {
        case .day(.dayOfMonth(_, nil), _): true
        case .length: language == .chinese && words.hasSuffix("日")
        default: false
        }
    }
}
