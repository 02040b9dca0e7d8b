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
                if last.part != nil {
                    first.part = last.part
                    // 11 to 1 in the afternoon.
                    if last.part == .afternoon, first.hour > last.hour, first.hour < 12 { first.part = .morning }
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

    /// `move it from two to four`: a new time, and no span.
    func isMove(_ start: Range<Int>) -> Bool {
        (1...8).contains { matcher.isOneOf(context.moves, start.lowerBound - $0) }
            || (lexicon.numbers.isChinese && matcher.isOneOf(context.moves, start.upperBound))
    }

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

    /// `3rd to 7th of May`, `May 3-7`: the day without a month at the other end.
    private func addDays(_ text: String, _ mentions: inout [TimeMention]) {
        var added: [TimeMention] = []
        for mention in mentions {
            guard case .day(.calendar(let day), _) = mention.said else { continue }
            let first = mention.place.lowerBound, last = mention.place.upperBound
            func add(_ number: PhraseMatcher.Match?, _ start: Int) {
                guard let number, case .number(let value) = number.value,
                    let other = CalendarDay(year: day.year, month: day.month, day: Int(value)),
                    !mentions.contains(where: { $0.place.overlaps(start..<number.end) && !$0.isDayOfMonth })
                else { return }
                let range = tokens[start].range.lowerBound..<tokens[number.end - 1].range.upperBound
                added.append(
                    TimeMention(
                        range: range, words: String(text[range]), said: .day(.calendar(other), nil),
                        language: lexicon.language, place: start..<number.end))
            }
            if matcher.isOneOf(context.rangeJoins, last) {
                let place = matcher.text(last + 1) == "the" ? last + 2 : last + 1
                if let number = matcher.match(.dayNumber, at: place), mayFollow(number.end), !isUnit(number.end),
                    matcher.match(.clock, at: place) == nil
                {
                    add(number, place)
                }
            }
            let join = matcher.text(first - 1) == "the" ? first - 2 : first - 1
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
        mentions.removeAll { mention in mention.isDayOfMonth && added.contains { $0.place.overlaps(mention.place) } }
        mentions = (mentions + added).sorted { $0.place.lowerBound < $1.place.lowerBound }
    }
}

extension TimeMention {
    /// A day without its month.
    fileprivate var isDayOfMonth: Bool { if case .day(.dayOfMonth(_, nil), _) = said { true } else { false } }
}
