/// The numbers that a request says, in digits of any language or in words of the five; those of dates, clock times,
/// versions and names are none.
///
/// Digits are read here and not by `Tokenizer`: a share, a temperature and a sign, which no time has, belong to them.
package struct SpokenNumbers {
    package struct Number: Hashable {
        package let value: Double
        /// As it is written in digits, without sign and thousands.
        package let digits: String
        /// A unit of time stands behind it: the number may stand for another one of a smaller unit.
        package var isOfTime = false
    }

    /// Different ones, in the order of the text.
    package private(set) var all: [Number] = []

    /// Characters that are looked at.
    private static let maximumLength = 2_000

    package init(_ text: String, _ language: SpokenLanguage?) {
        let text = text.prefix(Self.maximumLength).lowercased()
        var found: [(place: String.Index, number: Number)] = Self.inDigits(text, comma: language)
        if language == .english { found += Self.inWords(text) }
        if let language, [.german, .french, .spanish].contains(language) { found += Self.inWords(text, of: language) }
        if language == .chinese { found += Self.inIdeographs(text) }
        for (_, number) in found.sorted(by: { $0.place < $1.place }) where !all.contains(number) { all.append(number) }
    }

    private static func inDigits(_ text: String, comma: SpokenLanguage?) -> [(String.Index, Number)] {
        let form =
            /(?<sign>(?:minus|negative|moins|menos|零下|负)\s?|[-−–])?(?<digits>\d+(?:[.,]\d+)*)(?<unit>\s?[\p{L}°%]*)/
        return text.matches(of: form).compactMap { match in
            let start = match.range.lowerBound, end = match.digits.endIndex
            let before = start > text.startIndex ? text[text.index(before: start)] : " "
            // Part of a name (`co2`, `h264`), a date, a clock time, a version.
            guard !before.isLetter || !before.isASCII, !before.isNumber, !":/-.".contains(before) else { return nil }
            if end < text.endIndex, ":/-".contains(text[end]), text[end...].dropFirst().first?.isNumber == true {
                return nil
            }
            let unit = match.unit.trimmingPrefix { $0 == " " }
            guard !isOfClockOrRow(String(unit), text[match.range.upperBound...]) else { return nil }
            guard let plain = plain(String(match.digits), comma), let value = Double(plain) else { return nil }
            let isBelow = match.sign != nil || text[end...].prefix(16).contains("below zero")
            return (
                start,
                Number(value: isBelow ? -value : value, digits: plain, isOfTime: isOfTime(unit))
            )
        }
    }

    /// `1,000` as 1000, `1.000` too where a point parts thousands, `21,5` as 21.5; nil for a version.
    private static func plain(_ text: String, _ language: SpokenLanguage?) -> String? {
        let points = text.count { $0 == "." }, commas = text.count { $0 == "," }
        if points + commas == 0 { return text }
        if text.wholeMatch(of: /\d{1,3}(,\d{3})+(\.\d+)?/) != nil { return text.replacing(",", with: "") }
        let pointGroups = language.map { Lexicon.of($0).numbers.pointGroups } ?? false
        if pointGroups, text.wholeMatch(of: /[1-9]\d{0,2}(\.\d{3})+/) != nil { return text.replacing(".", with: "") }
        if points == 1, commas == 0 { return text }
        return commas == 1 && points == 0 ? text.replacing(",", with: ".") : nil
    }

    /// Whether what stands behind digits makes them a time of day, a day or a place in a row: `7 pm`, `3rd`, `5号`.
    private static func isOfClockOrRow(_ unit: String, _ rest: Substring) -> Bool {
        if ["am", "pm", "st", "nd", "rd", "th", "uhr", "h"].contains(unit) { return true }
        if unit == "a" || unit == "p" { return rest.hasPrefix(".m") || rest.hasPrefix(". m") }
        return ["点", "号", "月", "年", "日"].contains(where: unit.starts)
    }

    /// `s` alone; the others may go on, as in `minutes`.
    private static func isOfTime(_ unit: Substring) -> Bool { unit == "s" || ofTime.contains(where: unit.starts) }

    private static let ofTime = [
        "sec", "sek", "seg", "min", "hour", "hr", "day", "week", "month", "year", "stund", "tag", "woche", "heure",
        "jour",
        "semaine", "semana", "hora", "día", "秒", "分", "小时", "钟", "天", "周",
    ]
}

// MARK: Words

extension SpokenNumbers {
    /// `one hundred and fifty`.
    private static func inWords(_ text: String) -> [(String.Index, Number)] {
        inTokens(text, .english) { matcher, index, end in
            // "one" alone is a pronoun as often as a number, "a thousand" a manner of speaking.
            guard end > index + 1 || !matcher.isOneOf(["one", "hundred", "thousand"], index),
                !matcher.has(["below", "zero"], at: index - 1)
            else { return nil }
            let next = matcher.text(end) ?? ""
            return (
                isBelow: matcher.isOneOf(["minus", "negative"], index - 1)
                    || [end, end + 1].contains { matcher.has(["below", "zero"], at: $0) },
                isOfTime: isOfTime(next[...])
            )
        }
    }

    /// `hundertfünfzig`, `cent cinquante`, `ciento cincuenta`. Small ones are articles and other words as well: *un*, *neuf*.
    private static func inWords(_ text: String, of language: SpokenLanguage) -> [(String.Index, Number)] {
        inTokens(text, language) { matcher, index, end in
            // `pour cent`, `por ciento`: percent.
            guard let value = matcher.number(at: index)?.value, value > 12,
                !matcher.isOneOf(["pour", "por"], index - 1)
            else { return nil }
            return (
                isBelow: matcher.isOneOf(["minus", "moins", "menos"], index - 1),
                isOfTime: isOfTime((matcher.text(end) ?? "")[...])
            )
        }
    }

    /// `一百五十`, `百分之二十`.
    private static func inIdeographs(_ text: String) -> [(String.Index, Number)] {
        inTokens(text, .chinese) { matcher, index, end in
            let unit =
                matcher.tokens.indices.contains(end) && !matcher.tokens[end].isApart ? matcher.text(end) ?? "" : ""
            // `一下`, `一首`, `两个`: of one or two things, or none; `百度` is a name.
            guard end > index + 1 || !matcher.isOneOf(["百", "千", "万"], index),
                end > index + 1 || ["度", "%", "％", "成", "档"].contains(unit)
            else { return nil }
            return (
                isBelow: matcher.isOneOf(["负"], index - 1) || matcher.has(["零", "下"], at: index - 2),
                isOfTime: ["秒", "分", "小", "天", "周", "点", "号", "月", "年", "日"].contains(unit)
            )
        }
    }

    /// - Parameter read: what stands around a number from one token to before another; nil where it is none.
    private static func inTokens(
        _ text: String, _ language: SpokenLanguage,
        read: (PhraseMatcher, _ index: Int, _ end: Int) -> (isBelow: Bool, isOfTime: Bool)?
    ) -> [(String.Index, Number)] {
        let matcher = PhraseMatcher(Tokenizer.tokens(of: text), Lexicon.of(language))
        var found: [(String.Index, Number)] = [], index = 0
        while index < matcher.tokens.count {
            guard matcher.tokens[index].isWord, let (value, end) = matcher.number(at: index) else {
                index += 1
                continue
            }
            if let (isBelow, isOfTime) = read(matcher, index, end) {
                let number = Number(
                    value: Double(isBelow ? -value : value), digits: String(value), isOfTime: isOfTime)
                found.append((matcher.tokens[index].range.lowerBound, number))
            }
            index = end
        }
        return found
    }
}
