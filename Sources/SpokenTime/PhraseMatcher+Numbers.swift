extension PhraseMatcher {
    /// A whole number below a million in digits or words, and the index behind it.
    func number(at index: Int) -> (value: Int, end: Int)? {
        guard tokens.indices.contains(index) else { return nil }
        let token = tokens[index]
        if let (value, end) = digits(at: index) {
            // `2 thousand`
            if let next = text(end), lexicon.numbers.thousands.contains(next), value < 1_000 {
                return (value * 1_000, end + 1)
            }
            return (value, end)
        }
        guard token.isWord else { return nil }
        if lexicon.numbers.isChinese { return ChineseNumber.whole(tokens, at: index) }
        return words(at: index)
    }

    private func digits(at index: Int) -> (value: Int, end: Int)? {
        guard case .number(var value) = tokens[index].kind else { return nil }
        if let thousands = thousands(at: index) { return thousands }
        if lexicon.numbers.pointGroups, value != value.rounded() || tokens[index].text.contains("."),
            let grouped = Self.grouped(tokens[index].text)
        {
            value = grouped
        }
        guard value == value.rounded(), value < 1_000_000,
            !tokens[index].text.contains(".") || lexicon.numbers.pointGroups
        else { return nil }
        return (Int(value), index + 1)
    }

    /// `1 000`, where a blank parts thousands; other digits than 000 in French only, which writes it so.
    private func thousands(at index: Int) -> (value: Int, end: Int)? {
        guard tokens.indices.contains(index + 1), tokens[index + 1].isApart, let head = tokens[index].integer,
            (1...999).contains(head), tokens[index].text.utf8.count == String(head).utf8.count,
            case .number = tokens[index + 1].kind, tokens[index + 1].text.utf8.count == 3,
            let rest = tokens[index + 1].integer, rest == 0 || lexicon.language == .french
        else { return nil }
        return (head * 1_000 + rest, index + 2)
    }

    /// `1.000`, where the point parts thousands.
    private static func grouped(_ text: String) -> Double? {
        let runs = text.split(separator: ".", omittingEmptySubsequences: false)
        guard runs.count > 1, (1...3).contains(runs[0].count), runs[0] != "0",
            runs.dropFirst().allSatisfy({ $0.utf8.count == 3 })
        else { return nil }
        return Double(runs.joined())
    }

    private func words(at start: Int) -> (value: Int, end: Int)? {
        let numbers = lexicon.numbers
        var total = 0, current = 0, place = start, hasCurrent = false
        if let (value, end) = phrase(numbers.phrases, at: place) { (current, place, hasCurrent) = (value, end, true) }
        if !hasCurrent, let word = text(place), !numbers.hundreds.contains(word), !numbers.thousands.contains(word) {
            return nil
        }
        while let word = text(place) {
            if numbers.hundreds.contains(word), current < 100 {
                (current, place, hasCurrent) = (max(current, 1) * 100, place + 1, true)
            } else if numbers.thousands.contains(word), total == 0 {
                (total, current, place, hasCurrent) = (max(current, 1) * 1_000, 0, place + 1, true)
            } else {
                break
            }
            let next = text(place) == numbers.joiner ? place + 1 : place
            if let (value, end) = phrase(numbers.phrases, at: next), value > 0 {
                (current, place) = (current + value, end)
            }
        }
        return place > start && hasCurrent ? (total + current, place) : nil
    }

    private func phrase(
        _ phrases: [String: [(words: [String], value: Int)]], at index: Int
    ) -> (value: Int, end: Int)? {
        guard let word = text(index) else { return nil }
        for (words, value) in phrases[word] ?? [] where has(words, at: index) { return (value, index + words.count) }
        return nil
    }

    /// A number that counts something: `1.5`, `2½`, `1 1/2`, `½`, a whole one.
    func quantity(at index: Int) -> Match? {
        func match(_ value: Double, _ end: Int) -> Match { Match(value: .number(value), end: end) }
        if case .pair(let above, let below) = tokens[index].kind, below > 0, above < below {
            return match(Double(above) / Double(below), index + 1)
        }
        if let (value, end) = number(at: index) {
            guard tokens.indices.contains(end) else { return match(Double(value), end) }
            switch tokens[end].kind {
            case .number(let part)
            where part < 1 && part > 0 && tokens[end].text.unicodeScalars.first.map { !$0.isASCII } == true:
                return match(Double(value) + part, end + 1)
            case .pair(let above, let below) where below > 0 && above < below:
                return match(Double(value) + Double(above) / Double(below), end + 1)
            default: return match(Double(value), end)
            }
        }
        guard case .number(let value) = tokens[index].kind else { return nil }
        return match(value, index + 1)
    }

    /// 1 to 31: `3`, `3rd`, `third`, `twenty first`.
    func dayNumber(at index: Int, isOrdinal: Bool) -> Match? {
        func match(_ value: Int, _ end: Int) -> Match? {
            (1...31).contains(value) ? Match(value: .number(Double(value)), end: end) : nil
        }
        let numbers = lexicon.numbers
        if let (value, end) = phrase(numbers.ordinals, at: index) { return match(value, end) }
        guard let (value, end) = number(at: index), tokens[index].text.utf8.count <= 2 || tokens[index].isWord else {
            return nil
        }
        if let suffix = text(end), numbers.suffixes.contains(suffix), !tokens[end].isApart, !tokens[index].isWord {
            return match(value, end + 1)
        }
        return isOrdinal ? nil : match(value, end)
    }
}
