/// What looks like a time and is none.
extension TimeReader {
    /// Whether these words can be a day: `may 2` of `may 2 people come` is none.
    func accepts(_ day: SaidDay, _ place: Range<Int>) -> Bool {
        let first = tokens[place.lowerBound]
        let isOther = matcher.isOneOf(["other", "second", "third", "los", "las", "les"], place.lowerBound - 1)
        if matcher.isOneOf(context.recurring, isOther ? place.lowerBound - 2 : place.lowerBound - 1) { return false }
        if isImpossible(day, place) { return false }
        if lexicon.language == .chinese { return acceptsChinese(place) }
        guard lexicon.language == .english else { return true }
        switch day {
        case .weekday where place.count == 1 && first.text.count <= 4:
            // Abbreviations that are words: sun, sat, wed, mon.
            let isLed = matcher.isOneOf(
                ["on", "this", "next", "last", "by", "until", "for", ",", "to", "from", "-", "till"],
                place.lowerBound - 1)
            return first.isCapital && (isLed || !["sun", "sat", "wed"].contains(first.text))
                && mayFollow(place.upperBound)
        case .weekday: return matcher.text(place.upperBound) != "s" && !isNewspaper(place)
        case .calendar: return acceptsMonth(place) && !isStreet(place.upperBound)
        case .offset: return !matcher.isOneOf(context.recurring, place.lowerBound - 1)
        default: return true
        }
    }

    /// `20 May Street`.
    private func isStreet(_ index: Int) -> Bool {
        let kinds: Set<String> = [
            "street", "avenue", "road", "lane", "drive", "square", "court", "boulevard", "terrace",
        ]
        return matcher.isOneOf(kinds, index) && tokens[index].isCapital
    }

    /// `the Sunday Times`.
    private func isNewspaper(_ place: Range<Int>) -> Bool {
        let names: Set<String> = ["times", "telegraph", "tribune", "herald", "gazette", "mirror", "express", "post"]
        return matcher.isOneOf(names, place.upperBound) && tokens[place.upperBound].isCapital
    }

    /// Part of a date that no calendar has: `February 29` of `February 29, 2027`, `31号` of `4月31号`.
    private func isImpossible(_ day: SaidDay, _ place: Range<Int>) -> Bool {
        switch day {
        case .calendar(let found) where found.year == nil:
            if let year = year(behind: place.upperBound)?.value, !LocalTime.isValid(year, found.month, found.day) {
                return true
            }
            return lexicon.numbers.isChinese && matcher.text(place.lowerBound - 1) == "年"
        case .dayOfMonth: return belongsToMonth(place)
        default: return false
        }
    }

    /// Whether a month stands beside a day of a month, which would have been read with it if the two were a date.
    func belongsToMonth(_ place: Range<Int>) -> Bool {
        let next = matcher.isOneOf(["of", "de", "."], place.upperBound) ? place.upperBound + 1 : place.upperBound
        return matcher.match(.month, at: next) != nil
            || (lexicon.numbers.isChinese && matcher.text(place.lowerBound - 1) == "月"
                && matcher.number(at: place.lowerBound - 2) != nil)
    }

    /// Months that are verbs, and numbers that count what follows them.
    private func acceptsMonth(_ place: Range<Int>) -> Bool {
        let first = tokens[place.lowerBound]
        guard first.isWord else { return true }
        if ["may", "march"].contains(first.text), place.count == 2 {
            if matcher.match(.ordinal, at: place.upperBound - 1) != nil { return true }
            return !matcher.isOneOf(Self.doers, place.lowerBound - 1)
                && (mayFollow(place.upperBound) || matcher.match(.clock, at: place.upperBound) != nil)
        }
        // `until July. 20 lamps`: a sentence that ends in a month.
        let isCut = place.count > 2 && tokens[place.lowerBound + 1].text == "."
        return !isCut || (first.text.count <= 4 && first.text != "may" && first.text != "june" && first.text != "july")
    }

    /// Who may do something, or march.
    private static let doers: Set<String> = [
        "i", "you", "we", "they", "he", "she", "it", "who", "which", "that", "soldiers", "will", "must", "let's",
        "people",
    ]

    /// Whether digits or words can be a time of day: not the score of a game, nor `one to three lamps`.
    func acceptsClock(_ place: Range<Int>) -> Bool {
        if lexicon.language == .chinese { return acceptsChineseClock(place) }
        let first = tokens[place.lowerBound], before = place.lowerBound - 1
        if case .clock(let clock) = first.kind, place.count == 1 {
            if matcher.isOneOf(context.numbered.subtracting(["no", "table"]), before) { return false }
            // `Timer 1:30 Stunden`, in a sentence that could be of either language.
            if clock.hour <= 12, !matcher.isOneOf(Self.atLeads, before), isUnitSomewhere(place.upperBound) {
                return false
            }
            // 16:9 has one digit; 3:20 behind a word like ratio was refused above.
            return clock.hour <= 24 && !matcher.isOneOf(["pace", "ratio"], place.upperBound)
        }
        if case .clock(let clock) = first.kind, isCounted(clock, place) { return false }
        if lexicon.language == .french { return acceptsFrenchClock(place) }
        guard lexicon.language == .english || lexicon.language == .german else { return true }
        if lexicon.language == .english, place.contains(where: { tokens[$0].text == "h" }),
            !matcher.isOneOf(context.hourLeads, before)
        {
            return false
        }
        // Minutes before or after an hour: "from two to four" and "channel two to four" are none.
        if let join = place.dropFirst().first(where: {
            ["to", "till", "before", "after", "past", "of", "vor", "nach"].contains(tokens[$0].text)
        }),
            let minutes = matcher.number(at: place.lowerBound), minutes.end == join
        {
            if matcher.isOneOf(context.rangeLeads, before) || matcher.isOneOf(context.numbered, before) { return false }
            guard minutes.value % 5 == 0 || tokens[join].text == "vor" || tokens[join].text == "nach" else {
                return false
            }
            if let last = place.last, matcher.match(.half, at: last) == nil, matcher.match(.part, at: last) == nil {
                return mayFollow(place.upperBound)
            }
        }
        if first.text == "half" || first.text == "halb" {
            return !isUnit(place.upperBound)
                && (mayFollow(place.upperBound) || matcher.text(place.lowerBound + 1) == "past")
        }
        return true
    }

    /// `a timer of 1:30 hours`: so long, and not half past one. `at 1:30 hours` and `18:30 hours` are times of day.
    private func isCounted(_ clock: SaidClock, _ place: Range<Int>) -> Bool {
        clock.hour <= 12 && matcher.match(.length, at: place.lowerBound)?.end == place.upperBound
            && !matcher.isOneOf(Self.atLeads, place.lowerBound - 1)
    }

    /// A unit in another language than the one that is read.
    private func isUnitSomewhere(_ index: Int) -> Bool {
        guard let text = matcher.text(index) else { return false }
        return SpokenLanguage.allCases.contains {
            $0 != lexicon.language && Lexicon.of($0).names[.unit]?[text] != nil
        }
    }

    private static let atLeads: Set<String> = ["at", "by", "until", "till", "from", "since", "um", "ab", "bis", "a"]

    /// `deux heures et demie` is as likely a length: a word or a day has to lead to it, or a part of the day to follow.
    private func acceptsFrenchClock(_ place: Range<Int>) -> Bool {
        guard let unit = place.first(where: { ["heure", "heures", "h"].contains(tokens[$0].text) }),
            unit > place.lowerBound,
            case .clock(let clock)? = matcher.match(.clock, at: place.lowerBound)?.value, clock.part == nil
        else { return true }
        let before = place.lowerBound - 1
        if matcher.isOneOf(context.hourLeads, before) || matcher.match(.day, at: before) != nil
            || matcher.match(.part, at: before) != nil
        {
            return true
        }
        return matcher.text(before) == "de" && matcher.isOneOf(context.rangeJoins, place.upperBound)
    }

    /// The end of a length that is one: a unitless rest and `a second` have to be followed by no noun.
    func acceptedLength(_ place: Range<Int>) -> Int? {
        let last = place.upperBound - 1
        if lexicon.language == .chinese { return acceptsChineseLength(place) ? place.upperBound : nil }
        // An age: `25 years old`, `j'ai 25 ans`, `tengo 25 años`.
        if ["ans", "anos"].contains(tokens[last].text),
            matcher.isOneOf(["ai", "as", "a", "tengo", "tienes", "tiene"], place.lowerBound - 1)
        {
            return nil
        }
        if matcher.isOneOf(["old", "alt", "jung", "anniversary", "warranty"], place.upperBound) { return nil }
        // `2 hours 30 people`
        if place.count > 2, matcher.match(.unit, at: last) == nil, tokens[last].integer != nil, tokens[last].isApart,
            !mayFollow(place.upperBound) || isUnit(place.upperBound)
        {
            return nil
        }
        // `de 9 a 17 horas`: until when, and not how long.
        if ["horas", "heures", "uhr"].contains(tokens[last].text), place.count == 2,
            matcher.isOneOf(context.rangeJoins, place.lowerBound - 1),
            matcher.number(at: place.lowerBound - 2) != nil, matcher.isOneOf(context.rangeLeads, place.lowerBound - 3)
        {
            return nil
        }
        guard lexicon.language == .english else { return place.upperBound }
        // `at 1900 hours`
        let digits = tokens[place.lowerBound].text
        if digits.utf8.count == 4, tokens[place.lowerBound].integer != nil, tokens[last].text.hasPrefix("h"),
            digits.hasPrefix("0") || matcher.isOneOf(context.hourLeads, place.lowerBound - 1)
        {
            return nil
        }
        // The rest of `1d 4h`, whose days are not read.
        if matcher.isOneOf(["d", "w"], place.lowerBound - 1), matcher.number(at: place.lowerBound - 2) != nil {
            return nil
        }
        let unit = tokens[last].text
        if unit == "second", matcher.isOneOf(["hand", "floor", "class", "language", "place"], place.upperBound) {
            return nil
        }
        let isSingle = place.count == 2 && ["a", "an", "one"].contains(tokens[place.lowerBound].text)
        // `twice a week`, `60 miles an hour`: how often, and how fast.
        if isSingle,
            matcher.isOneOf(["once", "twice", "thrice", "times", "per"], place.lowerBound - 1)
                || matcher.isOneOf(context.nouns, place.lowerBound - 1)
        {
            return nil
        }
        if isSingle, ["second", "minute", "sec", "min"].contains(unit) {
            let before = place.lowerBound - 1
            let isIdiom =
                matcher.isOneOf(
                    ["wait", "just", "give", "hold", "hang", "take", "got", "have", "on", "me", "every"], before)
                || (before < 0 && matcher.text(place.upperBound) == "please")
            return !isIdiom && mayFollow(place.upperBound) ? place.upperBound : nil
        }
        if unit == "s", isDecade(place) { return nil }
        // `the 5 day forecast` is about days, but `a 10 minute timer` is a length; a letter by itself may be anything.
        if ["s", "h"].contains(unit), tokens[last].isApart {
            guard NumberShape.isNumber(tokens[place.lowerBound]), mayFollow(place.upperBound) else { return nil }
        }
        return place.upperBound
    }
}

extension TimeReader {
    /// `the 90s`, `80s music`, `1980s`.
    private func isDecade(_ place: Range<Int>) -> Bool {
        guard place.count == 2, let years = tokens[place.lowerBound].integer, years % 10 == 0,
            !tokens[place.upperBound - 1].isApart
        else { return false }
        let kinds: Set<String> = [
            "music", "songs", "hits", "station", "rock", "pop", "playlist", "movies", "films", "fashion", "party",
            "style",
            "show", "shows", "tunes",
        ]
        return years >= 1000 || matcher.isOneOf(["the", "early", "late", "mid"], place.lowerBound - 1)
            || matcher.isOneOf(kinds, place.upperBound)
    }
}
