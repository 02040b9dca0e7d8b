import Foundation
import Storage
import TestSupport
import Testing

/// The folder of the state: who may open it, what stands in it, and what is said where it cannot be used.
@Suite struct FolderTests {
    private static func body(_ name: String, _ text: String = "{}") -> StoredBody { StoredBody(name: name, body: text) }

    /// What is said, and what it names.
    static let errors: [(StorageError, [String])] = [
        (.locked(folder: "/s", holder: "42"), ["/s: in use", "process 42", "--state"]),
        (.locked(folder: "/s", holder: ""), ["/s: in use by another kinglet. Stop it"]),
        (.damaged(path: "/s/x", reason: "torn"), ["/s/x: the database is damaged (torn)", "backup", "-wal"]),
        (.tooNew(path: "/s/x"), ["/s/x: written by a later version", "--state"]),
        (.unusable(path: "/s", reason: "no room"), ["/s: no room", "--state"]),
        (.failed(path: "/s/x", reason: "full"), ["/s/x: full", "Nothing was changed"]),
    ]
    @Test(arguments: errors.indices) func errorsSayWhatWhereAndRemedy(_ row: Int) {
        let (error, parts) = Self.errors[row]
        for part in parts { #expect("\(error)".contains(part), "\(error)") }
        #expect(!"\(error)".contains("\n"))
    }

    @Test func aFileInItsPlaceIsNamed() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("x".utf8, as: "state")
        for path in [file, file + "/below"] {
            do {
                _ = try StateStore.open(folder: path)
                Issue.record("\(path) was opened")
            } catch {
                guard case .unusable = error else {
                    Issue.record("\(path): \(error)")
                    continue
                }
                #expect("\(error)".contains(path))
            }
        }
    }

    @Test func foldersAreMadeDownToTheLast() async throws {
        let folder = try TemporaryFolder(), deep = folder.path + "/a/b c/ü"
        let store = try StateStore.open(folder: deep)
        try await store.apply([.putTerm(Self.body("x"))])
        #expect(store.path == deep + "/kinglet.sqlite")
        #expect(FileManager.default.fileExists(atPath: store.path))
    }

    @Test func theHolderIsNamedAndFreedWithTheStore() throws {
        let folder = try TemporaryFolder()
        var first: StateStore? = try StateStore.open(folder: folder.path)
        do {
            _ = try StateStore.open(folder: folder.path)
            Issue.record("two hold it")
        } catch {
            #expect(error == .locked(folder: folder.path, holder: "\(ProcessInfo.processInfo.processIdentifier)"))
        }
        #expect(first?.path.hasPrefix(folder.path) == true)
        first = nil
        #expect(throws: Never.self) { try StateStore.open(folder: folder.path) }
    }

    /// Whoever only reads waits for nobody, sees what was committed, and changes nothing.
    @Test func readersStandBesideTheWriter() async throws {
        let folder = try TemporaryFolder()
        #expect(try StateStore.openToRead(folder: folder.path) == nil)
        let writer = try StateStore.open(folder: folder.path)
        try await writer.apply([.putTerm(Self.body("a"))])
        let reader = try #require(try StateStore.openToRead(folder: folder.path))
        #expect(try await reader.load().terms == [Self.body("a")])
        try await writer.apply([.putTerm(Self.body("b"))])
        #expect(try await reader.load().terms.map(\.name) == ["a", "b"])
        await #expect(throws: StorageError.self) { try await reader.apply([.putTerm(Self.body("c"))]) }
        #expect(try await writer.load().terms.map(\.name) == ["a", "b"])
    }

    /// Names and bodies are what they were, whatever stands in them.
    static let texts = [
        "", "'; DROP TABLE pools; --", "ü 灯 🪔", "a\nb\r\n", "\"quoted\"", "%_\\", "\u{1}\u{7F}",
        String(repeating: "x", count: 100_000),
    ]
    @Test(arguments: texts.indices) func textsComeBackAsTheyWere(_ row: Int) async throws {
        let text = Self.texts[row], folder = try TemporaryFolder(), name = "n" + text.prefix(300)
        do {
            let store = try StateStore.open(folder: folder.path)
            let pool = StoredPool(
                name: name, prompt: text, functions: [Self.body(name, text), Self.body("other", text)])
            try await store.apply([.putPool(pool), .putTerm(Self.body(name, text))])
        }
        let state = try await StateStore.open(folder: folder.path).load()
        #expect(state.pools.first?.name == name && state.pools.first?.prompt == text)
        #expect(state.pools.first?.functions == [Self.body(name, text), Self.body("other", text)])
        #expect(state.terms == [Self.body(name, text)])
    }

    @Test func functionsKeepTheirPlacesHoweverManyThereAre() async throws {
        let store = try StateStore.inMemory(), names = (0..<1500).map { "f\($0)" }
        try await store.apply([.putPool(StoredPool(name: "p", prompt: "", functions: names.map { Self.body($0) }))])
        try await store.apply([
            .deleteFunction(pool: "p", "f3"), .putFunction(pool: "p", Self.body("f7", "new")),
            .putFunction(pool: "p", Self.body("last")),
        ])
        let kept = try await store.load().pools.first?.functions ?? []
        #expect(kept.map(\.name) == names.filter { $0 != "f3" } + ["last"])
        #expect(kept.first { $0.name == "f7" }?.body == "new")
        try await store.apply([.putFunction(pool: "p", Self.body("f3"))])
        #expect(try await store.load().pools.first?.functions.last?.name == "f3")
    }

    @Test func whatIsHiddenComesBackWhenItIsPut() async throws {
        let store = try StateStore.inMemory()
        try await store.apply([
            .deletePool("p", hides: true), .deleteTerm("t", hides: true), .deleteTerm("u", hides: false),
        ])
        var state = try await store.load()
        #expect(state.deletedPools == ["p"] && state.deletedTerms == ["t"] && state.pools.isEmpty)
        try await store.apply([
            .putPool(StoredPool(name: "p", prompt: "x", functions: [])), .putTerm(Self.body("t")),
        ])
        state = try await store.load()
        #expect(state.deletedPools.isEmpty && state.deletedTerms.isEmpty)
        #expect(state.pools == [StoredPool(name: "p", prompt: "x", functions: [])] && state.terms == [Self.body("t")])
        try await store.apply([.deletePool("p", hides: false)])
        #expect(try await store.load().pools.isEmpty)
    }

    @Test func changesOfOneRequestAreOneStep() async throws {
        let store = try StateStore.inMemory()
        try await store.apply([.putTerm(Self.body("kept"))])
        for broken in [
            StateChange.putFunction(pool: "nowhere", Self.body("f")), .putFunction(pool: "", Self.body("f")),
        ] {
            await #expect(throws: StorageError.self) {
                try await store.apply([.deleteTerm("kept", hides: true), .putTerm(Self.body("new")), broken])
            }
        }
        let state = try await store.load()
        #expect(state.terms.map(\.name) == ["kept"] && state.deletedTerms.isEmpty)
        // Nothing to delete is nothing to fail at.
        try await store.apply([.deleteFunction(pool: "nowhere", "f"), .deletePool("nowhere", hides: false)])
    }
}
