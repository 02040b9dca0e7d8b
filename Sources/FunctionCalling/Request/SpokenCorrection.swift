import Foundation
import Retrieval

/// A request that corrects the one before it: "no, I meant the kitchen", "not the bedroom, the kitchen", "不，我是说厨房".
struct SpokenCorrection: Equatable {
    /// What is meant, without an article.
    let right: String
    /// What was wrong, where it is said.
    let wrong: String?

    private static let longest = 80

    /// nil for a request that stands alone.
    init?(_ text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines.union(.punctuationCharacters))
            .replacing("’", with: "'")
        guard text.count <= Self.longest else { return nil }
        if let match = text.wholeMatch(of: Self.exchanged) {
            (right, wrong) = (Self.bare(String(match.right)), Self.bare(String(match.wrong)))
        } else if let match = text.wholeMatch(of: Self.turned) {
            (right, wrong) = (Self.bare(String(match.right)), Self.bare(String(match.wrong)))
        } else if let rest = Self.rest(of: text) {
            (right, wrong) = (Self.bare(rest), nil)
        } else {
            return nil
        }
        guard !right.isEmpty, right.split(whereSeparator: \.isWhitespace).count <= 5 else { return nil }
    }

    /// Words that open a correction and say nothing of what is meant.
    private static let openings = [
        "no i meant", "no i mean", "no i said", "no i want", "i meant", "sorry i meant", "wait i meant",
        "actually i meant",
        "oops i meant", "no the", "sorry the", "oops the", "actually the", "no in the", "sorry in the", "no make it",
        "no make that", "make it", "make that", "actually make it", "no wait", "nein ich meinte", "nein ich meine",
        "ich meinte",
        "ich meine", "nein die", "nein das", "nein den", "nein im", "nein in der", "non je voulais dire",
        "je voulais dire",
        "non je parlais de", "non la", "non le", "non dans", "no quise decir", "quise decir", "no me refería a",
        "no la", "no el",
        "no en", "不我是说", "不我说的是", "不我指的是", "不是我说的是", "不是我是说", "不对我说的是", "不对是", "错了是", "我是说", "我说的是",
        "我指的是",
    ].sorted { $0.count > $1.count }

    private static let spanish: Set<String> = ["no la", "no el", "no en"]

    /// What stands behind an opening; nil where there is none.
    private static func rest(of text: String) -> String? {
        let folded = text.lowercased().filter { !",.!，。！".contains($0) }
        guard
            let opening = openings.first(where: { opening in
                folded.hasPrefix(opening) && folded.dropFirst(opening.count).first?.endsWord(after: opening) == true
            })
        else { return nil }
        // "No la apagues" forbids, "no, la cocina" corrects.
        if spanish.contains(opening), !text.lowercased().hasPrefix("no,") { return nil }
        // "Make it 22", but "make it louder" is a request of its own.
        if opening.hasSuffix("make it") || opening.hasSuffix("make that"), !text.contains(where: \.isNumber) {
            return nil
        }
        // The rest as it was written: as many letters from the end.
        let count = folded.dropFirst(opening.count).filter { !$0.isWhitespace }.count
        var rest = "", left = count
        for character in text.reversed() {
            guard left > 0 else { break }
            rest.append(character)
            if !character.isWhitespace, !",.!，。！".contains(character) { left -= 1 }
        }
        return String(rest.reversed())
    }

    /// "not the bedroom, the kitchen"
    private static var exchanged: Regex<(Substring, wrong: Substring, right: Substring)> {
        /(?i:(?:no,? )?not (?:in |at )?(?<wrong>[^,]+?)(?:,| but) (?:but )?(?:in |at )?(?<right>.+))/
    }
    /// "the kitchen, not the bedroom"
    private static var turned: Regex<(Substring, right: Substring, wrong: Substring)> {
        /(?i:(?:no,? )?(?:i meant )?(?:in |at )?(?<right>[^,]+?),? not (?:in |at )?(?<wrong>.+))/
    }

    /// Without article and preposition, which stay as they are in the earlier request.
    private static func bare(_ text: String) -> String {
        let articles: Set<String> = [
            "the", "a", "an", "in", "at", "to", "my", "der", "die", "das", "den", "dem", "im", "in", "le", "la", "les",
            "l'",
            "dans", "el", "los", "las", "en", "please", "it", "for",
        ]
        var words = text.split(whereSeparator: \.isWhitespace)
        while let first = words.first, words.count > 1, articles.contains(first.lowercased()) { words.removeFirst() }
        while let last = words.last, words.count > 1, ["please", "instead", "bitte"].contains(last.lowercased()) {
            words.removeLast()
        }
        return words.joined(separator: " ")
    }

    /// Words that hold a sentence together and are never what was wrong.
    static func isCommon(_ word: Substring) -> Bool {
        let word = word.lowercased()
        return Terms.isCommon(word) || joining.contains(word)
    }

    private static let joining: Set<String> = [
        "on", "off", "up", "down", "from", "into", "onto", "over", "der", "die", "das", "den", "dem", "im", "am", "auf",
        "aus", "an",
        "le", "la", "les", "dans", "de", "du", "des", "el", "los", "las", "en", "del", "un", "una", "une", "ein",
        "eine",
    ]
}

extension Character {
    /// Whether a word ends before it: a script without blanks, or a blank.
    fileprivate func endsWord(after opening: String) -> Bool {
        isWhitespace || opening.unicodeScalars.last.map { $0.value > 0x2E80 } == true
    }
}
