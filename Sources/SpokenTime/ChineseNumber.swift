/// Chinese numerals: 二十五, 一百零五, 二零二六.
enum ChineseNumber {
    private static let digits: [String: Int] = [
        "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    private static let scales: [String: Int] = ["十": 10, "百": 100, "千": 1_000, "万": 10_000]

    static func isNumeral(_ text: String) -> Bool { digits[text] != nil || scales[text] != nil }

    static func whole(_ tokens: [Token], at start: Int) -> (value: Int, end: Int)? {
        var total = 0, section = 0, digit: Int?, place = start, lastScale = 1_000_000
        scan: while tokens.indices.contains(place) {
            let text = tokens[place].text
            if let value = digits[text] {
                // 三四天: three or four, which is no number; 二零二六 is one of digits.
                if let before = digit, before > 0 { return nil }
                digit = value
            } else if let scale = scales[text] {
                if scale == 10_000 {
                    (total, section, digit) = ((total + section + (digit ?? 0)) * scale, 0, nil)
                } else {
                    guard scale < lastScale || section == 0 else { break scan }
                    section += max(digit ?? 1, 1) * scale
                    (digit, lastScale) = (nil, scale)
                }
                guard total < 1_000_000 else { return nil }
            } else {
                break
            }
            place += 1
        }
        return place > start ? (total + section + (digit ?? 0), place) : nil
    }

    /// Four digits in a row.
    static func year(_ tokens: [Token], at start: Int) -> (value: Int, end: Int)? {
        var value = 0
        for place in start..<start + 4 {
            guard tokens.indices.contains(place), let digit = digits[tokens[place].text] else { return nil }
            value = value * 10 + digit
        }
        return (1000...2999).contains(value) ? (value, start + 4) : nil
    }
}
