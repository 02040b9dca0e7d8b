import Functions
import SpokenTime

/// All terms and what finds them. Immutable: a change makes a new one.
public struct KnowledgeBase: Sendable {
    /// In the order of their texts.
    public let terms: [KnowledgeTerm]
    private let automaton: PhraseAutomaton
    /// By phrase of the automaton: positions of the terms that have it.
    private let owners: [[Int]]
    private let positions: [String: Int]
    /// Some terms count in one language only.
    private let hasLanguages: Bool
    /// nil without an encoder.
    var meaning: KnowledgeMeaning?

    /// Turns of the history and scalars of each text that are looked at.
    private static let turns = 10, scalars = 16_000

    public init(_ terms: [KnowledgeTerm] = []) {
        self.terms = terms.sorted { $0.term < $1.term }
        var phrases: [[Unicode.Scalar]] = [], places: [[Unicode.Scalar]: Int] = [:], owners: [[Int]] = []
        for (position, term) in self.terms.enumerated() {
            for phrase in Set(term.phrases.map { FoldedText($0).scalars }) {
                if let place = places[phrase] {
                    owners[place].append(position)
                } else {
                    places[phrase] = phrases.count
                    phrases.append(phrase)
                    owners.append([position])
                }
            }
        }
        hasLanguages = terms.contains { !$0.languages.isEmpty }
        (automaton, self.owners) = (PhraseAutomaton(phrases), owners)
        positions = Dictionary(
            zip(self.terms.map(\.term), self.terms.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The words of a query that are known in the language of the functions, in its order; empty where there are none.
    package func gloss(of query: String, pool: String) -> String {
        guard hasLanguages else { return "" }
        return find(in: query, pool: pool).filter { !$0.term.languages.isEmpty }.map(\.term.explanation)
            .joined(separator: " ")
    }

    public subscript(term: String) -> KnowledgeTerm? { positions[term].map { terms[$0] } }

    /// Terms that stand in the query, in its order, then those of the history, the newest turn first; each once.
    public func find(
        in query: String, history: [DialogueTurn] = [], pool: String
    ) -> [KnowledgeMatch] {
        guard !terms.isEmpty else { return [] }
        var found: [KnowledgeMatch] = [], known: Set<Int> = []
        let language = hasLanguages ? SpokenLanguage(of: query) : nil
        func search(_ text: String, _ place: KnowledgeMatch.Place) {
            let folded = FoldedText(String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.scalars))))
            let occurrences = automaton.find(in: folded) { phrase in
                owners[phrase].contains { terms[$0].applies(to: pool, in: language) }
            }
            for occurrence in occurrences {
                for owner in owners[occurrence.phrase]
                where terms[owner].applies(to: pool, in: language) && known.insert(owner).inserted {
                    found.append(
                        KnowledgeMatch(term: terms[owner], words: folded.text(of: occurrence.range), place: place))
                }
            }
        }
        search(query, .query)
        for (index, turn) in history.enumerated().suffix(Self.turns).reversed() {
            search(turn.content, .history(index))
        }
        return found
    }
}
