/// Cuts text into the terms of the lexical index.
///
/// Words of alphabetic scripts are lower-cased, English endings folded; Han, kana, Hangul and Thai have no dependable word
/// boundaries, so that runs of them give character bigrams (and a run of one character itself).
public struct Terms: Sequence {
    private let words: [String]

    /// - Parameter splitsNames: also cut at `camelCase` humps and between letters and digits.
    public init(_ text: String, splitsNames: Bool = false) {
        var splitter = Splitter(splitsNames: splitsNames)
        for scalar in text.unicodeScalars { splitter.append(scalar) }
        splitter.endRun()
        words = splitter.terms
    }

    public func makeIterator() -> IndexingIterator<[String]> { words.makeIterator() }

    /// Whether a word, in lower case, is so common that it says nothing of a function.
    package static func isCommon(_ word: String) -> Bool { stopWords.contains(word) }

    /// Words so common that they say nothing of a function. Particles that do ("on", "off", "up", "down", "next",
    /// "all") are not among them.
    static let stopWords: Set<String> = [
        "a", "an", "the", "of", "for", "to", "in", "at", "by", "and", "or", "is", "are", "am", "be", "was", "were",
        "it", "its", "this", "that", "these", "those", "i", "me", "my", "mine", "we", "us", "our", "you", "your",
        "do", "does", "did", "can", "could", "would", "will", "shall", "should", "please", "with", "as", "if", "so",
        "s", "t", "d", "m", "ll", "re", "ve", "don", "have", "has", "had", "there", "here", "want", "need", "like",
        "e", "g", "eg", "etc", "which", "just", "some", "any", "let", "ok", "okay", "hey", "hi", "hello", "thanks",
    ]
}

private struct Splitter {
    enum Kind { case lower, upper, digit, ideograph, separator }

    let splitsNames: Bool
    var terms: [String] = []
    private var run: String.UnicodeScalarView = .init()
    private var kind = Kind.separator

    init(splitsNames: Bool) { self.splitsNames = splitsNames }

    mutating func append(_ scalar: Unicode.Scalar) {
        let next = Self.kind(of: scalar)
        if isBoundary(from: kind, to: next) { endRun() }
        kind = next
        guard next != .separator else { return }
        if scalar.value < 0x80 {
            run.append(next == .upper ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
        } else {
            run.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
    }

    mutating func endRun() {
        defer { run.removeAll(keepingCapacity: true) }
        guard !run.isEmpty else { return }
        guard kind == .ideograph else {
            let word = String(run)
            if !Terms.stopWords.contains(word) { terms.append(EnglishEndings.fold(word)) }
            return
        }
        if run.count == 1 { return terms.append(String(run)) }
        for (first, second) in zip(run, run.dropFirst()) {
            var pair = String.UnicodeScalarView()
            pair.append(first)
            pair.append(second)
            terms.append(String(pair))
        }
    }

    private func isBoundary(from: Kind, to: Kind) -> Bool {
        if from == to { return from == .separator }
        if from == .separator || to == .separator || from == .ideograph || to == .ideograph { return true }
        guard splitsNames else { return false }
        return !(from == .upper && to == .lower)
    }

    static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x61...0x7A: return .lower
        case 0x41...0x5A: return .upper
        case 0x30...0x39: return .digit
        case 0..<0x80: return .separator
        case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF,
            0xF900...0xFAFF, 0x20000...0x3FFFF, 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF:
            // Thai, Lao, Burmese and Khmer set no blanks between words either.
            return .ideograph
        default: break
        }
        let properties = scalar.properties
        if properties.isUppercase { return .upper }
        if properties.isAlphabetic { return .lower }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: return .lower
        case .decimalNumber: return .digit
        default: return .separator
        }
    }
}

/// Folds the commonest English endings, so that "scheduled", "schedules" and "scheduling" are one term.
///
/// Lighter than Porter's stemmer: it never merges a noun of agency with its verb ("timer" is not "time").
package enum EnglishEndings {
    package static func fold(_ word: String) -> String {
        var letters = Array(word.utf8)
        guard letters.count > 2, letters.allSatisfy({ (0x61...0x7A).contains($0) }) else { return word }
        plural(&letters)
        inflection(&letters)
        if letters.count > 3, letters.last == UInt8(ascii: "e") { letters.removeLast() }
        if letters.count > 3, let last = letters.last, letters[letters.count - 2] == last, !isVowel(last) {
            letters.removeLast()
        }
        if letters.count > 2, letters.last == UInt8(ascii: "y") { letters[letters.count - 1] = UInt8(ascii: "i") }
        return String(decoding: letters, as: UTF8.self)
    }

    private static func plural(_ letters: inout [UInt8]) {
        guard letters.count > 3, letters.last == UInt8(ascii: "s") else { return }
        switch letters[letters.count - 2] {
        case UInt8(ascii: "s"), UInt8(ascii: "u"), UInt8(ascii: "i"): return
        default: letters.removeLast()
        }
        if ends(letters, "ie"), letters.count > 4 { letters.removeLast() }
        if ends(letters, "sse") || ends(letters, "che") || ends(letters, "she") || ends(letters, "xe") {
            letters.removeLast()
        }
    }

    private static func inflection(_ letters: inout [UInt8]) {
        for ending in ["ing", "ed", "ion"] where ends(letters, ending) {
            let stem = letters.dropLast(ending.utf8.count)
            guard stem.count >= 3, stem.contains(where: isVowel) else { return }
            if ending == "ion", stem.last != UInt8(ascii: "t"), stem.last != UInt8(ascii: "s") { return }
            letters = Array(stem)
            return
        }
    }

    private static func ends(_ letters: [UInt8], _ ending: String) -> Bool {
        letters.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }

    private static func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }
}

/// Runs of four letters of a word and its beginning, so that words of one family meet that no ending explains.
package enum WordParts {
    package static func of(_ word: String) -> [String] {
        // A character of a script without blanks is a word as often as two are: 灯 is in 灯光.
        if let first = word.unicodeScalars.first, Splitter.kind(of: first) == .ideograph {
            return word.map(String.init)
        }
        let letters = Array(("^" + word).unicodeScalars)
        guard letters.count > 4 else { return [] }
        return (0...letters.count - 4).map { start in
            var part = String.UnicodeScalarView()
            part.append(contentsOf: letters[start..<start + 4])
            return String(part)
        }
    }
}
