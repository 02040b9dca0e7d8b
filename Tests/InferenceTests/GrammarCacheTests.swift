import Dispatch
import Documents
import Foundation
import Grammar
import Inference
import OrderedCollections
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

    /// Costs as much as is allowed, and does not fit into the quick lane's time.
    private static func dear(_ number: Int) -> JSONValue {
        let properties = (0..<100).map { index -> (String, JSONValue) in
            ("p\(index)", ["type": "string", "pattern": .string("^(a|b)*a(a|b){9}x\(number)p\(index)$")])
        }
        return [
            "type": "object", "properties": .object(JSONObject(uniqueKeysWithValues: properties)),
            "additionalProperties": false,
        ]
    }

    private static func cheap(_ number: Int) -> JSONValue { ["const": .integer(number)] }

    @Test("schemas that are dear hold up none that are cheap") func lanes() async throws {
        let cache = GrammarCache(vocabulary: GrammarVocabulary(try byteTokenizer()))
        let dear = (0..<4).map { number in Task { try await cache.grammar(for: Self.dear(number)) } }
        try await Task.sleep(for: .milliseconds(200))
        for number in 0..<10 { _ = try await cache.grammar(for: Self.cheap(number)) }
        dear.forEach { $0.cancel() }
        var left = 0
        for task in dear {
            if case .failure(let error) = await task.result, error as? GenerationError == .cancelled { left += 1 }
        }
        #expect(left > 0, "all dear ones were done before the cheap ones, or callers that leave wait for them")
    }

    @Test("callers that ask at the same time share one compilation") func shared() async throws {
        let cache = GrammarCache(vocabulary: GrammarVocabulary(try byteTokenizer()))
        let grammars = try await withThrowingTaskGroup(of: CompiledGrammar.self) { group in
            for _ in 0..<50 { group.addTask { try await cache.grammar(for: Self.cheap(1)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(grammars.map { ObjectIdentifier($0) }).count == 1)
    }

    @Test("beyond the bound: refused at once, with a time to come back") func full() async throws {
        let queue = SchemaQueue(quickCapacity: 2, slowCapacity: 2)
        let cache = GrammarCache(vocabulary: GrammarVocabulary(try byteTokenizer()), queue: queue)
        let gate = DispatchSemaphore(value: 0)
        try queue.enqueue(on: .quick) { gate.wait() }
        let waiting = Task { try await cache.grammar(for: Self.cheap(1)) }
        while (try? queue.enqueue(on: .quick) {}) != nil { await Task.yield() }
        let error = await #expect(throws: GenerationError.self) { try await cache.grammar(for: Self.cheap(2)) }
        guard case .schemasWaiting(2, let seconds) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(seconds >= 1)
        gate.signal()
        _ = await waiting.result
        // Once those before it are done, there is room again.
        var grammar: CompiledGrammar?
        while grammar == nil {
            do { grammar = try await cache.grammar(for: Self.cheap(2)) } catch GenerationError.schemasWaiting {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
