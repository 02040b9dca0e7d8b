import Foundation
import Retrieval
import TestSupport
import Testing

@Suite struct FunctionClassifierTests {
    static let queries: [(String, String)] = [
        ("it is so dark", "light_on"), ("i cannot see a thing", "light_on"), ("make it bright", "light_on"),
        ("too bright in here", "light_off"), ("good night room", "light_off"), ("darkness please", "light_off"),
        ("rouse me at six", "setAlarm"), ("get me up early", "setAlarm"), ("i must not oversleep", "setAlarm"),
        ("some jazz", "play_music"), ("put abba on", "play_music"), ("a tune to dance", "play_music"),
    ]
    static var samples: [LabelledQuery] { queries.map { LabelledQuery(RetrievalQuery($0.0), functions: [$0.1]) } }

    private func trained() async throws -> FunctionClassifier {
        var options = FunctionClassifier.Options()
        options.buckets = 512
        return try await FunctionClassifier.train(
            Self.samples, for: Lights.documents, encoder: HashingEncoder(), options: options
        ).classifier
    }

    @Test func learnsAndIsReadBackTheSame() async throws {
        let classifier = try await trained()
        let path = NSTemporaryDirectory() + "kinglet-\(UUID().uuidString).classifier"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try classifier.write(to: path)
        let read = try FunctionClassifier.read(path: path)
        let before = try classifier.retriever(for: Lights.documents, encoder: HashingEncoder())
        let after = try read.retriever(for: Lights.documents, encoder: HashingEncoder())
        for (query, name) in Self.queries {
            let found = try await after.candidates(for: query, limit: 4)
            #expect(found.first?.name == name)
            #expect(abs(found.reduce(0) { $0 + $1.score } - 1) < 1e-6)
            #expect(try await before.candidates(for: query, limit: 4) == found)
        }
    }

    @Test func refusesAnotherPoolAndAnotherEncoder() async throws {
        let classifier = try await trained()
        var changed = Lights.documents
        changed[0].name = "lamp_on"
        #expect(throws: ClassifierError.poolChanged(added: ["lamp_on"], removed: ["light_on"])) {
            _ = try classifier.retriever(for: changed, encoder: HashingEncoder())
        }
        changed = Lights.documents
        changed[1].description = "Another."
        #expect(throws: ClassifierError.poolChanged(added: [], removed: [])) {
            _ = try classifier.retriever(for: changed, encoder: HashingEncoder())
        }
        #expect(throws: ClassifierError.otherEncoder(trained: "hashing", now: "other")) {
            _ = try classifier.retriever(for: Lights.documents, encoder: HashingEncoder(identity: "other"))
        }
        // Examples and the order of functions do not matter.
        changed = Lights.documents.reversed()
        changed[0].examples = ["hum"]
        _ = try classifier.retriever(for: changed, encoder: HashingEncoder())
    }

    @Test func refusesSamplesOfOthersAndFilesCutShort() async throws {
        await #expect(throws: ClassifierError.noSamples(given: 1)) {
            try await FunctionClassifier.train(
                [LabelledQuery("hi", functions: ["unknown"])], for: Lights.documents, encoder: HashingEncoder())
        }
        let path = NSTemporaryDirectory() + "kinglet-\(UUID().uuidString).classifier"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await trained().write(to: path)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in [0, 10, 200, whole.count - 1] {
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            #expect(throws: ClassifierError.self) { _ = try FunctionClassifier.read(path: path) }
        }
    }
}
