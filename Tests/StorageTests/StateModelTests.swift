import Foundation
import Storage
import TestSupport
import Testing

/// Random edits against a model in memory: what was stored is what a dictionary would hold, also after opening again.
@Suite struct StateModelTests {
    /// What the store should hold.
    struct Model {
        var pools: [String: [String: String]] = [:]
        var terms: [String: String] = [:]
        var hidden: Set<String> = []

        mutating func apply(_ change: StateChange) {
            switch change {
            case .putPool(let pool):
                pools[pool.name] = Dictionary(uniqueKeysWithValues: pool.functions.map { ($0.name, $0.body) })
            case .deletePool(let name, _): pools[name] = nil
            case .putFunction(let pool, let body): pools[pool]?[body.name] = body.body
            case .deleteFunction(let pool, let name): pools[pool]?[name] = nil
            case .putTerm(let term):
                terms[term.name] = term.body
                hidden.remove(term.name)
            case .deleteTerm(let name, let hides):
                terms[name] = nil
                if hides { hidden.insert(name) } else { hidden.remove(name) }
            }
        }
    }

    private static func change(_ model: Model, _ random: inout SeededGenerator) -> StateChange {
        let names = ["a", "b", "ü", "a b", "'quote"]
        func pick() -> String { names.randomElement(using: &random) ?? "a" }
        func body() -> StoredBody {
            StoredBody(name: pick(), body: "{\"n\": \(Int.random(in: 0...99, using: &random))}")
        }
        let pool = model.pools.keys.sorted().randomElement(using: &random)
        switch Int.random(in: 0...6, using: &random) {
        case 0:
            let functions = Set((0..<3).map { _ in pick() }).sorted().map { StoredBody(name: $0, body: "{}") }
            return .putPool(StoredPool(name: pick(), prompt: "", functions: functions))
        case 1: return .deletePool(pick(), hides: false)
        case 2, 3: return pool.map { .putFunction(pool: $0, body()) } ?? .putTerm(body())
        case 4: return pool.map { .deleteFunction(pool: $0, pick()) } ?? .putTerm(body())
        case 5: return .putTerm(body())
        default: return .deleteTerm(pick(), hides: Bool.random(using: &random))
        }
    }

    private static func expect(_ state: StoredState, is model: Model, _ note: String) {
        let pools = Dictionary(
            uniqueKeysWithValues: state.pools.map { pool in
                (pool.name, Dictionary(uniqueKeysWithValues: pool.functions.map { ($0.name, $0.body) }))
            })
        #expect(pools == model.pools, "\(note)")
        #expect(Dictionary(uniqueKeysWithValues: state.terms.map { ($0.name, $0.body) }) == model.terms, "\(note)")
        #expect(Set(state.deletedTerms) == model.hidden, "\(note)")
    }

    @Test("what was applied is there, whenever the folder is opened again", arguments: UInt64(0)..<6)
    func holdsWhatAModelHolds(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed), model = Model()
        for round in 0..<4 {
            let store = try StateStore.open(folder: folder.path)
            Self.expect(try await store.load(), is: model, "opened for round \(round)")
            for _ in 0..<12 {
                let change = Self.change(model, &random)
                try await store.apply([change])
                model.apply(change)
            }
            Self.expect(try await store.load(), is: model, "after round \(round)")
        }
    }
}
