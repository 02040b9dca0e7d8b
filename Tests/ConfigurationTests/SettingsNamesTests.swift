import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct SettingsNamesTests {
    /// What is told, and what the message must name.
    static let unknown: [(flags: [String: String], environment: [String: String], said: [String])] = [
        (["server.prot": "1"], [:], ["--set server.prot", "--set server.port"]),
        (["port": "1"], [:], ["--set port", "--set server.port"]),
        (["sever.port": "1"], [:], ["--set sever.port", "--set server.port"]),
        (["server.port.number": "1"], [:], ["--set server.port.number"]),
        (["nothing.like.it.at.all": "1"], [:], ["--set nothing.like.it.at.all is no setting. Config/"]),
        ([:], ["KINGLET_SERVER_PROT": "1"], ["KINGLET_SERVER_PROT", "Is KINGLET_SERVER_PORT meant?"]),
        ([:], ["KINGLET_PORT": "8080"], ["KINGLET_PORT"]),
        ([:], ["KINGLET_LOG": "debug"], ["KINGLET_LOG is no setting"]),
        ([:], ["KINGLET_CALLING_TOPK": "5"], ["Is KINGLET_CALLING_TOP_K meant?"]),
    ]

    @Test(arguments: unknown)
    func namesWhatIsNoSetting(flags: [String: String], environment: [String: String], said: [String]) {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(flags: flags, environment: environment, file: nil)
        }
        for words in said { #expect(error?.description.contains(words) == true, "\(String(describing: error))") }
    }

    /// Variables that are nobody's mistake.
    static let known: [[String: String]] = [
        ["KINGLET_ISA": "avx2", "KINGLET_MODELS": "m.yaml", "KINGLET_API_KEY": "k", "KINGLET_API_KEY_FRONT_END": "k"],
        ["KINGLET_REMOTE_KEY": "k"],
        ["KINGLET_TEST_MODEL": "none"],
        ["KINGLET_REMOTE_KEY_VARIABLE": "KINGLET_GPU_KEY", "KINGLET_GPU_KEY": "secret"],
        ["KINGLET_ACCESS_KEYS": "[{name: a, environment: KINGLET_A, scopes: [call]}]", "KINGLET_A": "secret"],
        // Of a Kubernetes service called kinglet, and of one called kinglet-server.
        [
            "KINGLET_SERVICE_HOST": "10.0.0.11", "KINGLET_SERVICE_PORT": "8080", "KINGLET_SERVICE_PORT_HTTP": "8080",
            "KINGLET_PORT": "tcp://10.0.0.11:8080", "KINGLET_PORT_8080_TCP": "tcp://10.0.0.11:8080",
            "KINGLET_PORT_8080_TCP_PROTO": "tcp", "KINGLET_PORT_8080_TCP_ADDR": "10.0.0.11",
        ],
        ["KINGLET_SERVER_PORT": "tcp://10.0.0.11:8080", "KINGLET_SERVER_SERVICE_HOST": "10.0.0.11"],
        ["KINGLETS": "1", "PATH": "/bin"],
    ]

    @Test(arguments: known) func leavesOthersAlone(environment: [String: String]) throws {
        #expect(try Settings.load(flags: [:], environment: environment, file: nil).server.port == 8080)
    }

    /// Every setting is known by both of its names.
    @Test func knowsItsOwn() {
        for key in Settings.keys {
            let variable = "KINGLET_" + key.uppercased().replacing(".", with: "_")
            for (flags, environment) in [([key: "x"], [:]), ([:], [variable: "x"])]
                as [([String: String], [String: String])]
            {
                do throws(SettingsError) {
                    _ = try Settings.load(flags: flags, environment: environment, file: nil)
                } catch .unknown(let name, _) {
                    Issue.record("\(name) is not known")
                } catch {}
            }
        }
    }

    /// A wrong value is blamed on whoever said it, not on the file that is read as well.
    static let blamed: [(flags: [String: String], environment: [String: String], source: String)] = [
        (["server.port": "http"], [:], "--set server.port: "),
        ([:], ["KINGLET_SERVER_PORT": "http"], "KINGLET_SERVER_PORT: "),
        (["server.port": "70000"], ["KINGLET_SERVER_PORT": "1"], "--set server.port: "),
        ([:], ["KINGLET_ACCESS_KEYS": "[{name: 1}]"], "KINGLET_ACCESS_KEYS: "),
        (["log.level": "loud"], ["KINGLET_SERVER_PORT": "1"], "--set log.level: "),
    ]

    @Test(arguments: blamed)
    func blamesTheLayer(flags: [String: String], environment: [String: String], source: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("server: {port: 8081}\n".utf8, as: "kinglet.yaml")
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(flags: flags, environment: environment, file: file)
        }
        #expect(error?.description.hasPrefix(source) == true, "\(String(describing: error))")
    }

    @Test func blamesTheFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("server: {port: http}\n".utf8, as: "kinglet.yaml")
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(flags: ["log.level": "info"], environment: ["KINGLET_SERVER_HOST": "::1"], file: file)
        }
        #expect(error?.description.hasPrefix("\(file): server.port") == true, "\(String(describing: error))")
    }
}
