extension Lexicon {
    static func of(_ language: SpokenLanguage) -> Lexicon {
        switch language {
        case .english: english
        case .chinese: chinese
        case .german: german
        case .french: french
        case .spanish: spanish
        }
    }
}

/// The languages whose lexicons are tried on a text, by its words and its script: the likeliest first, then others that it
/// borrows words of. There is always one: what is no time in it finds nothing (`SpokenLanguage` is nil in doubt).
struct LanguageChoice {
    let languages: [SpokenLanguage]

    /// Each known word and the languages that have it.
    private static let known: [String: Set<SpokenLanguage>] = {
        var known: [String: Set<SpokenLanguage>] = [:]
        for language in latin {
            for word in Lexicon.of(language).vocabulary where word.unicodeScalars.first?.properties.isAlphabetic == true
            {
                known[word, default: []].insert(language)
            }
        }
        return known
    }()
    private static let latin: [SpokenLanguage] = [.english, .german, .french, .spanish]

    init(_ tokens: [Token]) {
        var scores: [SpokenLanguage: Int] = [:], own: [SpokenLanguage: Int] = [:], hasHan = false, hasLetters = false
        for token in tokens where token.isWord {
            guard let first = token.text.unicodeScalars.first else { continue }
            if Tokenizer.isHan(first) {
                hasHan = true
                continue
            }
            hasLetters = true
            if token.isAccented { scores[.english, default: 0] -= 2 }
            guard let known = Self.known[token.text] else { continue }
            for language in known {
                scores[language, default: 0] += 1
                // A word of one language alone that is long enough to be no accident.
                if known.count == 1, token.text.utf8.count > 3 { own[language, default: 0] += 1 }
            }
        }
        func weight(_ language: SpokenLanguage) -> Int { scores[language, default: 0] + own[language, default: 0] }
        var languages: [SpokenLanguage] = hasHan ? [.chinese] : []
        // With digits alone English reads what all read.
        if hasLetters || !hasHan {
            let most = Self.latin.map(weight).max() ?? 0
            // English comes first of those that are as likely.
            let chosen = Self.latin.first { weight($0) == most } ?? .english
            languages.append(chosen)
            // Others that it borrows words of, or that it may as well be in.
            languages += Self.latin.filter { language in
                let isAsLikely = most > 1 && weight(language) == most
                return language != chosen && (own[language, default: 0] > 0 || isAsLikely)
            }
        }
        self.languages = languages
    }
}
