import Configuration
import Foundation
import TestSupport
import Testing

/// Every setting that is a number: its ends are taken, what lies beyond is refused with the setting's name, wherever it was
/// said.
@Suite struct SettingsBoundsTests {
    static let bounds: [(key: String, least: String, most: String, below: String, above: String)] = [
        ("server.port", "0", "65535", "-1", "65536"), ("server.max_header_kib", "1", "1024", "0", "1025"),
        ("server.max_headers", "8", "10000", "7", "10001"), ("server.max_body_kib", "1", "1048576", "0", "1048577"),
        ("server.max_bodies_kib", "1", "1073741824", "0", "1073741825"),
        ("server.max_connections", "1", "1000000", "0", "1000001"),
        ("server.max_connections_per_address", "0", "1000000", "-1", "1000001"),
        ("server.max_requests_per_connection", "0", "1000000000", "-1", "1000000001"),
        ("server.max_streams", "1", "10000", "0", "10001"), ("server.drain_delay_seconds", "0", "3600", "-0.1", "3601"),
        ("server.gzip_from_bytes", "0", "1073741824", "-1", "1073741825"), ("model.threads", "0", "1024", "-1", "1025"),
        ("engine.kv_cache_mib", "0", "1048576", "-1", "1048577"),
        ("engine.max_batch_tokens", "16", "65536", "15", "65537"), ("engine.max_running", "1", "4096", "0", "4097"),
        ("engine.max_wait_seconds", "0", "3600", "-1", "3600.5"), ("engine.draft_tokens", "0", "64", "-1", "65"),
        ("engine.max_waiting", "0", "1000000", "-1", "1000001"), ("embedding.threads", "0", "1024", "-1", "1025"),
        ("embedding.max_batch_tokens", "16", "65536", "15", "65537"),
        ("embedding.max_waiting_tokens", "1024", "1073741824", "1023", "1073741825"),
        ("calling.top_k", "1", "64", "0", "65"), ("calling.max_tokens", "16", "4096", "15", "4097"),
        ("calling.shown_examples", "0", "32", "-1", "33"), ("calling.retrieval_weight", "0", "1000", "-0.5", "1000.5"),
        ("evaluation.max_samples", "1", "1000000", "0", "1000001"),
        ("evaluation.max_concurrency", "1", "64", "0", "65"),
        ("evaluation.max_waiting", "1", "10000", "0", "10001"), ("evaluation.keep", "1", "100000", "0", "100001"),
        ("knowledge.tokens", "0", "4096", "-1", "4097"), ("knowledge.similarity", "0", "1", "-0.01", "1.01"),
        ("remote.attempts", "1", "10", "0", "11"),
    ]

    private static func load(_ key: String, _ value: String) throws -> Settings {
        try Settings.load(flags: [key: value], environment: [:], file: nil)
    }

    private static func fault(_ body: () throws -> Settings) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: bounds.indices) func endsAreTakenAndWhatLiesBeyondIsNamed(_ row: Int) {
        let (key, least, most, below, above) = Self.bounds[row]
        for value in [least, most] { #expect(Self.fault { try Self.load(key, value) } == nil, "\(key) \(value)") }
        for value in [below, above, "many", "[1]", "{a: 1}", "1e400", ".nan", "0x"] {
            let said = Self.fault { try Self.load(key, value) }
            #expect(said?.contains(key) == true, "\(key) \(value): \(said ?? "taken")")
            #expect(said?.contains("\n") == false, "\(key) \(value): one line")
        }
    }

    /// The flag, the variable or the file that said it is blamed.
    @Test(arguments: ["server.port", "calling.top_k", "engine.max_running"]) func theSourceIsBlamed(key: String) throws
    {
        let folder = try TemporaryFolder(), parts = key.split(separator: ".")
        let file = try folder.write("\(parts[0]): {\(parts[1]): -5}\n".utf8, as: "kinglet.yaml")
        let variable = "KINGLET_" + key.uppercased().replacing(".", with: "_")
        let ways: [([String: String], [String: String], String?, String)] = [
            ([key: "-5"], [:], nil, key), ([:], [variable: "-5"], nil, variable), ([:], [:], file, "kinglet.yaml"),
            ([key: "-5"], [variable: "7"], file, key), ([:], [variable: "-5"], file, variable),
        ]
        for (flags, environment, path, blamed) in ways {
            let said = Self.fault { try Settings.load(flags: flags, environment: environment, file: path) }
            #expect(said?.contains(blamed) == true, "\(blamed): \(said ?? "taken")")
        }
    }

    /// A right flag over a wrong file is right where the file's own value is never read; a wrong key is wrong everywhere.
    @Test func wrongKeysAreNamedWithTheNearest() throws {
        let folder = try TemporaryFolder()
        for (text, names) in [
            ("server: {prot: 1}\n", ["prot", "port"]), ("sever: {port: 1}\n", ["sever", "server"]),
            ("server: 5\n", ["server"]), ("- a\n", ["kinglet.yaml"]), ("server: [\n", ["kinglet.yaml"]),
            ("calling: {top_k: 3, top_k: 4}\n", ["top_k"]),
        ] {
            let file = try folder.write(text.utf8, as: "kinglet.yaml")
            let said = Self.fault { try Settings.load(flags: [:], environment: [:], file: file) } ?? "taken"
            for name in names { #expect(said.contains(name), "\(text): \(said)") }
            #expect(!said.contains("\n"), "\(text): \(said)")
        }
    }

    /// Words that a setting knows, and one that it does not.
    static let words: [(String, [String], String)] = [
        ("log.level", ["trace", "debug", "info", "notice", "warning", "error"], "loud"),
        ("log.format", ["text", "json"], "xml"),
        ("server.forwarded_field", ["auto", "x-forwarded-for", "forwarded"], "via"),
        ("engine.kv_cache_format", ["auto", "bf16", "f32", "int8"], "int4"),
        ("embedding.format", ["int8", "f32"], "bf16"),
        ("model.format", ["w8a8", "w8a16", "w4a8", "w4a16", "bf16", "f32"], "w2"),
        ("tls.min_version", ["1.2", "1.3"], "1.1"),
    ]
    @Test(arguments: words.indices) func wordsAreThoseOfTheList(_ row: Int) {
        let (key, known, unknown) = Self.words[row]
        for word in known { #expect(Self.fault { try Self.load(key, word) } == nil, "\(key) \(word)") }
        for word in [unknown, "", known[0].uppercased() + "x"] {
            let said = Self.fault { try Self.load(key, word) }
            #expect(said?.contains(key) == true, "\(key) \"\(word)\": \(said ?? "taken")")
        }
    }
}
