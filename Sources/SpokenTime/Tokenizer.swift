/// Cuts a text into tokens: letters from digits (`7pm`, `July04`, `1h30`), each Chinese character by itself.
///
/// Full-width digits become ASCII, traditional characters the simplified ones of the lexicon, letters lose their accents.
struct Tokenizer {
    private let scalars: String.UnicodeScalarView
    private var index: String.Index
    private let end: String.Index
    private var tokens: [Token] = []

    /// - Parameter limit: characters that are looked at.
    static func tokens(of text: String, limit: Int = 4_000) -> [Token] {
        var tokenizer = Tokenizer(text, limit: limit)
        tokenizer.run()
        return tokenizer.tokens
    }

    private init(_ text: String, limit: Int) {
        scalars = text.unicodeScalars
        index = scalars.startIndex
        end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex) ?? scalars.endIndex
    }

    private mutating func run() {
        var isApart = true
        while index < end {
            let scalar = scalars[index]
            if scalar.properties.isWhitespace {
                isApart = true
                scalars.formIndex(after: &index)
                continue
            }
            if NumberShape.digit(scalar) != nil {
                takeNumber(isApart)
            } else if Self.isHan(scalar) {
                let start = index
                scalars.formIndex(after: &index)
                append(.word, String(Character(Self.simplified[scalar] ?? scalar)), start, isApart)
            } else if scalar.properties.isAlphabetic {
                takeWord(isApart)
            } else {
                takeMark(isApart)
            }
            isApart = false
        }
    }

    private mutating func append(_ kind: Token.Kind, _ text: String, _ start: String.Index, _ isApart: Bool) {
        tokens.append(Token(text: text, kind: kind, range: start..<index, isApart: isApart))
    }

    // MARK: Words

    private mutating func takeWord(_ isApart: Bool) {
        let start = index
        while index < end, Self.isLetter(scalars[index]) || isInnerApostrophe { scalars.formIndex(after: &index) }
        let text = Self.folded(scalars[start..<index])
        // A letter and an ISO length: `PT1H30M`.
        if text == "pt" || text == "p", index < end, NumberShape.digit(scalars[index]) != nil,
            takeLength(start, isApart)
        {
            return
        }
        let isAccented = scalars[start..<index].contains { !$0.isASCII && $0 != "’" }
        let isCapital = scalars[start].properties.isUppercase
        var pieces: [(text: Substring, length: Int)] = [(text[...], text.unicodeScalars.count)]
        if let mark = text.firstIndex(of: "'") {
            let head = text[..<mark], tail = text[text.index(after: mark)...]
            if tail == "s" {
                pieces = [(head, head.unicodeScalars.count), ("'s", 2)]
            } else if head == "qu" || (head.count == 1 && head != "o") {
                pieces = [(head, head.unicodeScalars.count + 1), (tail, tail.unicodeScalars.count)]
            }
        }
        var place = start, isFirst = true
        for (position, piece) in pieces.enumerated() {
            let next =
                position == pieces.count - 1
                ? index : scalars.index(place, offsetBy: piece.length, limitedBy: index) ?? index
            var token = Token(text: String(piece.text), kind: .word, range: place..<next, isApart: isFirst && isApart)
            token.isCapital = isCapital
            token.isAccented = isAccented
            tokens.append(token)
            (place, isFirst) = (next, false)
        }
        joinHalf()
    }

    /// `o'clock`, `l’heure`: a letter on each side.
    private var isInnerApostrophe: Bool {
        guard scalars[index] == "'" || scalars[index] == "’" else { return false }
        let next = scalars.index(after: index)
        return next < end && Self.isLetter(scalars[next])
    }

    /// Makes `a.m.`, `p. m.` and `P M` one word.
    private mutating func joinHalf() {
        guard tokens.last?.text == "m" else { return }
        let hasPoint = tokens.count > 1 && tokens[tokens.count - 2].text == "."
        let place = tokens.count - (hasPoint ? 3 : 2)
        guard place >= 0, tokens[place].text == "a" || tokens[place].text == "p",
            hasPoint || (place > 0 && NumberShape.isNumber(tokens[place - 1]))
        else { return }
        tokens[place].text += "m"
        tokens[place].range = tokens[place].range.lowerBound..<index
        tokens.removeLast(tokens.count - place - 1)
        if hasPoint, index < end, scalars[index] == "." { scalars.formIndex(after: &index) }
    }

    private mutating func takeMark(_ isApart: Bool) {
        let start = index, scalar = scalars[index]
        scalars.formIndex(after: &index)
        // A hyphen that joins letters to what follows them is a blank.
        let isJoin = scalar == "-" || scalar == "‑"
        if isJoin, !isApart, index < end, Self.isLetter(scalars[index]), let last = tokens.last, last.kind != .mark {
            return
        }
        if isJoin, !isApart, let last = tokens.last, last.isWord, !last.text.isEmpty, last.range.upperBound == start,
            index < end, NumberShape.digit(scalars[index]) != nil, last.isCapital, last.text.count < 3
        {
            append(.opaque, "-", start, isApart)  // `B-12`
            return
        }
        if let value = Self.fractions[scalar] {
            append(.number(value), String(Character(scalar)), start, isApart)
        } else {
            append(.mark, String(Character(NumberShape.narrow(scalar))), start, isApart)
        }
    }

    // MARK: Numbers

    private mutating func takeNumber(_ isApart: Bool) {
        let start = index
        let before = tokens.last.flatMap { !isApart && $0.range.upperBound == start ? $0 : nil }
        let shape = NumberShape(scalars, from: start, to: end)
        index = shape.end
        var kind = shape.kind
        if let before, NumberShape.isBound(to: before), !isUnitBehindNumber { kind = .opaque }
        if index < end, NumberShape.makesOpaque(scalars[index]) { kind = .opaque }
        append(kind, shape.text, start, isApart)
        if case .date = kind, index < end, scalars[index] == "T" || scalars[index] == "t" {
            let next = scalars.index(after: index)
            if next < end, NumberShape.digit(scalars[next]) != nil { index = next }
        }
        if case .clock = kind { takeOffset() }
    }

    /// `1d4h`, `3m20s`: the last token is a unit of the number directly before it, which more may follow.
    private var isUnitBehindNumber: Bool {
        guard tokens.count > 1, let unit = tokens.last, !unit.isApart, PhraseMatcher.letters[unit.text] != nil,
            case .number = tokens[tokens.count - 2].kind
        else { return false }
        return true
    }

    /// The offset from UTC directly behind a time of day.
    private mutating func takeOffset() {
        guard index < end, let (offset, after) = NumberShape.offset(scalars, from: index, to: end) else { return }
        let start = index
        index = after
        append(.offset(offset), "offset", start, false)
    }

    private mutating func takeLength(_ start: String.Index, _ isApart: Bool) -> Bool {
        var place = start
        while place < end, Self.isLetter(scalars[place]) || NumberShape.digit(scalars[place]) != nil {
            scalars.formIndex(after: &place)
        }
        guard let length = TimeLength(iso8601: String(scalars[start..<place])) else { return false }
        index = place
        append(.length(length), "length", start, isApart)
        return true
    }
}

// MARK: Characters

extension Tokenizer {
    static func isHan(_ scalar: Unicode.Scalar) -> Bool {
        (0x4E00...0x9FFF).contains(scalar.value) || (0x3400...0x4DBF).contains(scalar.value) || scalar == "〇"
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? (0x61...0x7A).contains(scalar.value | 0x20)
            : (scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark) && !isHan(scalar)
    }

    /// Lower case, without accents, `ß` as ss, `’` as '.
    static func folded(_ scalars: Substring.UnicodeScalarView) -> String {
        var text = String.UnicodeScalarView(), isPlain = true
        for scalar in scalars {
            if scalar.isASCII {
                text.append((0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            } else if let plain = plain[scalar] {
                text.append(contentsOf: plain.unicodeScalars)
            } else {
                isPlain = false
                text.append(scalar)
            }
        }
        return isPlain
            ? String(text)
            : String(text).lowercased().filter {
                !$0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .nonspacingMark }
            }
    }

    static func folded(_ text: String) -> String { folded(Substring(text).unicodeScalars) }

    private static let plain: [Unicode.Scalar: String] = {
        var plain: [Unicode.Scalar: String] = ["’": "'", "ß": "ss", "œ": "oe", "Œ": "oe", "æ": "ae"]
        for (letter, accented) in [
            ("a", "àáâäãåÀÁÂÄÃÅ"), ("e", "èéêëÈÉÊË"), ("i", "ìíîïÌÍÎÏ"), ("o", "òóôöõÒÓÔÖÕ"), ("u", "ùúûüÙÚÛÜ"),
            ("c", "çÇ"), ("n", "ñÑ"),
        ] {
            for scalar in accented.unicodeScalars { plain[scalar] = letter }
        }
        for mark in 0x300...0x36F { if let mark = Unicode.Scalar(mark) { plain[mark] = "" } }
        return plain
    }()

    private static let simplified: [Unicode.Scalar: Unicode.Scalar] = [
        "點": "点", "鐘": "钟", "鍾": "钟", "週": "周", "兩": "两", "後": "后", "號": "号", "個": "个", "時": "时", "間": "间",
        "禮": "礼", "過": "过", "從": "从", "這": "这", "別": "别", "約": "约", "聖": "圣", "誕": "诞", "節": "节", "國": "国",
        "慶": "庆", "勞": "劳", "動": "动", "開": "开", "會": "会", "醒": "醒", "鬧": "闹", "鈴": "铃", "還": "还", "萬": "万",
        "凌": "凌", "來": "来", "頭": "头",
    ]

    private static let fractions: [Unicode.Scalar: Double] = ["½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1.0 / 3]
}
