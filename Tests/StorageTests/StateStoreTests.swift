import Foundation
import Storage
import Testing

@Suite struct StateStoreTests {
    private static func folder() throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        return url.path
    }

    private static func body(_ name: String, _ text: String = "{}") -> StoredBody { StoredBody(name: name, body: text) }

    @Test func whatWasAppliedIsThereAfterOpeningAgain() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let store = try StateStore.open(folder: folder)
            let pool = StoredPool(name: "p", prompt: "", functions: ["c", "a", "b"].map { Self.body($0) })
            try await store.apply([.putPool(pool), .putFunction(pool: "p", Self.body("a", "new"))])
            try await store.apply([.deleteFunction(pool: "p", "c"), .putFunction(pool: "p", Self.body("c", "last"))])
            try await store.apply([
                .putTerm(Self.body("x")), .deleteTerm("y", hides: true), .deletePool("q", hides: true),
            ])
        }
        let state = try await StateStore.open(folder: folder).load()
        #expect(state.pools.map(\.name) == ["p"])
        #expect(state.pools.first?.functions == [Self.body("a", "new"), Self.body("b"), Self.body("c", "last")])
        #expect(state.terms == [Self.body("x")] && state.deletedTerms == ["y"] && state.deletedPools == ["q"])
    }

    @Test func aChangeIsMadeWholeOrNotAtAll() async throws {
        let store = try StateStore.inMemory()
        let orphan = StateChange.putFunction(pool: "nowhere", Self.body("f"))
        await #expect(throws: StorageError.self) { try await store.apply([.putTerm(Self.body("x")), orphan]) }
        #expect(try await store.load() == StoredState())
    }

    @Test func commitsReachTheDisk() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let found = try await StateStore.open(folder: folder).durability()
        #expect(found.synchronous == 2 && found.journal == "wal")
    }

    @Test func oneProcessHoldsTheFolder() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try StateStore.open(folder: folder)
        #expect(throws: StorageError.locked(folder: folder, holder: "\(getpid())")) {
            try StateStore.open(folder: folder)
        }
        try await first.apply([.putTerm(Self.body("x"))])
        #expect(try await StateStore.openToRead(folder: folder)?.load().terms == [Self.body("x")])
    }

    @Test func nothingStoredYetReadsAsNothing() throws {
        #expect(try StateStore.openToRead(folder: Self.folder()) == nil)
    }

    @Test("damage is told in one line", arguments: [0, 100, 4096])
    func damage(at offset: Int) async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let store = try StateStore.open(folder: folder)
            let functions = (0..<500).map { Self.body("f\($0)", String(repeating: "x", count: 200)) }
            try await store.apply([.putPool(StoredPool(name: "p", prompt: "", functions: functions))])
        }
        let path = folder + "/kinglet.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try? FileManager.default.removeItem(atPath: path + "-wal")
        for index in offset..<min(bytes.count, offset + 20_000) {
            bytes[index] = UInt8(truncatingIfNeeded: index &* 37)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StorageError.self) { try StateStore.open(folder: folder) }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("\n") == false)
    }
}

/// Adapters, which are read one at a time.
@Suite struct TunedStoreTests {
    private static func adapter(_ name: String, _ byte: UInt8, card: Data? = nil) -> StoredAdapter {
        StoredAdapter(name: name, config: Data([byte]), weights: Data(repeating: byte, count: 100_000), card: card)
    }

    @Test func whatWasPutIsThereAfterOpeningAgain() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let store = try StateStore.open(folder: folder)
            try await store.put(Self.adapter("b", 1))
            try await store.put(Self.adapter("a", 2, card: Data("{}".utf8)))
            try await store.put(Self.adapter("b", 3))
            try await store.put(Self.adapter("c", 4))
            try await store.deleteAdapter("c", hides: false)
            try await store.deleteAdapter("d", hides: true)
        }
        let store = try #require(try StateStore.openToRead(folder: folder))
        let names = try await store.adapterNames()
        #expect(names.stored == ["a", "b"] && names.deleted == ["d"])
        #expect(try await store.adapter(named: "a") == Self.adapter("a", 2, card: Data("{}".utf8)))
        #expect(try await store.adapter(named: "b") == Self.adapter("b", 3))
        for name in ["c", "d", "e"] { #expect(try await store.adapter(named: name) == nil) }
    }

    @Test func whatWasDeletedCanBePutAgain() async throws {
        let store = try StateStore.inMemory()
        try await store.deleteAdapter("a", hides: true)
        try await store.deleteAdapter("a", hides: true)
        try await store.put(Self.adapter("a", 1))
        let names = try await store.adapterNames()
        #expect(names.stored == ["a"] && names.deleted.isEmpty)
    }
}
