import Documents
import Foundation
import Retrieval
import Synchronization
import TestSupport
import Testing

/// What is encoded of functions and queries, as the encoder was taught.
@Suite struct EncoderHabitsTests {
    /// Notes the texts and as what they were asked.
    private final class NotingEncoder: TextEncoder {
        let dimensions = 64, identity = "noting"
        let habits: EncoderHabits
        let asked = Mutex<[String]>([])

        init(_ habits: EncoderHabits) { self.habits = habits }

        func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
            asked.withLock { $0 += texts.map { "\(kind.rawValue): \($0)" } }
            // A query is not where the same text is as a document.
            return try await HashingEncoder().encode(texts.map { kind == .query ? "asked \($0)" : $0 }, kind: kind)
        }
    }

    private static let functions = [
        FunctionDocument(
            name: "setAlarm_2", description: "Wakes at a time.",
            parameters: ["type": "object", "properties": ["time": [:], "weekDays": [:]]],
            examples: ["wake me at seven", "set alarm"]),
        FunctionDocument(name: "stop"),
    ]

    @Test(
        "signatures",
        arguments: [
            (functions[0], "set Alarm: Wakes at a time. (time, week Days)"), (functions[1], "stop"),
            (FunctionDocument(name: "a.b", parameters: ["properties": ["x": [:]]]), "a b (x)"),
            (FunctionDocument(name: "7", description: "Seven.", parameters: .null), "7: Seven."),
        ])
    func signatures(function: FunctionDocument, text: String) {
        #expect(DocumentTexts.signature(of: function) == text)
    }

    @Test("a finder is asked for signatures, and for examples as queries", arguments: [true, false])
    func texts(isFinder: Bool) async throws {
        let encoder = NotingEncoder(isFinder ? .finder : EncoderHabits())
        let documents = try await EmbeddedDocuments.make(Self.functions, encoder: encoder)
        let asked = encoder.asked.withLock { $0 }
        if isFinder {
            #expect(
                asked == [
                    "document: set Alarm: Wakes at a time. (time, week Days)", "document: stop",
                    "query: wake me at seven", "query: set alarm",
                ])
        } else {
            #expect(asked.allSatisfy { $0.hasPrefix("document: ") } && asked.contains("document: wake me at seven"))
            #expect(!asked.contains { $0.contains("week Days)") } && asked.contains { $0.contains("{") })
        }
        #expect(documents.cost.encoded == asked.count)
        let retrievers: [any Retriever] = [EmbeddingRetriever(documents), HybridRetriever(documents)]
        for retriever in retrievers {
            let found = try await retriever.candidates(for: "wake me at seven", limit: 1)
            #expect(found.map(\.name) == ["setAlarm_2"])
        }
    }

    /// An example became a function's whole signature, and the other way round.
    private static var exchanged: [FunctionDocument] {
        var changed = functions
        changed[1] = FunctionDocument(name: "wake me at seven")
        changed[0].examples = ["stop"]
        return changed
    }

    @Test("vectors on disk know what they were asked as") func cache() async throws {
        let folder = try TemporaryFolder()
        for (habits, encoded) in [(EncoderHabits.finder, 4), (.finder, 0)] {
            let encoder = NotingEncoder(habits)
            let cache = try VectorCache(folder: folder.path, encoder: encoder)
            let documents = try await EmbeddedDocuments.make(Self.functions, encoder: encoder, cache: cache)
            #expect(documents.cost.encoded == encoded)
        }
        let after = NotingEncoder(.finder), cache = try VectorCache(folder: folder.path, encoder: after)
        let documents = try await EmbeddedDocuments.make(Self.exchanged, encoder: after, cache: cache)
        #expect(documents.cost.encoded == 2)
    }

    @Test("so do those of the pool before") func previous() async throws {
        let encoder = NotingEncoder(.finder)
        let first = try await EmbeddedDocuments.make(Self.functions, encoder: encoder)
        let second = try await EmbeddedDocuments.make(Self.exchanged, encoder: encoder, previous: first)
        #expect(second.cost.encoded == 2)
        #expect(encoder.asked.withLock { $0.suffix(2) } == ["document: wake me at seven", "query: stop"])
    }

    @Test("a description is compared with signatures, beside examples too", arguments: [true, false])
    func description(isFinder: Bool) async throws {
        let encoder = NotingEncoder(isFinder ? .finder : EncoderHabits())
        let functions = [
            FunctionDocument(name: "stop", description: "Ends the music.", examples: ["be quiet"]),
            FunctionDocument(name: "wake", description: "Sets an alarm.", examples: ["ends the day"]),
        ]
        let search = DescriptionSearch(try await EmbeddedDocuments.make(functions, encoder: encoder))
        // Asked as queries are, words count as `asked` does; those of a signature are not in any example.
        let found = try await search.candidates(for: "silence", described: "stop: Ends the music.", limit: 2)
        #expect(found.map(\.name) == ["stop", "wake"])
    }

    @Test("what is encoded of a query", arguments: [true, false]) func queries(isFinder: Bool) {
        let habits = isFinder ? EncoderHabits.finder : EncoderHabits()
        #expect(RetrievalQuery("heller").texts(for: habits) == ["heller"])
        let query = RetrievalQuery("heller", history: ["eins", "zwei", "drei"], gloss: "light brighter")
        let said = isFinder ? "heller" : "light brighter"
        #expect(query.texts(for: habits) == [said, "zwei drei \(said)"])
    }
}
