import Configuration
import Documents
import Foundation
import HTTPServer
import Service
import TestSupport
import Testing

@Suite struct SettingsTests {
    @Test func theFileOfDefaultsSaysWhatTheCodeSays() throws {
        let file = TestFiles.repository.appendingPathComponent("Config/kinglet.yaml").path
        var fromFile = try Settings.load(flags: [:], environment: [:], file: file)
        (fromFile.folder, fromFile.source) = (Settings().folder, [:])
        #expect(fromFile == Settings())
    }

    @Test func theFileOfDefaultsNamesEveryKey() throws {
        let file = TestFiles.repository.appendingPathComponent("Config/kinglet.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        for key in Settings.keys {
            let name = key.split(separator: ".").last.map(String.init) ?? key
            #expect(text.contains("\(name):"), "\(key) is not in Config/kinglet.yaml")
        }
    }

    @Test func flagsGoBeforeEnvironmentBeforeDefaults() throws {
        let settings = try Settings.load(
            flags: ["server.port": "9000"],
            environment: ["KINGLET_SERVER_PORT": "9001", "KINGLET_SERVER_HOST": "::1", "KINGLET_ISA": "avx2"],
            file: nil)
        #expect(settings.server.port == 9000)
        #expect(settings.server.host == "::1")
    }

    @Test(arguments: [
        ("server.prot", "1"), ("sever.port", "1"), ("server.port", "65536"), ("server.port", "http"),
        ("log.level", "loud"), ("server.drain_seconds", "0"),
    ])
    func refuses(key: String, text: String) {
        #expect {
            try Settings.load(flags: [key: text], environment: [:], file: nil)
        } throws: { error in
            "\(error)".contains(key.split(separator: ".")[key.hasPrefix("sever") ? 0 : 1])
        }
    }

    @Test func changesByWhatTheyNeed() throws {
        let changes = SettingsChanges(
            from: try load(["log.level": "info", "server.port": "1", "limits.n": "2", "state": "a"]),
            to: try load(["log.level": "error", "server.port": "1", "engine.max_running": "3", "state": "b"]))
        #expect(changes.live == ["limits.n", "log.level"])
        #expect(changes.restart == ["engine.max_running", "state"])
    }

    @Test func readsAddressesAndModes() throws {
        let flags = ["server.listen": "unix:/run/k.sock", "server.unix_mode": "0600", "tls.min_version": "1.3"]
        let settings = try load(flags)
        #expect(settings.plainAddresses == [.unix(path: "/run/k.sock")])
        #expect(settings.server.unixMode == 0o600)
        #expect(settings.tls.minimumVersion == "1.3")
        for wrong in [
            ["server.listen": "8080"], ["server.unix_mode": "0888"], ["tls.min_version": "1.1"],
            ["tls.listen": ":443"], ["tls.chain": "a.pem"], ["tls.require_client_certificate": "true"],
            ["cors.origins": "https://a.example/path"], ["cors.origins": "*", "cors.credentials": "true"],
        ] {
            #expect(throws: SettingsError.self) { try load(wrong) }
        }
    }

    @Test func listsAndObjectsAreWrittenAsInYAML() throws {
        let settings = try Settings.load(
            flags: [
                "server.listen": #"[127.0.0.1:1, "[::1]:2"]"#,
                "tls.certificates": "[{chain: a.pem, key: b.pem}, {chain: c.pem, key: d.pem}]",
                "remote.url": "http://127.0.0.1:8000/v1", "remote.model": "m", "remote.stages": "[judge, select]",
            ], environment: ["KINGLET_CORS_ORIGINS": "[https://a.example, https://b.example]"], file: nil)
        #expect(settings.plainAddresses.count == 2 && settings.tls.certificates.map(\.key) == ["b.pem", "d.pem"])
        #expect(settings.remote.stages == [.judge, .select] && settings.cors.origins.count == 2)
        #expect(try load(["server.listen": "[::1]:8080"]).plainAddresses.count == 1)
        #expect(try load(["server.listen": "[]"]).server.listen.isEmpty)
        for wrong in [
            ["remote.stages": "[judge"], ["server.listen": "[a: b: c]"], ["log.level": "[info]"],
            ["remote.stages": "{judge: 1}"], ["access.keys": "[{name: a, hash: x]"],
        ] {
            let error = #expect(throws: SettingsError.self) { try load(wrong) }
            #expect(wrong.keys.allSatisfy { error?.description.contains($0) == true }, "\(String(describing: error))")
        }
    }

    private func load(_ flags: [String: String]) throws -> Settings {
        try Settings.load(flags: flags, environment: [:], file: nil)
    }
}
