/// The words and phrases of time of one language.
///
/// Pure data: what a pattern means is worked out in `Interpreter`, what is read from a text in `TimeReader`.
struct Lexicon: Sendable {
    /// The words for numbers, and how they are put together.
    struct Numbers: Sendable {
        /// 0 to 99 as runs of words, by the first one, longest first.
        var phrases: [String: [(words: [String], value: Int)]] = [:]
        var hundreds: Set<String> = [], thousands: Set<String> = []
        /// Stands between hundreds and the rest.
        var joiner: String?
        /// Days of a month as words.
        var ordinals: [String: [(words: [String], value: Int)]] = [:]
        /// Directly behind digits: `3rd`.
        var suffixes: Set<String> = []
        /// `1.000` is a thousand.
        var pointGroups = false
        /// Read from characters: 二十五.
        var isChinese = false
    }

    let language: SpokenLanguage
    var numbers = Numbers()
    /// Names of what stands in slots, by the first word, longest first.
    private(set) var names: [Slot: [String: [(words: [String], value: SlotValue)]]] = [:]
    private(set) var patterns: [Slot: PatternTable] = [:]
    /// Each word that stands in a name or pattern, and the commonest others: they tell the language.
    private(set) var vocabulary: Set<String> = []
    private(set) var context = ContextWords()

    init(_ language: SpokenLanguage) { self.language = language }

    mutating func name(_ slot: Slot, _ values: [(String, SlotValue)]) {
        for (texts, value) in values {
            for text in texts.split(separator: "|") {
                let words = Phrase.tokens(text.trimmingBlanks)
                guard let first = words.first else { continue }
                names[slot, default: [:]][first, default: []].append((words, value))
                names[slot]?[first]?.sort { $0.words.count > $1.words.count }
                vocabulary.formUnion(words)
            }
        }
    }

    mutating func add(_ slot: Slot, _ rules: [(String, Meaning)]) {
        for (texts, meaning) in rules { patterns[slot, default: PatternTable()].add(Pattern(texts, meaning)) }
        for (texts, _) in rules {
            for part in texts.split(whereSeparator: { " |_?".contains($0) }) where !part.hasPrefix("{") {
                vocabulary.formUnion(Phrase.tokens(String(part)))
            }
        }
    }

    /// Takes the words around expressions of time; they tell the language too.
    mutating func use(_ words: ContextWords) {
        context = words
        for known in [
            words.hourLeads, words.followers, words.rangeLeads, words.nouns, words.titleVerbs, words.recurring,
            words.appointing,
        ] {
            vocabulary.formUnion(known)
        }
        vocabulary.formUnion((words.denials + words.waking).joined())
    }

    mutating func knows(_ words: String) { vocabulary.formUnion(Phrase.tokens(words)) }

    /// - Parameter texts: alternatives with `|`.
    mutating func number(_ value: Int, _ texts: String) {
        Self.insert(value, texts, into: &numbers.phrases)
        vocabulary.formUnion(Phrase.tokens(texts).filter { $0 != "|" })
    }

    mutating func ordinal(_ value: Int, _ texts: String) { Self.insert(value, texts, into: &numbers.ordinals) }

    private static func insert(
        _ value: Int, _ texts: String, into phrases: inout [String: [(words: [String], value: Int)]]
    ) {
        for text in texts.split(separator: "|") {
            let words = Phrase.tokens(String(text))
            guard let first = words.first else { continue }
            phrases[first, default: []].append((words, value))
            phrases[first]?.sort { $0.words.count > $1.words.count }
        }
    }
}

/// The patterns of a slot, found by their first word.
struct PatternTable: Sendable {
    private var byFirst: [String: [Pattern]] = [:]
    /// Those that begin with a slot.
    private(set) var bySlot: [(first: Slot, patterns: [Pattern])] = []
    /// Those that begin with what may be missing.
    private(set) var open: [Pattern] = []
    /// Those that count from now.
    private(set) var moments: [Pattern] = []

    mutating func add(_ pattern: Pattern) {
        if pattern.meaning == .ahead || pattern.meaning == .ago { moments.append(pattern) }
        if let firsts = pattern.firsts {
            for first in firsts { byFirst[first, default: []].append(pattern) }
        } else if case .slot(let slot)? = pattern.elements.first {
            if let place = bySlot.firstIndex(where: { $0.first == slot }) {
                bySlot[place].patterns.append(pattern)
            } else {
                bySlot.append((slot, [pattern]))
            }
        } else {
            open.append(pattern)
        }
    }

    func starting(with word: String) -> [Pattern] { byFirst[word] ?? [] }
}

/// Words around expressions of time that tell how they are meant.
struct ContextWords: Sendable {
    /// Before an hour without more: `at seven`.
    var hourLeads: Set<String> = []
    /// Before an hour where the sentence sets a time: `an alarm for seven`.
    var weakHourLeads: Set<String> = []
    /// Words that may follow a bare hour or number: none that it would count.
    var followers: Set<String> = []
    /// Words by which numbers are counted, rated or chosen: `pick a number from 1 to 10`.
    var counting: Set<String> = []
    /// What numbers count that is no time.
    var nouns: Set<String> = []
    /// Before a number that is a name: `page 7`.
    var numbered: Set<String> = []
    /// Before a range: `from`, `between`; between its ends: `to`, `and`.
    var rangeLeads: Set<String> = [], rangeJoins: Set<String> = []
    /// Between two parts of a length: `an hour and ten minutes`.
    var lengthJoins: Set<String> = []
    /// Before what is not meant: `not`, `except`; words that may stand between.
    var denials: [[String]] = [], denialGaps: Set<String> = []
    /// Behind what is not meant, where another follows: `am Freitag nicht, sondern am Samstag`.
    var denialsBehind: [[String]] = []
    /// Behind what is taken back: `no`, `I mean`.
    var corrections: [[String]] = []
    /// The day after, and the one before, another that was said: `not tomorrow but the day after`.
    var nextDays: [[String]] = [], daysBefore: [[String]] = []
    /// Before or behind a day that is told of but not asked for: `born on`.
    var asides: Set<String> = []
    /// Begins a remark: `because`; its subject and its verb: `I was`.
    var remarks: Set<String> = [], subjects: Set<String> = [], pastVerbs: Set<String> = []
    /// Before a title: `play`.
    var titleVerbs: Set<String> = []
    /// The request sets a time: a bare hour behind `for` is one.
    var appointing: Set<String> = []
    /// The request is about waking, so that the morning is meant.
    var waking: [[String]] = []
    /// A thing gets another time: of two the second is meant.
    var moves: Set<String> = []
    /// Meals tell the part of the day that they are at.
    var meals: [String: DayPart] = [:]
    /// Before days that come again: `every`; and what comes again by itself: `weekdays`.
    var recurring: Set<String> = [], recurrences: Set<String> = []
    /// Before a day from which on something is: it is told of, unless no other is said.
    var sinces: Set<String> = []
}

extension StringProtocol {
    var trimmingBlanks: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
