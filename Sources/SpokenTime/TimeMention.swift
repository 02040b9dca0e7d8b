/// An expression of time in a text: where it stands, what it says, and how it is meant.
package struct TimeMention: Sendable, Hashable {
    package enum Said: Sendable, Hashable {
        case day(SaidDay, DayPart?)
        case clock(SaidClock)
        /// Counted from now, as in "in ten minutes"; negative: before now.
        case moment(TimeLength)
        case length(TimeLength)
    }

    /// How what stands in a text is meant.
    package enum Standing: Sendable, Hashable {
        case meant
        /// Told of, not asked for: "I was in Rome on 3 March".
        case remark
        /// Of a person or thing, or part of a title: "born on 3 March", "play Friday I'm in Love".
        case aside
        /// Ruled out or taken back: "not tomorrow but friday".
        case denied
    }

    package var range: Range<String.Index>
    /// As they stand in the text.
    package var words: String
    package var said: Said
    package var standing = Standing.meant
    package var language: SpokenLanguage
    /// Of the tokens.
    var place: Range<Int>

    package var isDay: Bool { if case .day = said { true } else { false } }
    package var isClock: Bool { if case .clock = said { true } else { false } }
}

/// What a text says of time, in its order, before it is known when and where it is said.
package struct SpokenTimes: Sendable {
    package var mentions: [TimeMention] = []
    /// Pairs of mentions that begin and end a span: `from two to four`.
    package var spans: [(start: Int, end: Int)] = []
    /// A part of the day that is said by itself: `in the morning`.
    var part: DayPart?
    /// The request is about waking, so that the morning is meant.
    var wakes = false
    /// Something comes again and again, so that no day by itself is meant.
    package var recurs = false
    /// Days as they are said that no calendar has.
    package var impossible: [String] = []
    /// Times of day as they are said that no clock shows.
    package var impossibleClocks: [String] = []

    /// Expressions that are told at most.
    static let most = 8

    /// - Parameter locale: a language tag (`en-US`); tells which of 3/4/2027 is the month.
    package init(in text: String, locale: String? = nil) {
        let tokens = Tokenizer.tokens(of: text)
        guard !tokens.isEmpty else { return }
        var taken: [Range<Int>] = []
        for language in LanguageChoice(tokens).languages {
            let reader = TimeReader(tokens, Lexicon.of(language), DateOrder(locale: locale))
            let found = reader.read(text, apartFrom: taken)
            if found.wakes { wakes = true }
            if found.recurs { recurs = true }
            part = part ?? found.part
            impossible += found.impossible.filter { !impossible.contains($0) }
            impossibleClocks += found.impossibleClocks.filter { !impossibleClocks.contains($0) }
            mentions += found.mentions
            spans += found.spans.map { (start: $0.lowerBound, end: $0.upperBound) }
            taken += found.mentions.map(\.place)
        }
        let order = mentions.indices.sorted { mentions[$0].place.lowerBound < mentions[$1].place.lowerBound }
        mentions = order.prefix(Self.most).map { mentions[$0] }
        // Spans name mentions by the place of their first token until here.
        func index(_ place: Int) -> Int? { mentions.firstIndex { $0.place.lowerBound == place } }
        spans = spans.compactMap { span in
            guard let start = index(span.start), let end = index(span.end) else { return nil }
            return (start, end)
        }
    }
}

/// Which number of `3/4/2027` is the month.
enum DateOrder: Sendable {
    case monthFirst, dayFirst, unknown

    init(locale: String?) {
        switch locale?.lowercased().replacing("_", with: "-") {
        case nil, "en": self = .unknown
        case "en-us", "en-ph": self = .monthFirst
        default: self = .dayFirst
        }
    }
}
