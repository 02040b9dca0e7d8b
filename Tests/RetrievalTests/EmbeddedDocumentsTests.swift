import Foundation
import Retrieval
import TestSupport
import Testing

@Suite struct EmbeddedDocumentsTests {
    @Test func encodesOnlyWhatChanged() async throws {
        let encoder = HashingEncoder()
        let first = try await EmbeddedDocuments.make(Lights.documents, encoder: encoder)
        #expect(first.cost.encoded == encoder.texts.count && first.cost.encoded > 0)
        var changed = Lights.documents
        changed[2].description = "Ring at a time."
        changed.append(FunctionDocument(name: "stop", description: "Stop what plays."))
        let before = encoder.texts.count
        let second = try await EmbeddedDocuments.make(changed, encoder: encoder, previous: first)
        let asked = encoder.texts.dropFirst(before)
        #expect(asked.allSatisfy { $0.contains("Ring") || $0.lowercased().contains("stop") }, "\(asked)")
        #expect(second.cost.encoded == asked.count && !asked.isEmpty)
        let found = try await EmbeddingRetriever(second).candidates(for: "stop what plays", limit: 1)
        #expect(found.map(\.name) == ["stop"])
    }

    @Test("law: whatever changes, the vectors are those of a pool made at once", arguments: UInt64(0)..<20)
    func changes(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let words = ["light", "lamp", "alarm", "song", "door", "warm", "stop", "early"]
        func text() -> String {
            (0..<Int.random(in: 0...3, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
                .joined(separator: " ")
        }
        func function(_ number: Int) -> FunctionDocument {
            // Names without letters, descriptions without words and equal texts of several functions.
            FunctionDocument(
                name: Bool.random(using: &random) ? "\(number)" : "f_\(number)", description: text(),
                examples: (0..<Int.random(in: 0...2, using: &random)).map { _ in text() })
        }
        var functions: [FunctionDocument] = [], previous: EmbeddedDocuments?
        for step in 0..<12 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !functions.isEmpty:
                functions.remove(at: .random(in: functions.indices, using: &random))
            case 1 where !functions.isEmpty:
                let place = Int.random(in: functions.indices, using: &random)
                functions[place].description = text()
            case 2: functions.shuffle(using: &random)
            default: functions.append(function(step))
            }
            guard !functions.isEmpty else { continue }
            let changed = try await EmbeddedDocuments.make(
                functions, encoder: HashingEncoder(), previous: previous)
            let encoder = HashingEncoder()
            let whole = try await EmbeddedDocuments.make(functions, encoder: encoder)
            #expect(Set(encoder.texts).count == encoder.texts.count, "a text was encoded twice")
            for forms: DocumentTexts in [.document, .short, .examples, .json] {
                let query = RetrievalQuery("a lamp, early")
                let found = try await EmbeddingRetriever(changed, forms: forms).candidates(for: query, limit: 50)
                let expected = try await EmbeddingRetriever(whole, forms: forms).candidates(for: query, limit: 50)
                #expect(found == expected)
                #expect(found.count == functions.count)
            }
            #expect(changed.cost.texts == whole.cost.texts)
            previous = changed
        }
    }

    @Test func anotherEncoderStartsAnew() async throws {
        let first = try await EmbeddedDocuments.make(Lights.documents, encoder: HashingEncoder())
        let other = HashingEncoder(identity: "other")
        let second = try await EmbeddedDocuments.make(Lights.documents, encoder: other, previous: first)
        #expect(second.cost.encoded == first.cost.encoded && other.texts.count == first.cost.encoded)
    }

    @Test func theCacheOutlivesItsProcess() async throws {
        let folder = NSTemporaryDirectory() + "kinglet-vectors-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let encoder = HashingEncoder()
        let first = try await EmbeddedDocuments.make(
            Lights.documents, encoder: encoder, cache: VectorCache(folder: folder, encoder: encoder))
        let again = HashingEncoder()
        let second = try await EmbeddedDocuments.make(
            Lights.documents, encoder: again, cache: VectorCache(folder: folder, encoder: again))
        #expect(second.cost.encoded == 0 && again.texts.isEmpty && second.cost.texts == first.cost.texts)

        // A record that a crash cut off, and a byte that went wrong, cost those records alone.
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let url = URL(fileURLWithPath: "\(folder)/\(file)")
        var data = try Data(contentsOf: url)
        data.removeLast(7)
        try data.write(to: url)
        let torn = HashingEncoder()
        let third = try await EmbeddedDocuments.make(
            Lights.documents, encoder: torn, cache: VectorCache(folder: folder, encoder: torn))
        #expect(third.cost.encoded == 1)
        let whole = try VectorCache(folder: folder, encoder: torn)
        #expect(await whole.count == first.cost.encoded)
        data = try Data(contentsOf: url)
        data[data.count - 100] ^= 1
        try data.write(to: url)
        let spoiled = try VectorCache(folder: folder, encoder: torn)
        #expect(await spoiled.count == first.cost.encoded - 1)
    }
}
