/// Tells whether a clause is about what is over, so that the last Friday is meant and not the coming one.
///
/// Grammar alone, as far as it can be seen: the tense of its verb, or that things are looked for which exist only once
/// they are over. What was set, planned or booked may well lie ahead, and a clause that says so tells nothing.
struct PastClauses {
    private let reader: TimeReader
    private let words: PastWords
    private var matcher: PhraseMatcher { reader.matcher }
    private var tokens: [Token] { reader.tokens }
    private var isChinese: Bool { reader.lexicon.numbers.isChinese }

    init(_ reader: TimeReader) {
        (self.reader, words) = (reader, PastWords.of(reader.lexicon.language))
    }

    // MARK: Since

    /// `since the 5th`, `seit Montag`, 从周一以来; not `since Monday is a holiday`, nor the beginning of a span or of a plan.
    func isSince(_ place: Range<Int>, _ spans: [ClosedRange<Int>]) -> Bool {
        guard !saysComing(place) else { return false }
        if isChinese {
            let isUntilNow = words.untilNow.contains { isBehind($0, place.upperBound) }
            return isUntilNow
                || (matcher.has(["自", "从"], at: place.lowerBound - 2) && matcher.text(place.upperBound) != "起")
        }
        let lead = place.lowerBound - 1
        let isLed = [lead, lead - 1].contains { index in
            matcher.isOneOf(reader.context.sinces, index) && (index == lead || matcher.isOneOf(words.articles, lead))
        }
        guard isLed, !matcher.isOneOf(words.reasons, place.upperBound) else { return false }
        // `desde` also begins what is to come.
        return reader.lexicon.language != .spanish
            || !(spans.contains { $0.lowerBound == place.lowerBound } || clause(of: place).contains(where: isPlan))
    }

    // MARK: Tense

    /// - Parameter spans: first tokens of the mentions that begin and end a span; the end is told as its beginning is.
    func tell(of place: Range<Int>, _ spans: [ClosedRange<Int>]) -> Bool {
        if let span = spans.first(where: { $0.upperBound == place.lowerBound && $0.lowerBound < place.lowerBound }) {
            return tell(of: span.lowerBound..<span.lowerBound + 1, [])
        }
        let lead = lead(of: place)
        guard !saysComing(place), !matcher.isOneOf(words.aheads, lead),
            !tokens.contains(where: { words.callingOff.contains($0.text) })
        else { return false }
        let clause = clause(of: place)
        guard !clause.contains(where: isPlan) else { return false }
        return isChinese ? tellsChinese(clause, place) : tells(clause, place, lead)
    }

    private func tells(_ clause: [Int], _ place: Range<Int>, _ lead: Int) -> Bool {
        // `the shop that was closed opens on Monday`
        guard
            !matcher.isOneOf(
                words.goings, lead < place.lowerBound && matcher.isOneOf(words.ons, lead) ? lead - 1 : lead)
        else { return false }
        return clause.contains(where: isPast) || clause.contains(where: isPerfect) || asksForPast(clause)
            || isParticiple(lead, place, clause) || isLookedFor(place, lead)
    }

    /// A verb that is past by its form, or behind its subject: `was`, `we went`.
    private func isPast(_ index: Int) -> Bool {
        if has(words.pasts, index) { return true }
        let text = tokens[index].text
        if tokens[index].isWord, text.utf8.count > 5, words.imperfect.contains(where: text.hasSuffix),
            !words.states.contains(text), !words.conditional.contains(where: text.hasSuffix)
        {
            return true
        }
        guard reader.lexicon.language == .english, reader.context.subjects.contains(tokens[index].text) else {
            return false
        }
        return matcher.isOneOf(reader.context.pastVerbs, index + 1) || has(words.strong, index + 1)
    }

    /// `hat … gewonnen`, `ist … passiert`, `a gagné`, `ha llovido`.
    private func isPerfect(_ index: Int) -> Bool {
        guard !tokens[index].isAccented else { return false }
        let reach = words.participlesFollow ? 4 : 30
        for (auxiliaries, participles) in [(words.have, words.done), (words.be, words.gone)]
        where auxiliaries.contains(tokens[index].text) {
            for next in (index + 1)..<max(index + 1, min(tokens.count, index + reach)) {
                if isClauseEnd(next), tokens[next].text != "." { break }
                if has(participles, next) || (auxiliaries == words.have && isRegularParticiple(next)) { return true }
            }
        }
        return false
    }

    /// `gemacht`, `eingekauft`; `comprado`, `llovido`; `déjeuné`.
    private func isRegularParticiple(_ index: Int) -> Bool {
        let text = tokens[index].text
        guard tokens[index].isWord, !words.states.contains(text), text.utf8.count > 5 else { return false }
        switch reader.lexicon.language {
        case .german:
            guard text.hasSuffix("t") || text.hasSuffix("en") else { return false }
            return text.hasPrefix("ge") || PastWords.germanPrefixes.contains { text.hasPrefix($0 + "ge") }
        case .spanish: return text.hasSuffix("ado") || text.hasSuffix("ido")
        case .french:
            // `ai-je dépensé`, but not `j'ai un problème`.
            let isClose = words.have.contains(tokens[index - 1].text) || words.between.contains(tokens[index - 1].text)
            return isClose && tokens[index].isAccented
                && ["e", "ee", "es", "ees"].contains { text.hasSuffix($0) }
        default: return false
        }
    }

    /// `who won`, `which team scored`; `how do I get to what they played` asks for now.
    private func asksForPast(_ clause: [Int]) -> Bool {
        guard let question = clause.firstIndex(where: { words.questions.contains(tokens[$0].text) }) else {
            return false
        }
        for index in clause[(question + 1)...] {
            if words.presents.contains(tokens[index].text) { return false }
            if has(words.strong, index) { return true }
        }
        return false
    }

    /// `mails received on monday`, but not `to be received on monday`.
    private func isParticiple(_ lead: Int, _ place: Range<Int>, _ clause: [Int]) -> Bool {
        let last = lead < place.lowerBound && matcher.isOneOf(words.ons, lead) ? lead - 1 : lead
        return matcher.isOneOf(words.participles, last)
            && !clause.contains { $0 < place.lowerBound && words.presents.contains(tokens[$0].text) }
    }

    /// `the photos from the 5th`, `find the mails about the trip, after the 1st of November`.
    private func isLookedFor(_ place: Range<Int>, _ lead: Int) -> Bool {
        guard !matcher.isOneOf(words.onwards, place.upperBound) else { return false }
        let behind = matcher.isOneOf(words.froms, lead) ? lead - 1 : lead
        if behind < lead, !matcher.isOneOf(words.behinds, behind) {
            return matcher.isOneOf(words.records, lead - 1)
                && tokens[..<lead].contains { words.records.contains($0.text) || words.lookUps.contains($0.text) }
                && !tokens[..<lead].indices.contains(where: isPlan)
        }
        // `después del 1`: two words lead to the day.
        guard matcher.isOneOf(words.behinds, behind), let first = tokens[..<lead].firstIndex(where: isSaying) else {
            return false
        }
        return words.lookUps.contains(tokens[first].text)
            && tokens[..<lead].contains { words.records.contains($0.text) }
            && !tokens.indices.contains(where: isPlan)
    }

    private func isSaying(_ token: Token) -> Bool { token.isWord && !words.courtesies.contains(token.text) }

    // MARK: Chinese, whose verbs have no tense

    private func tellsChinese(_ clause: [Int], _ place: Range<Int>) -> Bool {
        let text = clause.map { tokens[$0].text }.joined()
        if words.phrases.contains(where: text.contains) { return true }
        // 谁赢的: who it was.
        if text.contains("谁"), text.hasSuffix("的") { return true }
        // 11月5日的照片, 11月5日之后的邮件
        var next = place.upperBound
        for behind in ["之后", "以后", "之前", "以前", "后", "前"] where isBehind(behind, next) {
            next += behind.count
            break
        }
        if matcher.text(next) == "的" { next += 1 }
        return next > place.upperBound && words.phrasesBehind.contains { isBehind($0, next) }
    }

    private func isBehind(_ word: String, _ index: Int) -> Bool { matcher.has(word.map { String($0) }, at: index) }

    // MARK: Words

    /// Whether a word is one of these; those that stand with an accent in the list have to be said with one.
    private func has(_ words: PastWords.Verbs, _ index: Int) -> Bool {
        guard tokens.indices.contains(index), tokens[index].isWord else { return false }
        return (tokens[index].isAccented ? words.accented : words.plain).contains(tokens[index].text)
    }

    /// A word by which the past tells of what is to come: `was planned`, `if it was`.
    private func isPlan(_ index: Int) -> Bool {
        if isChinese {
            return words.plans.contains { isBehind($0, index) }
        }
        // `would you tell me who won`
        if matcher.isOneOf(["would", "could"], index), matcher.text(index + 1) == "you" { return false }
        return words.plans.contains(tokens[index].text)
    }

    /// `the coming Friday` is ahead, whatever the verb.
    private func saysComing(_ place: Range<Int>) -> Bool {
        place.contains { words.coming.contains(tokens[$0].text) }
    }

    /// The place of the word that leads to a day, without its article.
    private func lead(of place: Range<Int>) -> Int {
        var index = place.lowerBound - 1
        while matcher.isOneOf(words.articles, index) { index -= 1 }
        return index
    }

    /// The tokens of the day's clause without those of the day; of `on the 5th, what did I eat` the clause behind the comma too.
    private func clause(of place: Range<Int>) -> [Int] {
        var start = place.lowerBound
        while start > 0, !isClauseEnd(start - 1), !begins(start - 1) { start -= 1 }
        // `am 5. gegessen`
        let behind = matcher.text(place.upperBound) == "." ? place.upperBound + 1 : place.upperBound
        let isFirst = (start..<place.lowerBound).allSatisfy {
            words.ons.contains(tokens[$0].text) || words.articles.contains(tokens[$0].text)
        }
        var end = behind
        if isFirst, matcher.isOneOf([",", "，"], end) { end += 1 }
        while end < tokens.count, !isClauseEnd(end), !begins(end) { end += 1 }
        return Array(start..<place.lowerBound) + Array(min(behind, end)..<end)
    }

    /// A conjunction that begins another clause: `because`, `and remind me`.
    private func begins(_ index: Int) -> Bool {
        if words.conjunctions.contains(tokens[index].text) { return true }
        return words.joins.contains(tokens[index].text) && index + 1 < tokens.count
            && (index + 1...index + 2).contains { tokens.indices.contains($0) && isPlan($0) }
    }

    private func isClauseEnd(_ index: Int) -> Bool {
        [",", ";", ".", "!", "?", "，", "。", "；", "！", "？", "¿", ":"].contains(tokens[index].text)
    }
}
