import Functions
import Knowledge
import RetrievalTestSupport
import Synchronization
import Testing

@Suite struct KnowledgeMeaningTests {
    @Test func vectorsAreMadeOnceAndTakenOver() async throws {
        let encoder = CountingEncoder()
        let first = try await KnowledgeBase([KnowledgeTerm(term: "cube", explanation: "a lamp")])
            .embedded(by: encoder, previous: nil)
        let texts = encoder.count.withLock { $0 }
        #expect(texts == 3)  // the term, its explanation, and both
        let next = try await KnowledgeBase(first.terms + [KnowledgeTerm(term: "fjord", explanation: "a bath")])
            .embedded(by: encoder, previous: first)
        #expect(encoder.count.withLock { $0 } == 2 * texts)
        _ = try await next.findByMeaning(of: "x", history: [], pool: "p", similarity: 0.5, except: [])
        #expect(encoder.count.withLock { $0 } == 2 * texts + 1)
    }

    /// Terms of other pools are no reason to miss those of this one.
    @Test func otherPoolsTakeNoPlaces() async throws {
        let others = (0..<20).map { KnowledgeTerm(term: "cube \($0)", explanation: "zz", pools: ["other"]) }
        let base = try await KnowledgeBase(others + [KnowledgeTerm(term: "cubes", explanation: "zz")])
            .embedded(by: LetterEncoder(), previous: nil)
        let found = try await base.findByMeaning(of: "ebuc", history: [], pool: "p", similarity: 0.7, except: [])
        #expect(found.map(\.term.term) == ["cubes"] && (found.first?.similarity ?? 0) > 0.7)
    }

    /// The query, then the last two turns that somebody said, the newest first; what is found already is not found again.
    @Test func looksBackTwoTurns() async throws {
        let base = try await KnowledgeBase([
            KnowledgeTerm(term: "cube", explanation: "zzz"), KnowledgeTerm(term: "fjord", explanation: "qqq"),
        ]).embedded(by: LetterEncoder(), previous: nil)
        func found(
            _ query: String, _ turns: [(DialogueTurn.Role, String)] = [], except known: [KnowledgeMatch] = []
        ) async throws -> [KnowledgeMatch] {
            try await base.findByMeaning(
                of: query, history: turns.map { DialogueTurn(role: $0, content: $1) }, pool: "p", similarity: 0.9,
                except: known)
        }
        let both = try await found("ebuc", [(.user, "drojf"), (.system, "www")])
        #expect(both.map(\.term.term) == ["cube", "fjord"] && both.map(\.place) == [.query, .history(0)])
        #expect(try await found("www", [(.user, "ebuc"), (.assistant, "www"), (.user, "www")]).isEmpty)
        #expect(try await found("ebuc", except: both).isEmpty)
        #expect(
            try await KnowledgeBase(base.terms).findByMeaning(
                of: "ebuc", history: [], pool: "p", similarity: 0, except: []
            ).isEmpty)
    }
}
