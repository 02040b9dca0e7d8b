/// Finds what a lexicon's slots and patterns match at a place of a text: the longest match of each, found once.
///
/// Not `Sendable`: lives within one reading.
final class PhraseMatcher {
    struct Match {
        var value: SlotValue
        var end: Int
    }
    let tokens: [Token]
    let lexicon: Lexicon
    /// By place and slot: 0 not looked for, -1 none, else one more than the index in `matches`.
    private var found: [Int32]
    private var matches: [Match] = []
    /// Work that is left: long nonsense ends early instead of late.
    private var budget: Int

    init(_ tokens: [Token], _ lexicon: Lexicon) {
        (self.tokens, self.lexicon) = (tokens, lexicon)
        found = Array(repeating: 0, count: (tokens.count + 1) * Slot.allCases.count)
        budget = 4_000 + tokens.count * 800
    }

    func text(_ index: Int) -> String? { tokens.indices.contains(index) ? tokens[index].text : nil }

    func isOneOf(_ words: Set<String>, _ index: Int) -> Bool { text(index).map(words.contains) ?? false }

    /// Whether the text goes on with these words.
    func has(_ words: [String], at index: Int) -> Bool {
        guard index >= 0, index + words.count <= tokens.count else { return false }
        for (offset, word) in words.enumerated() where tokens[index + offset].text != word { return false }
        return true
    }

    func match(_ slot: Slot, at index: Int) -> Match? {
        guard tokens.indices.contains(index) else { return nil }
        let place = index * Slot.allCases.count + slot.rawValue
        if found[place] != 0 { return found[place] > 0 ? matches[Int(found[place]) - 1] : nil }
        // Until it is known: no pattern can begin with itself.
        found[place] = -1
        guard let match = search(slot, index) else { return nil }
        matches.append(match)
        found[place] = Int32(matches.count)
        return match
    }

    private func search(_ slot: Slot, _ index: Int) -> Match? {
        budget -= 1
        guard budget > 0 else { return nil }
        var best = direct(slot, index)
        func keep(_ match: Match?) {
            if let match, match.end > (best?.end ?? index) { best = match }
        }
        let token = tokens[index]
        for (words, value) in lexicon.names[slot]?[token.text] ?? [] where has(words, at: index) {
            keep(Match(value: value, end: index + words.count))
            break
        }
        if let table = lexicon.patterns[slot] {
            for pattern in table.starting(with: token.text) { keep(run(pattern, at: index)) }
            for (first, patterns) in table.bySlot where match(first, at: index) != nil {
                for pattern in patterns { keep(run(pattern, at: index)) }
            }
            for pattern in table.open { keep(run(pattern, at: index)) }
        }
        return best.map { extended(slot, $0, from: index) }
    }

    /// What is read from tokens alone.
    private func direct(_ slot: Slot, _ index: Int) -> Match? {
        switch slot {
        case .number: return number(at: index).map { Match(value: .number(Double($0.value)), end: $0.end) }
        case .quantity: return quantity(at: index)
        case .dayNumber, .ordinal: return dayNumber(at: index, isOrdinal: slot == .ordinal)
        case .hour: return within(0...24, index)
        case .minute: return within(0...59, index)
        case .year: return year(at: index)
        case .digitalClock:
            guard case .clock(let clock) = tokens[index].kind else { return nil }
            return Match(value: .clock(clock), end: index + 1)
        case .numericDate:
            guard case .date(let days) = tokens[index].kind, let day = days.first else { return nil }
            return Match(value: .day(days.count == 1 ? .calendar(day) : .ambiguous(days), nil), end: index + 1)
        case .length:
            guard case .length(let length) = tokens[index].kind else { return compactLength(at: index) }
            return Match(value: .length(length), end: index + 1)
        case .zone:
            guard case .offset(let seconds) = tokens[index].kind else { return nil }
            return Match(value: .zone(.offset(seconds)), end: index + 1)
        default: return nil
        }
    }

    private func within(_ range: ClosedRange<Int>, _ index: Int) -> Match? {
        guard let number = number(at: index), range.contains(number.value),
            tokens[index].text.utf8.count <= 2 || !tokens[index].text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Match(value: .number(Double(number.value)), end: number.end)
    }

    private func year(at index: Int) -> Match? {
        if let value = tokens[index].integer, tokens[index].text.utf8.count == 4, (1000...2999).contains(value) {
            return Match(value: .number(Double(value)), end: index + 1)
        }
        guard lexicon.numbers.isChinese, let number = ChineseNumber.year(tokens, at: index) else { return nil }
        return Match(value: .number(Double(number.value)), end: number.end)
    }

    // MARK: Patterns

    private func run(_ pattern: Pattern, at index: Int) -> Match? {
        budget -= 1
        guard budget > 0 else { return nil }
        var captures = Captures()
        guard let end = run(pattern.elements[...], at: index, &captures), end > index,
            let value = Interpreter.value(pattern.meaning, captures), !isRestOfItsOwn(pattern, end)
        else { return nil }
        return Match(value: value, end: end)
    }

    /// `1 hour 5 seconds`: the number behind a unit has its own.
    private func isRestOfItsOwn(_ pattern: Pattern, _ end: Int) -> Bool {
        guard case .lengthRest = pattern.meaning else { return false }
        return match(.unit, at: end) != nil
    }

    func captures(of pattern: Pattern, at index: Int) -> (Captures, end: Int)? {
        var captures = Captures()
        return run(pattern.elements[...], at: index, &captures).map { (captures, $0) }
    }

    private func run(_ elements: ArraySlice<Pattern.Element>, at index: Int, _ captures: inout Captures) -> Int? {
        guard let element = elements.first else { return index }
        let rest = elements.dropFirst()
        switch element {
        case .words(let runs):
            for words in runs where has(words, at: index) {
                let before = captures
                if let end = run(rest, at: index + words.count, &captures) { return end }
                captures = before
            }
            return nil
        case .slot(let slot):
            guard let match = match(slot, at: index) else { return nil }
            captures.add(match.value, slot)
            return run(rest, at: match.end, &captures)
        case .optional(let inner):
            let before = captures
            if let end = run([inner] + rest, at: index, &captures) { return end }
            captures = before
            return run(rest, at: index, &captures)
        }
    }

    // MARK: What may follow

    /// A length, day or time of day with what belongs to it.
    private func extended(_ slot: Slot, _ match: Match, from index: Int) -> Match {
        var match = match
        switch match.value {
        case .length(let length) where slot == .length: addLengths(to: &match, length, from: index)
        case .day(let day, nil) where slot == .day:
            if let part = self.match(.part, at: match.end), case .part(let value) = part.value,
                // 明天早八点, but not 明天早餐
                !lexicon.numbers.isChinese || part.end > match.end + 1 || number(at: part.end) != nil
            {
                match = Match(value: .day(day, value), end: part.end)
            }
        case .clock(var clock) where slot == .clock:
            if !clock.isCertain, let half = self.match(.half, at: match.end), case .half(let hours) = half.value,
                (1...12).contains(clock.hour)
            {
                (clock.hour, clock.isCertain, match.end) = (clock.hour % 12 + hours, true, half.end)
            }
            if let part = self.match(.part, at: match.end), case .part(let value) = part.value {
                (clock.part, match.end) = (value, part.end)
            }
            if let zone = self.match(.zone, at: match.end), case .zone(let value) = zone.value {
                (clock.zone, match.end) = (value, zone.end)
            }
            match.value = .clock(clock)
        default: break
        }
        return match
    }

    /// `an hour and twenty minutes`; "ten minutes and one hour" are two lengths.
    private func addLengths(to match: inout Match, _ first: TimeLength, from index: Int) {
        var total = first
        var smallest = unit(from: index, to: match.end)
        while let last = smallest {
            var next = match.end
            // `3 hours, 20 minutes, and 10 seconds`
            if text(next) == ",", tokens.indices.contains(next + 1) { next += 1 }
            if isOneOf(lexicon.context.lengthJoins, next) { next += 1 }
            guard let part = self.match(.length, at: next), case .length(let more) = part.value,
                let unit = unit(from: next, to: part.end), unit < last
            else { break }
            total = total + more
            (match.value, match.end) = (.length(total), part.end)
            smallest = self.unit(from: next, to: part.end, smallest: true) ?? unit
            if smallest == .second { break }
        }
    }

    /// The first or smallest unit that is named there.
    private func unit(from index: Int, to end: Int, smallest: Bool = false) -> TimeUnit? {
        var units: [TimeUnit] = [], place = index
        while place < end {
            if let match = match(.unit, at: place), case .unit(let unit) = match.value {
                units.append(unit)
                place = match.end
            } else {
                place += 1
            }
        }
        return smallest ? units.min() : units.first
    }
}
