import Foundation
import Inference
import OrderedJSON
import TestSupport
import Testing

@Suite(.serialized) struct GrammarCacheTests {
    /// `KINGLET_TEST_SCHEMAS=100000` runs the full size.
    private static let count =
        ProcessInfo.processInfo.environment["KINGLET_TEST_SCHEMAS"].flatMap { Int($0) } ?? 3_000

    @Test(
        "law: schemas that never come again leave memory flat",
        .enabled(if: GrammarCacheTests.residentBytes() != nil, "no /proc/self/statm"))
    func uniqueSchemas() async throws {
        let tokenizer = try byteTokenizer()
        let cache = GrammarCache(vocabulary: GrammarVocabulary(tokenizer))
        let begin = ContinuousClock.now
        var settled = 0
        for index in 0..<Self.count {
            let schema = try JSONValue(
                parsing: """
                    {"type": "object", "properties": {"name_\(index)": {"type": "string", "maxLength": \(index % 90 + 1)}, \
                    "kind": {"enum": ["a\(index)", "b", "c"]}, "level": {"type": "integer", "minimum": \(index % 7), \
                    "maximum": \(index % 1000 + 10)}}, "required": ["kind"]}
                    """)
            _ = try await cache.grammar(for: schema)
            if index == Self.count / 2 { settled = try #require(Self.residentBytes()) }
        }
        let grown = try #require(Self.residentBytes()) - settled
        print("\(Self.count) schemas in \(ContinuousClock.now - begin); the second half took \(grown >> 10) KiB")
        #expect(grown < 8 << 20)
    }

    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
