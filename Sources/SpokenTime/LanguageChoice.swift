extension Lexicon {
    static func of(_ language: Language) -> Lexicon {
        switch language {
        case .english: english
        case .chinese: chinese
        case .german: german
        case .french: french
        case .spanish: spanish
        }
    }
}

/// The languages that a text is in, by its words and its script: the likeliest first, then others that it borrows words of.
struct LanguageChoice {
    let languages: [Language]

    /// Each known word and the languages that have it, as bits.
    private static let known: [String: UInt8] = {
        var known: [String: UInt8] = [:]
        for language in latin {
            for word in Lexicon.of(language).vocabulary where word.unicodeScalars.first?.properties.isAlphabetic == true
            {
                known[word, default: 0] |= 1 << UInt8(language.rawValue)
            }
        }
        return known
    }()
    private static let latin: [Language] = [.english, .german, .french, .spanish]

    init(_ tokens: [Token]) {
        var scores = [0, 0, 0, 0, 0], own = [0, 0, 0, 0, 0], hasHan = false, hasLetters = false
        for token in tokens where token.isWord {
            guard let first = token.text.unicodeScalars.first else { continue }
            if Tokenizer.isHan(first) {
                hasHan = true
                continue
            }
            hasLetters = true
            if token.isAccented { scores[Language.english.rawValue] -= 2 }
            guard let bits = Self.known[token.text] else { continue }
            for language in Self.latin where bits & (1 << UInt8(language.rawValue)) != 0 {
                scores[language.rawValue] += 1
                // A word of one language alone that is long enough to be no accident.
                if bits.nonzeroBitCount == 1, token.text.utf8.count > 3 { own[language.rawValue] += 1 }
            }
        }
        var languages: [Language] = hasHan ? [.chinese] : []
        // With digits alone English reads what all read.
        if hasLetters || !hasHan {
            let first =
                Self.latin.max { scores[$0.rawValue] + own[$0.rawValue] < scores[$1.rawValue] + own[$1.rawValue] }
                ?? .english
            let most = scores[first.rawValue] + own[first.rawValue]
            let chosen = scores[Language.english.rawValue] + own[Language.english.rawValue] == most ? .english : first
            languages.append(chosen)
            // Others that it borrows words of, or that it may as well be in.
            languages += Self.latin.filter { language in
                let isAsLikely = most > 1 && scores[language.rawValue] + own[language.rawValue] == most
                return language != chosen && (own[language.rawValue] > 0 || isAsLikely)
            }
        }
        self.languages = languages
    }
}
