/// Reads the expressions of time of one language from a text's tokens.
struct TimeReader {
    struct Found {
        var mentions: [TimeMention] = []
        /// First tokens of the mentions that begin and end a span.
        var spans: [ClosedRange<Int>] = []
        var part: DayPart?
        var wakes = false, recurs = false
        var impossible: [String] = [], impossibleClocks: [String] = []
    }

    let matcher: PhraseMatcher
    let order: DateOrder
    var lexicon: Lexicon { matcher.lexicon }
    var context: ContextWords { matcher.lexicon.context }
    var tokens: [Token] { matcher.tokens }

    init(_ tokens: [Token], _ lexicon: Lexicon, _ order: DateOrder) {
        (matcher, self.order) = (PhraseMatcher(tokens, lexicon), order)
    }

    /// - Parameter taken: tokens that another language has read.
    func read(_ text: String, apartFrom taken: [Range<Int>]) -> Found {
        var found = Found()
        let speaksOfTime = tokens.contains { context.appointing.contains($0.text) }
        found.wakes = context.waking.contains { words in tokens.indices.contains { matcher.has(words, at: $0) } }
        found.recurs =
            tokens.contains { context.recurrences.contains($0.text) }
            || tokens.indices.contains { matcher.isOneOf(context.recurring, $0) && isRecurring(behindArticle($0 + 1)) }
        var index = 0
        while index < tokens.count, found.mentions.count < SpokenTimes.most {
            if let range = taken.first(where: { $0.contains(index) }) {
                index = range.upperBound
                continue
            }
            if let (day, end) = besideDay(index, found.mentions) {
                append(.day(day, nil), index..<end, text, to: &found.mentions)
                index = end
            } else if let item = item(index, speaksOfTime), !taken.contains(where: { $0.overlaps(index..<item.end) }) {
                append(item.said, index..<item.end, text, to: &found.mentions)
                index = item.end
            } else if let end = impossibleDay(index) {
                found.impossible.append(words(index..<end, text))
                index = end
            } else if let end = impossibleClock(index) {
                found.impossibleClocks.append(words(index..<end, text))
                index = end
            } else if let part = matcher.match(.part, at: index), part.end > index + 1 || isRecurring(index) {
                if case .part(let value) = part.value, found.part == nil { found.part = value }
                index = part.end
            } else {
                index += skip(index)
            }
        }
        found.part = found.part ?? meal(before: found.mentions)
        join(text, &found)
        let mentions = found.mentions
        found.mentions.removeAll { isNowAlone($0, among: mentions) }
        Standings(self).mark(&found.mentions, spans: found.spans)
        return found
    }

    /// The part of the day of a meal that a time of day is said for: `dinner at eight`, but not `meat for dinner`.
    private func meal(before mentions: [TimeMention]) -> DayPart? {
        guard let clock = mentions.first(where: \.isClock) else { return nil }
        let meal = tokens[..<clock.place.lowerBound].indices.last { index in
            context.meals[tokens[index].text] != nil
                && !matcher.isOneOf(["for", "before", "after", "of", "fur", "pour", "para"], index - 1)
        }
        return meal.flatMap { context.meals[tokens[$0].text] }
    }

    private func append(_ said: TimeMention.Said, _ place: Range<Int>, _ text: String, to mentions: inout [TimeMention])
    {
        guard let first = place.first, let last = place.last else { return }
        // "Friday, 5 March" is one day, which the calendar names.
        if case .day(let day, let part) = said, day.isAbsolute, let before = mentions.last,
            case .day(.weekday, let earlier) = before.said, gapIsComma(before.place.upperBound, first)
        {
            mentions.removeLast()
            append(.day(day, part ?? earlier), before.place.lowerBound..<place.upperBound, text, to: &mentions)
            return
        }
        if case .day(.weekday, let part) = said, let before = mentions.last,
            case .day(let day, let earlier) = before.said,
            day.isAbsolute, gapIsComma(before.place.upperBound, first)
        {
            mentions.removeLast()
            append(.day(day, part ?? earlier), before.place.lowerBound..<place.upperBound, text, to: &mentions)
            return
        }
        let range = tokens[first].range.lowerBound..<tokens[last].range.upperBound
        mentions.append(
            TimeMention(range: range, words: String(text[range]), said: said, language: lexicon.language, place: place))
    }

    private func words(_ place: Range<Int>, _ text: String) -> String {
        String(text[tokens[place.lowerBound].range.lowerBound..<tokens[place.upperBound - 1].range.upperBound])
    }

    private func gapIsComma(_ from: Int, _ to: Int) -> Bool {
        (from..<to).allSatisfy { [",", "(", "the", "den", "le", "el", "dem"].contains(tokens[$0].text) }
    }

    /// `the day after`, `the following day`: of the day that was said before.
    private func besideDay(_ index: Int, _ mentions: [TimeMention]) -> (day: SaidDay, end: Int)? {
        guard case .day(let day, _)? = mentions.last(where: \.isDay)?.said else { return nil }
        for (phrases, days) in [(context.nextDays, 1), (context.daysBefore, -1)] {
            for words in phrases where matcher.has(words, at: index) {
                let end = index + words.count
                // `the day after tomorrow` is a day by itself.
                if matcher.match(.day, at: index).map({ $0.end > end }) == true { continue }
                return (.shifted(TimeLength(days: days), from: day), end)
            }
        }
        return nil
    }

    /// `this time`, without a day beside it: no time of day, but an occasion.
    private func isNowAlone(_ mention: TimeMention, among mentions: [TimeMention]) -> Bool {
        guard case .clock(let clock) = mention.said, clock.isNow else { return false }
        return !mentions.contains { other in
            other.isDay
                && (0...1).contains(
                    other.place.lowerBound >= mention.place.upperBound
                        ? other.place.lowerBound - mention.place.upperBound
                        : mention.place.lowerBound - other.place.upperBound)
        }
    }

    /// A number and the noun it counts are passed together, so that `page 7` leaves no 7.
    private func skip(_ index: Int) -> Int {
        matcher.isOneOf(context.numbered, index) && isDigits(index + 1) && !isClockMark(index + 1) ? 2 : 1
    }

    private func isDigits(_ index: Int) -> Bool {
        guard tokens.indices.contains(index) else { return false }
        switch tokens[index].kind {
        case .number, .pair, .opaque, .date, .clock: return true
        default: return tokens[index].isWord && !lexicon.numbers.isChinese && matcher.number(at: index) != nil
        }
    }

    /// `7 pm`, which is a time whatever stands before it.
    private func isClockMark(_ index: Int) -> Bool { matcher.match(.half, at: index + 1) != nil }

    /// `todos los lunes`, `tous les matins`: the place behind the article.
    private func behindArticle(_ index: Int) -> Int {
        matcher.isOneOf(["los", "las", "les"], index) ? index + 1 : index
    }

    /// A day or unit that comes again.
    func isRecurring(_ index: Int) -> Bool {
        for slot in [Slot.unit, .weekday, .part] where matcher.match(slot, at: index) != nil { return true }
        return matcher.has(["other"], at: index) || lexicon.numbers.isChinese
    }

    // MARK: One expression

    private func item(_ index: Int, _ speaksOfTime: Bool) -> (said: TimeMention.Said, end: Int)? {
        // 两三天: two or three, of which the three is not the number.
        if lexicon.numbers.isChinese, ChineseNumber.isNumeral(tokens[index].text),
            matcher.text(index - 1).map(ChineseNumber.isNumeral) == true, !endsWeekday(index - 1)
        {
            return nil
        }
        var best: (said: TimeMention.Said, end: Int)?
        func keep(_ said: TimeMention.Said, _ end: Int) {
            if end > (best?.end ?? index) { best = (said, end) }
        }
        if let moment = moment(index) { keep(.moment(moment.length), moment.end) }
        if let match = matcher.match(.day, at: index), case .day(let day, let part) = match.value,
            let settled = ordered(day), accepts(day, index..<match.end)
        {
            keep(.day(settled, part), match.end)
        }
        if let match = matcher.match(.clock, at: index), case .clock(let clock) = match.value,
            acceptsClock(index..<match.end)
        {
            keep(.clock(clock), match.end)
        }
        if let match = matcher.match(.length, at: index), case .length(let length) = match.value,
            let end = acceptedLength(index..<match.end)
        {
            keep(.length(length), end)
        }
        if best == nil, let (clock, end) = bareClock(index, speaksOfTime) { keep(.clock(clock), end) }
        if best == nil, let (day, end) = bareDay(index) { keep(.day(day, nil), end) }
        return best
    }

    /// Whether a weekday ends with that character: 周一|十一点.
    func endsWeekday(_ index: Int) -> Bool {
        (1...2).contains { matcher.match(.weekday, at: index - $0)?.end == index + 1 }
    }

    /// `in ten minutes`, `ten minutes from now`, `two hours ago`: what `ahead` and `ago` mean for less than a day.
    private func moment(_ index: Int) -> (length: TimeLength, end: Int)? {
        if matcher.has(["this", "time", "next"], at: index), let match = matcher.match(.unit, at: index + 3),
            case .unit(let unit) = match.value, let length = unit.length(1)
        {
            return (length, match.end)
        }
        // `within two hours` may be any time until then.
        guard let (length, end, isAgo) = matcher.moment(at: index), length.seconds > 0, matcher.text(index) != "within"
        else { return nil }
        return (isAgo ? -length : length, end)
    }

    /// Day and month as the locale has them.
    private func ordered(_ day: SaidDay) -> SaidDay? {
        guard case .ambiguous(let days) = day, days.count == 2 else { return day }
        switch order {
        case .dayFirst: return .calendar(days[0])
        case .monthFirst: return .calendar(days[1])
        case .unknown: return day
        }
    }
}

extension PhraseMatcher {
    /// A length counted from now, and whether backwards.
    func moment(at index: Int) -> (length: TimeLength, end: Int, isAgo: Bool)? {
        var best: (length: TimeLength, end: Int, isAgo: Bool)?
        guard let table = lexicon.patterns[.day] else { return nil }
        for pattern in table.moments where pattern.firsts?.contains(tokens[index].text) ?? true {
            guard let (captures, end) = captures(of: pattern, at: index), let length = captures.lengths.first,
                end > (best?.end ?? index)
            else { continue }
            best = (length, end, pattern.meaning == .ago)
        }
        return best
    }
}
