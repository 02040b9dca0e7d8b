import Configuration
import Service
import ServiceTestSupport
import Testing

@Suite struct KeyTests {
    @Test func aHashFitsItsKeyOnly() throws {
        let key = KeyHash.newKey()
        let hash = KeyHash(key: key)
        #expect(key.hasPrefix("kl_") && key.utf8.count == 46)
        #expect(hash.matches(key))
        #expect(!hash.matches(String(key.dropLast())) && !hash.matches(key + "0") && !hash.matches(""))
        #expect(KeyHash(hash.text) == hash)
        #expect(KeyHash(key: key) != hash, "each hash has a salt of its own")
        #expect(KeyHash.newKey() != key)
    }

    @Test(arguments: ["", "sha256", "sha256:00:00", "md5:0011223344556677:\(String(repeating: "0", count: 64))"])
    func refusesWhatIsNoHash(text: String) { #expect(KeyHash(text) == nil) }

    @Test(arguments: [
        ("- {name: a b, hash: x}", "name"), ("- {name: a, hash: x}", "hash"), ("- {name: a}", "hash"),
        ("- {name: a, file: f, environment: V}", "hash"), ("- {name: a, file: f, scopes: [everything]}", "scopes"),
        ("- {name: a, file: f, scopes: []}", "scopes"), ("- {name: a, file: f, color: red}", "color"),
    ])
    func refusesWrongEntries(entry: String, field: String) async {
        await #expect {
            try await TinyServer(yaml: "access:\n  keys:\n  \(entry)\n")
        } throws: { "\($0)".contains("access.keys[0].\(field)") }
    }

    @Test(arguments: [
        ("- {name: a, file: /nowhere/key}", "/nowhere/key"), ("- {name: a, environment: MISSING}", "MISSING"),
        ("- {name: a, environment: SHORT}", "SHORT"), ("- {name: environment, environment: LONG}", "two keys"),
    ])
    func refusesKeysThatAreNotThere(entry: String, word: String) async {
        let environment = [
            "SHORT": "123456", "LONG": "0123456789abcdef", "KINGLET_API_KEY": "a-key-of-the-environment",
        ]
        await #expect {
            try await TinyServer(yaml: "access:\n  keys:\n  \(entry)\n", environment: environment)
        } throws: { "\($0)".contains(word) }
    }

    @Test func newKeysAreLetIn() async throws {
        let key = try NewKey(name: "front-end", scopes: ["call"], cacheSalt: true)
        let server = try await TinyServer(yaml: "access:\n  keys:\n  \(key.line)\n")
        #expect(try await server.complete(key: key.key).status == 200)
        #expect(throws: SettingsError.self) { try NewKey(name: "front-end", scopes: ["cal"], cacheSalt: false) }
        #expect(throws: SettingsError.self) { try NewKey(name: "a b", scopes: ["call"], cacheSalt: false) }
        await server.running.stop()
    }
}
