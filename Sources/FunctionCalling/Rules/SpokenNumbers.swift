/// The numbers that a request says, in digits of any language or in English or Chinese words; those of dates, clock times,
/// versions and names are none.
struct SpokenNumbers {
    struct Number: Hashable {
        let value: Double
        /// As it is written in digits, without sign and thousands.
        let digits: String
        /// A unit of time stands behind it: the number may stand for another one of a smaller unit.
        var isOfTime = false
    }

    /// Different ones, in the order of the text.
    private(set) var all: [Number] = []

    /// Characters that are looked at.
    private static let maximumLength = 2_000

    init(_ text: String, _ language: SpokenLanguage?) {
        let text = text.prefix(Self.maximumLength).lowercased()
        var found: [(place: String.Index, number: Number)] = Self.inDigits(text, comma: language)
        if language == .english { found += Self.inWords(text) }
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
            guard
                !["am", "pm", "st", "nd", "rd", "th", "uhr", "h", "点", "号", "月", "年", "日"].contains(where: unit.starts)
                    || unit.starts(with: "mo")
            else { return nil }
            guard let plain = plain(String(match.digits), comma), let value = Double(plain) else { return nil }
            let isBelow = match.sign != nil || text[end...].prefix(16).contains("below zero")
            return (
                start,
                Number(value: isBelow ? -value : value, digits: plain, isOfTime: ofTime.contains(where: unit.starts))
            )
        }
    }

    /// `1,000` as 1000, `21,5` as 21.5 where a comma is the decimal mark; nil for a version.
    private static func plain(_ text: String, _ language: SpokenLanguage?) -> String? {
        let points = text.count { $0 == "." }, commas = text.count { $0 == "," }
        if points + commas == 0 { return text }
        if text.wholeMatch(of: /\d{1,3}(,\d{3})+(\.\d+)?/) != nil { return text.replacing(",", with: "") }
        if points == 1, commas == 0 { return text }
        let isContinental = [.german, .french, .spanish].contains(language)
        if isContinental, text.wholeMatch(of: /\d{1,3}(\.\d{3})+/) != nil { return text.replacing(".", with: "") }
        return commas == 1 && points == 0 ? text.replacing(",", with: ".") : nil
    }

    private static let ofTime = [
        "s", "sec", "min", "hour", "hr", "day", "week", "month", "year", "stund", "tag", "woche", "heure", "jour",
        "semaine",
        "hora", "día", "秒", "分", "小时", "钟", "天", "周",
    ]
}

extension SpokenNumbers {
    /// `one hundred and fifty`: runs of words of numbers.
    private static func inWords(_ text: String) -> [(String.Index, Number)] {
        let words = text.split { !($0.isLetter || $0.isNumber) }
        var found: [(String.Index, Number)] = [], index = 0
        while index < words.count {
            var (total, part, end, isNumber) = (0, 0, index, false)
            run: while end < words.count {
                let word = String(words[end])
                switch word {
                case "hundred" where isNumber: part = max(1, part) * 100
                case "thousand" where isNumber: (total, part) = (total + max(1, part) * 1_000, 0)
                case "and" where isNumber && part % 100 == 0 && part > 0 && end + 1 < words.count: break
                default:
                    guard let value = english[word] else { break run }
                    part += value
                    isNumber = true
                }
                end += 1
            }
            // "one" alone is a pronoun as often as a number.
            if isNumber, end > index + 1 || words[index] != "one" {
                let isBelow = index > 0 && ["minus", "negative"].contains(words[index - 1])
                let value = total + part, next = end < words.count ? String(words[end]) : ""
                found.append(
                    (
                        words[index].startIndex,
                        Number(
                            value: Double(isBelow ? -value : value), digits: String(value),
                            isOfTime: ofTime.contains(where: next.hasPrefix))
                    ))
            }
            index = max(end, index + 1)
        }
        return found
    }

    private static let english: [String: Int] = {
        let small = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        return Dictionary(uniqueKeysWithValues: zip(small, 0...))
            .merging(zip(tens, stride(from: 20, through: 90, by: 10))) { first, _ in first }
    }()

    /// `一百五十`, `百分之二十`.
    private static func inIdeographs(_ text: String) -> [(String.Index, Number)] {
        text.matches(of: /(零下|负)?([零一二两三四五六七八九十百千万]+)(\S?)/).compactMap { match in
            let run = Array(match.2), unit = match.3
            // `一下`, `一首`, `两个`: of one or two things, or none.
            guard run.count > 1 || "度%％成档".contains(where: { unit == String($0) }), run.contains(where: { $0 != "百" })
            else {
                return nil
            }
            var (total, part, digit) = (0, 0, 0)
            for character in run {
                if let value = ideographs[character] {
                    digit = value
                } else if let scale = scales[character] {
                    if scale == 10_000 {
                        (total, part, digit) = (total + (part + digit) * scale, 0, 0)
                    } else {
                        (part, digit) = (part + max(1, digit) * scale, 0)
                    }
                }
            }
            let value = total + part + digit
            let isBelow = match.1 != nil, isOfTime = "秒分小天周点号月年日".contains(where: { unit == String($0) })
            return (
                match.range.lowerBound,
                Number(value: Double(isBelow ? -value : value), digits: String(value), isOfTime: isOfTime)
            )
        }
    }

    private static let ideographs: [Character: Int] = [
        "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    private static let scales: [Character: Int] = ["十": 10, "百": 100, "千": 1_000, "万": 10_000]
}

extension SpokenNumbers.Number {
    /// Whether another number is this one without its sign or some of its digits, or with more of them.
    func isCut(to other: Double) -> Bool {
        guard other != value else { return false }
        // A minus is lost, but "take two off" means one that is not said.
        if other == -value { return value < 0 }
        guard !isOfTime else { return false }
        let written = Int(exactly: abs(other)).map(String.init) ?? "\(abs(other))"
        let (mine, others) = (digits.filter(\.isNumber), written.filter(\.isNumber))
        guard others != "0", mine != "0" else { return false }
        return mine != others && (mine.hasPrefix(others) || mine.hasSuffix(others) || others.hasPrefix(mine))
    }

    /// Whether another number is this one in another unit.
    func comes(to other: Double) -> Bool {
        let scales: [Double] = [60, 3_600, 24, 7, 1_000, 100, 10, 1.0 / 60, 1.0 / 3_600, 0.001, 0.01, 0.1]
        var converted = scales.map { value * $0 }
        converted.append((value - 32) / 1.8)  // Fahrenheit
        converted.append(value * 1.8 + 32)
        converted.append(100 - value)
        return converted.contains { abs($0 - other) < 0.51 }
    }
}
