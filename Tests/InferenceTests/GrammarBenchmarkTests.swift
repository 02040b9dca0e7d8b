import Foundation
import Inference
import OrderedJSON
import TestSupport
import Testing

/// The benchmark on BFCL's functions with the real vocabulary. Times are printed; only their order of magnitude is a test,
/// since the machine may be busy.
@Suite(.serialized) struct GrammarBenchmarkTests {
    @Test(
        .enabled(if: TestFiles.model != nil, "the model is missing: make model"),
        .enabled(if: TestFiles.dataSet("bfcl/pool.json") != nil, "the data set bfcl is missing"))
    func masksOfPublicFunctions() throws {
        let vocabulary = try #require(ModelVocabulary.shared)
        let url = try #require(TestFiles.dataSet("bfcl/pool.json"))
        let pool = try JSONValue(parsing: String(contentsOf: url, encoding: .utf8))
        let functions = try #require(pool["functions"]?.arrayValue)
        var random = SeededGenerator(3)
        var cases: [GrammarBenchmark.Case] = []
        // One function alone, and the choice among ten with the two refusals.
        for (index, function) in functions.enumerated() {
            guard let parameters = function["parameters"] else { continue }
            cases.append(.init(schema: parameters, texts: texts(parameters, &random)))
            guard index % 40 == 0, index + 10 <= functions.count else { continue }
            let branches =
                functions[index..<index + 10].map(Self.branch)
                + ["no_appropriate_function", "request_unclear"]
                .map { Self.branch(["name": .string($0), "parameters": ["type": "object", "properties": [:]]]) }
            let choice: JSONValue = ["anyOf": .array(branches)]
            cases.append(.init(schema: choice, texts: texts(choice, &random)))
        }
        let report = GrammarBenchmark.run(cases, vocabulary: vocabulary)
        print(report)
        #expect(report.refused.isEmpty, "\(report.refused.prefix(5))")
        // What jump-forward writes is what the tokeniser would have written.
        #expect(report.uncanonicalTokens == 0)
        #expect(report.coldMasks.percentile(0.5) < .microseconds(200))
        #expect(report.compile.percentile(0.5) < .milliseconds(20))
    }

    static let pools = ["snips", "atis", "nlu-evaluation", "slurp", "clinc150", "banking77", "crosswoz", "bfcl"]

    @Test(
        "every function of the public pools compiles",
        arguments: pools.filter { TestFiles.dataSet("\($0)/pool.json") != nil })
    func poolsCompile(_ name: String) throws {
        let url = try #require(TestFiles.dataSet("\(name)/pool.json"))
        let pool = try JSONValue(parsing: String(contentsOf: url, encoding: .utf8))
        for function in pool["functions"]?.arrayValue ?? [] {
            let parameters = function["parameters"] ?? ["type": "object", "properties": [:]]
            #expect(throws: Never.self) { try GrammarTesting.compile(parameters) }
        }
    }

    private static func branch(_ function: JSONValue) -> JSONValue {
        [
            "type": "object",
            "properties": ["name": ["const": function["name"] ?? ""], "arguments": function["parameters"] ?? [:]],
            "required": ["name", "arguments"],
        ]
    }

    /// Two values drawn from the schema with words in its strings, as the grammar writes them.
    private func texts(_ schema: JSONValue, _ random: inout SeededGenerator) -> [String] {
        (0..<2).map { _ in ExampleWriter.value(of: schema, &random).text(.spaced) }
    }
}

/// Plausible values of simple schemas, for timing.
enum ExampleWriter {
    private static let words = [
        "the", "quick", "brown fox", "Paris", "2026-11-24", "temperature", "客厅", "user@mail.org", "a",
    ]

    static func value(of schema: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        if let branches = schema["anyOf"]?.arrayValue, let branch = branches.randomElement(using: &random) {
            return value(of: branch, &random)
        }
        if let constant = schema["const"] { return constant }
        if let choice = schema["enum"]?.arrayValue?.randomElement(using: &random) { return choice }
        switch schema["type"]?.stringValue {
        case "integer": return .integer(Int.random(in: 1...10, using: &random))
        case "number": return .number(Double(Int.random(in: 1...1_999, using: &random)) / 4 + 0.25)
        case "boolean": return .bool(Bool.random(using: &random))
        case "array":
            let items = schema["items"] ?? ["type": "string"]
            return .array((0..<max(schema["minItems"]?.intValue ?? 0, 2)).map { _ in value(of: items, &random) })
        case "object":
            let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            var members = JSONObject()
            for (name, property) in schema["properties"]?.objectValue ?? [:]
            where required.contains(name) || Int.random(in: 0..<3, using: &random) == 0 {
                members[name] = value(of: property, &random)
            }
            return .object(members)
        default:
            if schema["format"] == "date" { return "2026-11-24" }
            if schema["format"] == "date-time" { return "2026-11-24T10:00:00Z" }
            let count = Int.random(in: 1...4, using: &random)
            return .string((0..<count).compactMap { _ in words.randomElement(using: &random) }.joined(separator: " "))
        }
    }
}
