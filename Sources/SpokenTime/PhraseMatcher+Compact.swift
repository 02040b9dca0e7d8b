/// Lengths in letters, the same in all languages: `1d 4h`, `2h15m`, `1 Std. 20 Min.`
extension PhraseMatcher {
    /// Units by their letters, which stand directly behind their numbers.
    static let letters: [String: TimeUnit] = [
        "w": .week, "d": .day, "j": .day, "h": .hour, "m": .minute, "s": .second,
    ]
    /// Units by abbreviations that may stand apart from their numbers, and with a point.
    private static let abbreviations: [String: TimeUnit] = [
        "hr": .hour, "hrs": .hour, "std": .hour, "min": .minute, "mins": .minute, "mn": .minute, "sec": .second,
        "secs": .second, "sek": .second, "seg": .second,
    ]
    /// Of these one alone is a length in any sentence.
    private static let certain: Set<String> = ["std", "sek"]
    /// Words of sentences in which `45m` is a length as well.
    private static let counting: Set<String> = [
        "timer", "timers", "countdown", "count", "stopwatch", "remind", "snooze", "minuteur", "temporizador",
        "cronometro",
    ]

    /// Two parts at least, the larger unit first.
    func compactLength(at index: Int) -> Match? {
        var place = index, total = TimeLength(), units: [TimeUnit] = []
        while let (length, unit, end) = part(at: place), unit < (units.last ?? .year) {
            (total, place) = (total + length, end)
            units.append(unit)
            if text(place) == ".", part(at: place + 1) != nil { place += 1 }
        }
        guard units.count > 1 || (units.count == 1 && isLengthAlone(index + 1)) else { return nil }
        return Match(value: .length(total), end: place)
    }

    private func part(at index: Int) -> (length: TimeLength, unit: TimeUnit, end: Int)? {
        guard tokens.indices.contains(index + 1), case .number(let count) = tokens[index].kind else { return nil }
        let word = tokens[index + 1]
        guard let unit = (word.isApart ? nil : Self.letters[word.text]) ?? Self.abbreviations[word.text],
            let length = unit.length(count)
        else { return nil }
        return (length, unit, index + 2)
    }

    private func isLengthAlone(_ unit: Int) -> Bool {
        let word = tokens[unit].text
        return Self.certain.contains(word)
            || (["m", "d", "w"].contains(word) && tokens.contains { Self.counting.contains($0.text) })
    }
}
