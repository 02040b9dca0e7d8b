import Assembly
import Configuration
import Foundation
import FunctionCalling
import Functions
import Logging
import TestSupport
import Testing

/// What the folders of the settings become.
@Suite struct CatalogLoaderTests {
    private static let pool = """
        functions:
          - name: light_on
            description: turns a light on
            parameters: {type: object, properties: {room: {type: string}}, required: [room]}
        """

    private func settings(_ files: [(String, String)]) throws -> (Settings, TemporaryFolder) {
        let folder = try TemporaryFolder()
        for (name, text) in files {
            let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        var settings = Settings()
        settings.folder = folder.path
        (settings.calling.pools, settings.calling.adapters, settings.knowledge.folder) = ("pools", "adapters", "terms")
        return (settings, folder)
    }

    @Test func poolsHaveTheNamesOfTheirFiles() async throws {
        let (settings, folder) = try settings([("pools/home.yaml", Self.pool), ("pools/notes.txt", "no pool")])
        let catalog = try await CatalogLoader.load(settings)
        #expect(catalog.poolNames == ["home"] && catalog.adapterNames.isEmpty)
        #expect(catalog.pool(named: "home")?.pool.functions.map(\.name) == ["light_on"])
        withExtendedLifetime(folder) {}
    }

    @Test func nothingIsNoError() async throws {
        let (settings, folder) = try settings([])
        #expect(try await CatalogLoader.load(settings).poolNames.isEmpty)
        withExtendedLifetime(folder) {}
    }

    static let refused = [
        ("pools/home.yaml", "functions: {}", "home.yaml"),
        ("pools/home.yaml", "functions:\n  - name: request_unclear\n    description: x", "request_unclear"),
        ("adapters/home.yaml", "functions: 3", "home.yaml"),
        ("terms/a.yaml", "terms: 1", "a.yaml"), ("pools/home.yml", "functions: 5", "home.yml"),
    ]

    @Test(arguments: refused) func aDamagedFileIsNamed(_ name: String, text: String, named: String) async throws {
        let (settings, folder) = try settings([(name, text)])
        do {
            _ = try await CatalogLoader.load(settings)
            Issue.record("\(name) was read")
        } catch {
            #expect("\(error)".contains(named), "\(error)")
        }
        withExtendedLifetime(folder) {}
    }

    @Test func ymlIsReadAndHiddenFilesAreNot() async throws {
        let (settings, folder) = try settings([
            ("pools/home.yml", Self.pool), ("pools/._home.yaml", "\u{0}\u{5}Mac OS X"), ("pools/.git.json", "{"),
            ("pools/empty.yaml", "# to come\n"), ("terms/._a.yml", "\u{0}"), ("terms/b.yml", "# to come\n"),
        ])
        let catalog = try await CatalogLoader.load(settings)
        #expect(catalog.poolNames.sorted() == ["empty", "home"])
        withExtendedLifetime(folder) {}
    }

    @Test func oneNameInTwoFilesIsAnError() async throws {
        let (settings, folder) = try settings([("pools/home.yaml", Self.pool), ("pools/home.yml", Self.pool)])
        let error = await #expect(throws: PoolError.self) { try await CatalogLoader.load(settings) }
        #expect(error?.source.hasSuffix("pools/home.yml") == true && error?.reason == .duplicateName)
        withExtendedLifetime(folder) {}
    }

    @Test func aPoolThatCannotBeEnforcedNamesItsFile() async throws {
        let text = "functions: [{name: f, parameters: {properties: {a: {not: {}}}}}]"
        let (settings, folder) = try settings([("pools/home.yaml", text)])
        let error = await #expect(throws: PoolError.self) {
            _ = try await CatalogLoader.open(settings, Logger(label: "test"))
        }
        #expect(error?.source.hasSuffix("pools/home.yaml") == true && error?.function == "f")
        #expect(error?.pointer == "/functions/0/parameters/properties/a/not")
        withExtendedLifetime(folder) {}
    }
}
