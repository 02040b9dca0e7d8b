/// Tells how mentions are meant, by the words around them.
struct Standings {
    private let reader: TimeReader
    private var matcher: PhraseMatcher { reader.matcher }
    private var context: ContextWords { reader.context }
    private var tokens: [Token] { reader.tokens }

    init(_ reader: TimeReader) { self.reader = reader }

    /// - Parameter spans: first tokens of the mentions that begin and end a span.
    func mark(_ mentions: inout [TimeMention], spans: [ClosedRange<Int>]) {
        let clauses = PastClauses(reader)
        for index in mentions.indices {
            let place = mentions[index].place
            if isDenied(place) || isDeniedBehind(index, mentions) {
                mentions[index].standing = .denied
            } else if isAside(place, isDay: mentions[index].isDay) || isTitle(mentions[index]) {
                mentions[index].standing = .aside
            } else if mentions[index].isDay, clauses.isSince(place, spans) {
                mentions[index].standing = .remark
                mentions[index].leanBack()
            } else if isFeast(place) || isRemark(place) {
                mentions[index].standing = .remark
            }
            if [.meant, .remark].contains(mentions[index].standing), mentions[index].isDay,
                clauses.tell(of: place, spans)
            {
                mentions[index].leanBack()
            }
        }
        // A title goes on: `play Monday Monday`.
        for index in mentions.indices.dropFirst()
        where mentions[index - 1].standing == .aside
            && mentions[index - 1].place.upperBound == mentions[index].place.lowerBound
        {
            mentions[index].standing = .aside
        }
        takeBack(&mentions)
    }

    /// `not tomorrow`, `except on Monday`.
    private func isDenied(_ place: Range<Int>) -> Bool {
        var end = place.lowerBound
        while end > 0, place.lowerBound - end < 2, context.denialGaps.contains(tokens[end - 1].text) { end -= 1 }
        let isLed = context.denials.contains { words in
            [end, place.lowerBound].contains { matcher.has(words, at: $0 - words.count) }
        }
        return isLed || isOfNothing(place)
    }

    /// `am Freitag nicht, sondern am Samstag`, 周五没空，周六吧: another of its kind is meant.
    private func isDeniedBehind(_ index: Int, _ mentions: [TimeMention]) -> Bool {
        let end = mentions[index].place.upperBound
        guard let words = context.denialsBehind.first(where: { matcher.has($0, at: end) }),
            matcher.text(end + words.count).map({ [",", ";", ".", "，", "。", "；", "sondern", "sino"].contains($0) })
                == true
        else { return false }
        return mentions[(index + 1)...].contains {
            $0.isDay == mentions[index].isDay && $0.isClock == mentions[index].isClock
        }
    }

    /// `no meetings on thursday`, 别定明天: what there is none of on that day.
    private func isOfNothing(_ place: Range<Int>) -> Bool {
        let first = place.lowerBound
        if reader.lexicon.language == .chinese {
            return (2...3).contains { distance in
                matcher.text(first - distance) == "别" && !(first - distance + 1..<first).contains(where: isClauseEnd)
            }
        }
        guard matcher.isOneOf(["on", "at"], first - 1), reader.lexicon.language == .english else { return false }
        return (3...4).contains { distance in
            matcher.text(first - distance) == "no" && !(first - distance..<first).contains(where: isClauseEnd)
        }
    }

    /// A day that belongs to a person or a thing.
    private func isAside(_ place: Range<Int>, isDay: Bool) -> Bool {
        guard isDay else { return false }
        // As far as the clause goes, at most five words before and two behind.
        for index in stride(from: place.lowerBound - 1, through: max(0, place.lowerBound - 5), by: -1) where index >= 0
        {
            if isClauseEnd(index) { break }
            if isAsideWord(index) { return !isFeast(place) }
        }
        for index in place.upperBound..<max(place.upperBound, min(tokens.count, place.upperBound + 3)) {
            if isClauseEnd(index) { break }
            if reader.lexicon.language != .english, isAsideWord(index) { return true }
            if ["born", "geboren"].contains(tokens[index].text) { return true }
        }
        return false
    }

    /// `her birthday on January 8`, where a day may well be asked for, unlike `her birthday is on January 8`.
    private func isFeast(_ place: Range<Int>) -> Bool {
        guard reader.lexicon.language == .english, matcher.isOneOf(["on", "at", ","], place.lowerBound - 1) else {
            return false
        }
        return matcher.text(place.lowerBound - 2) == "birthday"
    }

    private func isAsideWord(_ index: Int) -> Bool {
        // Chinese words are two characters long.
        let text =
            reader.lexicon.numbers.isChinese ? tokens[index].text + (matcher.text(index + 1) ?? "") : tokens[index].text
        return context.asides.contains(text)
    }

    private func isClauseEnd(_ index: Int) -> Bool {
        [",", ";", ".", "!", "?", "，", "。", "；"].contains(tokens[index].text)
    }

    /// In quotation marks, or directly behind a verb that plays something.
    private func isTitle(_ mention: TimeMention) -> Bool {
        let before = mention.place.lowerBound - 1
        let opening = tokens[..<mention.place.lowerBound].lastIndex { Self.opening.contains($0.text) }
        if let opening, tokens[mention.place.upperBound...].contains(where: { Self.closing.contains($0.text) }),
            mention.place.lowerBound - opening <= 8,
            tokens[opening..<mention.place.lowerBound].count(where: { $0.text == "\"" }) % 2 == 1
                || tokens[opening].text != "\"",
            !tokens[opening + 1..<mention.place.lowerBound].contains(where: { Self.closing.contains($0.text) })
        {
            return true
        }
        // 播放二十年后: nothing but a day is played.
        if reader.lexicon.language == .chinese {
            return mention.isDay && mention.isTrailing(tokens) && matcher.isOneOf(context.titleVerbs, before)
        }
        // "play Midnight City"
        let isName = before >= 0 && tokens[before + 1].isWord && tokens[before + 1].isCapital
        guard before >= 0, mention.isDay || !mention.isClock || isName else { return false }
        if context.titleVerbs.contains(tokens[before].text) {
            return !mention.isTrailing(tokens) || tokens[mention.place.lowerBound].isCapital
        }
        if mention.isDay, isInCapitals(mention.place), !isWeekdayBehind(mention) { return true }
        // "play something by Sunday Morning Band"
        let goesOn = tokens.indices.contains(mention.place.upperBound) && tokens[mention.place.upperBound].isCapital
        if goesOn, tokens[mention.place.lowerBound].isCapital, mention.isDay,
            tokens[..<mention.place.lowerBound].contains(where: { context.titleVerbs.contains($0.text) })
        {
            return true
        }
        return [
            "song", "album", "movie", "film", "track", "book", "band", "lied", "titel", "chanson", "cancion",
            "pelicula",
        ].contains(tokens[before].text)
            && tokens[mention.place.lowerBound].isCapital
    }

    /// `watch The Night Before Christmas`: capitals from the article on.
    private func isInCapitals(_ place: Range<Int>) -> Bool {
        guard let verb = tokens[..<place.lowerBound].lastIndex(where: { context.titleVerbs.contains($0.text) }),
            matcher.isOneOf(["the", "a", "an"], verb + 1), verb + 1 < place.upperBound
        else { return false }
        return tokens[verb + 1..<place.upperBound].allSatisfy { !$0.isWord || $0.isCapital }
    }

    /// `watch The Office Monday`: a weekday by itself is in a title only where a word of it leads there.
    private func isWeekdayBehind(_ mention: TimeMention) -> Bool {
        guard case .day(.weekday, _) = mention.said, mention.place.count == 1 else { return false }
        return !matcher.isOneOf(["before", "after", "from", "of", "on", "until"], mention.place.lowerBound - 1)
    }

    private static let opening: Set<String> = ["\"", "“", "«", "《", "「", "„", "‘"]
    private static let closing: Set<String> = ["\"", "”", "»", "》", "」", "“", "’"]

    /// In a clause that tells of the past: `because I was there on Monday`, `I had …`.
    private func isRemark(_ place: Range<Int>) -> Bool {
        var start = place.lowerBound
        while start > 0, !isClauseEnd(start - 1), !context.remarks.contains(tokens[start - 1].text) { start -= 1 }
        return (start..<place.lowerBound).contains { index in
            // "my flight was", "I had": what somebody did, or what was.
            ["was", "were", "had", "war", "waren", "hatte", "etait", "avait", "era", "fue"].contains(tokens[index].text)
                || (context.subjects.contains(tokens[index].text)
                    && context.pastVerbs.contains(matcher.text(index + 1) ?? ""))
        }
    }

    /// `at seven, no, at eight`: of two of a kind with a correction between them the first is taken back.
    private func takeBack(_ mentions: inout [TimeMention]) {
        for index in mentions.indices.dropFirst() {
            let (first, second) = (mentions[index - 1], mentions[index])
            guard first.isDay == second.isDay, first.isClock == second.isClock,
                first.place.upperBound <= second.place.lowerBound
            else { continue }
            let gap = first.place.upperBound..<second.place.lowerBound
            guard gap.count <= 6, gap.count > 0, second.standing != .denied || first.standing == .meant else {
                continue
            }
            // Of a thing that gets another time the new one is meant.
            if reader.isMove(first.place), first.standing == .meant,
                gap.contains(where: { context.rangeJoins.contains(tokens[$0].text) })
            {
                mentions[index - 1].standing = .remark
                continue
            }
            let isCorrected = context.corrections.contains { words in
                gap.contains { start in matcher.has(words, at: start) && start + words.count <= gap.upperBound }
            }
            guard isCorrected, first.standing == .meant else { continue }
            mentions[index - 1].standing = .denied
            mentions[index].standing = .meant
        }
    }
}

extension TimeMention {
    /// Makes a day the last one of its name.
    mutating func leanBack() {
        switch said {
        case .day(.over, _): break
        case .day(let day, let part): said = .day(.over(day), part)
        default: break
        }
    }

    /// Whether nothing more of the sentence follows.
    func isTrailing(_ tokens: [Token]) -> Bool { place.upperBound >= tokens.count }
}
