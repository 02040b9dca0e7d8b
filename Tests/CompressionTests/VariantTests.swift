import Compression
import Documents
import Foundation
import Kernels
import OrderedCollections
import TestSupport
import Testing

@Suite struct VariantTests {
    /// What is written, and what is understood: name, model, format.
    static let read: [(String, String, String, WeightFormat?)] = [
        ("small", "small", "small", nil), ("small@fp8", "small fp8", "small", .fp8),
        ("a=small@w8a8", "a", "small", .w8a8), ("models/x.gguf", "x", "models/x.gguf", nil),
        ("models/x.gguf@bf16", "x bf16", "models/x.gguf", .bf16), ("half size=../m", "half size", "../m", nil),
        ("x@y", "x@y", "x@y", nil), ("n=x@y@f32", "n", "x@y", .f32), ("dir/a=b", "a=b", "dir/a=b", nil),
    ]

    @Test(arguments: read) func reads(_ text: String, name: String, model: String, format: WeightFormat?) throws {
        let variant = try Variant(text)
        #expect(variant.name == name && variant.model == model && variant.format == format)
    }

    static let refused: [(String, String)] = [
        ("", "there is no model"), ("a=", "there is no model"), ("=x", "no name"), ("@fp8", "there is no model"),
        ("..=x", "cannot be a folder's"), (".a=x", "cannot be a folder's"), ("a\nb=x", "cannot be a folder's"),
        (String(repeating: "n", count: 101) + "=x", "cannot be a folder's"),
    ]

    @Test(arguments: refused) func refuses(_ text: String, message: String) {
        #expect { _ = try Variant(text) } throws: { "\($0)".contains(message) }
    }

    @Test func namesDiffer() throws {
        #expect(try Variant.list(["a@bf16", "a@fp8"]).map(\.name) == ["a bf16", "a fp8"])
        #expect { _ = try Variant.list(["x/a", "y/a"]) } throws: { "\($0)".contains("two variants are called a") }
    }

    // MARK: What is kept

    @Test("a step is measured once for its settings; others stay") func folder() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/tables", variant = try Variant("a=small@fp8")
        var measured = 0
        func value(_ step: VariantFigures.Step, _ settings: JSONObject) throws -> JSONValue {
            try ComparisonFolder(path).open(variant, source: ["sha256": "1"]).value(step, settings) {
                measured += 1
                return .integer(measured)
            }
        }
        #expect(try value(.perplexity, ["windows": 8]) == 1)
        #expect(try value(.serving, ["windows": 8]) == 2)
        #expect(try value(.perplexity, ["windows": 8]) == 1)
        #expect(try value(.perplexity, ["windows": 9]) == 3)
        #expect(try value(.perplexity, ["windows": 8]) == 1 && measured == 3)
        #expect(throws: CompressionError.otherRun(path: path + "/variants/a")) {
            _ = try ComparisonFolder(path).open(variant, source: ["sha256": "2"])
        }
        #expect(try ComparisonFolder(path).folder(variant) == path + "/variants/a")
    }

    @Test("a step that fails is measured again") func failure() throws {
        struct Failed: Error {}
        let folder = try TemporaryFolder()
        let measured = try ComparisonFolder(folder.path + "/t").open(Variant("a"), source: 1)
        #expect(throws: Failed.self) { _ = try measured.value(.calls, [:]) { throw Failed() } }
        #expect(try measured.value(.calls, [:]) { 4 } == 4)
    }

    @Test("a folder of something else is left alone") func occupied() throws {
        let folder = try TemporaryFolder()
        _ = try ComparisonFolder(folder.path)
        _ = try ComparisonFolder(folder.path)
        let other = folder.path + "/other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        _ = try folder.write([1], as: "other/config.json")
        #expect(throws: CompressionError.occupied(path: other)) { _ = try ComparisonFolder(other) }
        #expect(throws: CompressionError.self) { _ = try ComparisonFolder(other + "/config.json") }
    }
}
