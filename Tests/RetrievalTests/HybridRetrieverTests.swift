import Documents
import Retrieval
import Testing

@Suite struct HybridRetrieverTests {
    @Test func putsExamplesAndWordsTogether() async throws {
        var documents = Lights.documents
        documents[3].examples = ["some jazz tonight"]
        let encoded = try await EmbeddedDocuments.make(documents, encoder: HashingEncoder())
        let hybrid = HybridRetriever(encoded, lexical: LexicalIndex(documents))
        for (query, name) in [
            ("jazz tonight", "play_music"), ("switch the lamp off", "light_off"), ("wake me at a time", "setAlarm"),
        ] {
            let found = try await hybrid.candidates(for: query, limit: 4)
            #expect(found.first?.name == name && found.count == 4)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
        }
    }

    @Test("functions whose names have no letters, with nothing said of them")
    func namesWithoutLetters() async throws {
        let documents = ["0", "_", "7.-", "light"].map { FunctionDocument(name: $0, description: "") }
        let encoded = try await EmbeddedDocuments.make(documents, encoder: HashingEncoder())
        let hybrid = HybridRetriever(encoded, lexical: LexicalIndex(documents))
        let found = try await hybrid.candidates(for: "light", limit: 4)
        #expect(found.first?.name == "light")
    }

    @Test func anOldTurnTellsWhatIsMeant() async throws {
        let encoded = try await EmbeddedDocuments.make(Lights.documents, encoder: HashingEncoder())
        let hybrid = HybridRetriever(encoded, lexical: LexicalIndex(Lights.documents))
        let query = RetrievalQuery("and that other one", history: ["play songs of the artist", "Which ones?"])
        #expect(try await hybrid.candidates(for: query, limit: 1).map(\.name) == ["play_music"])
    }

    @Test func anEncoderThatGivesTooLittleIsFound() async throws {
        struct Short: TextEncoder {
            let dimensions = 4, identity = "short"
            func encode(_ texts: [String], kind: TextKind) async throws -> [Float] { [1, 0] }
        }
        await #expect(throws: EncodingError.self) {
            try await EmbeddedDocuments.make(Lights.documents, encoder: Short())
        }
    }
}
