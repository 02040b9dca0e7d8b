import Foundation
import Storage
import Testing

@Suite struct StoredEvaluationTests {
    private static func evaluation(_ id: String, created: Double = 1) -> StoredEvaluation {
        var evaluation = StoredEvaluation(id: id, settings: #"{"seed":1}"#, digest: "d", samples: 3)
        (evaluation.state, evaluation.created) = ("queued", created)
        return evaluation
    }

    private static func result(_ place: Int, _ body: String = "{}", isRight: Bool = true) -> StoredResult {
        StoredResult(place: place, body: body, isRight: isRight, isFailed: false)
    }

    @Test func whatWasAddedIsThereAfterOpeningAgain() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let store = try StateStore.open(folder: folder)
            try await store.add(Self.evaluation("b", created: 2), request: #"{"dataset":"x"}"#)
            try await store.add(Self.evaluation("a", created: 3), request: "{}")
            try await store.add(Self.result(2, "third", isRight: false), to: "b")
            try await store.add(
                StoredResult(place: 0, body: "first", isRight: false, isFailed: true), to: "b")
            var changed = Self.evaluation("b")
            (changed.state, changed.started, changed.error) = ("running", 5, "why")
            try await store.update(changed)
        }
        let store = try StateStore.open(folder: folder), found = try await store.evaluations()
        #expect(found.map(\.id) == ["b", "a"] && found.map(\.state) == ["running", "queued"])
        #expect(found[0].answered == 2 && found[0].right == 0 && found[0].failed == 1)
        #expect(found[0].started == 5 && found[0].finished == nil && found[0].error == "why" && found[0].created == 2)
        #expect(found[1].answered == 0 && found[1].settings == #"{"seed":1}"#)
        #expect(try await store.request(ofEvaluation: "b") == #"{"dataset":"x"}"#)
        #expect(try await store.request(ofEvaluation: "c") == nil)
        #expect(try await store.places(ofResultsOf: "b") == [0, 2])
    }

    /// The first result stays, whatever comes after it.
    @Test func aSampleHasOneResult() async throws {
        let store = try StateStore.inMemory()
        try await store.add(Self.evaluation("a"), request: "{}")
        for body in ["first", "second", "third"] { try await store.add(Self.result(1, body), to: "a") }
        #expect(try await store.results(of: "a", from: 0, limit: 10) == [Self.result(1, "first")])
        #expect(try await store.evaluations().first?.answered == 1)
    }

    @Test func resultsComeInPagesAndInOrder() async throws {
        let store = try StateStore.inMemory()
        for id in ["a", "b"] {
            try await store.add(Self.evaluation(id), request: "{}")
            for place in (0..<25).shuffled() { try await store.add(Self.result(place, "\(id)\(place)"), to: id) }
        }
        var bodies: [String] = [], next = 0
        while true {
            let page = try await store.results(of: "a", from: next, limit: 10)
            bodies += page.map(\.body)
            guard let last = page.last else { break }
            next = last.place + 1
        }
        #expect(bodies == (0..<25).map { "a\($0)" })
    }

    @Test func resultsGoWithTheirEvaluation() async throws {
        let store = try StateStore.inMemory()
        await #expect(throws: StorageError.self) { try await store.add(Self.result(0), to: "nowhere") }
        try await store.add(Self.evaluation("a"), request: "{}")
        try await store.add(Self.result(0), to: "a")
        await #expect(throws: StorageError.self) { try await store.add(Self.evaluation("a"), request: "{}") }
        try await store.remove(evaluation: "a")
        #expect(try await store.evaluations().isEmpty)
        #expect(try await store.results(of: "a", from: 0, limit: 9).isEmpty)
        try await store.remove(evaluation: "a")
    }

    /// Pools of a state of the version before are still there.
    @Test func poolsAndEvaluationsStandBesideEachOther() async throws {
        let store = try StateStore.inMemory()
        try await store.apply([.putPool(StoredPool(name: "p", prompt: "", functions: []))])
        try await store.add(Self.evaluation("a"), request: "{}")
        #expect(try await store.load().pools.map(\.name) == ["p"])
    }
}
