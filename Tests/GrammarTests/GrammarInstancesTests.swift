import Documents
import Foundation
import Grammar
import TestSupport
import Testing

/// Writes what the grammar draws for random schemas, to be checked by Python's `jsonschema`:
///
///     KINGLET_INSTANCES_DIR=/tmp/instances swift test --filter GrammarInstancesTests
///     python3 Tests/InferenceTests/Fixtures/check_instances.py /tmp/instances/*.jsonl
@Suite struct GrammarInstancesTests {
    private static let folder = ProcessInfo.processInfo.environment["KINGLET_INSTANCES_DIR"]

    @Test(.enabled(if: folder != nil, "KINGLET_INSTANCES_DIR is not set: nothing to write"))
    func writesInstances() throws {
        let folder = URL(fileURLWithPath: try #require(Self.folder))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var lines: [String] = []
        for seed in UInt64(20_000)..<20_400 {
            var generator = SchemaGenerator(random: SeededGenerator(seed))
            let schema = generator.document()
            let grammar = try GrammarTesting.compile(schema)
            var random = generator.random
            for _ in 0..<3 {
                let sample = GrammarTesting.sample(grammar, using: &random, budget: Matcher(grammar).tokensToClose + 80)
                let record: JSONValue = [
                    "schema": schema, "text": .string(String(decoding: sample.bytes, as: UTF8.self)),
                ]
                lines.append(record.text(.compact))
            }
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(
            to: folder.appendingPathComponent("instances.jsonl"))
    }
}
