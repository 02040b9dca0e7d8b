import Digests
import Documents
import Foundation
import Grammar
import Inference
import LoadTesting
import OrderedCollections

/// Compiling schemas, and the mask of every token of texts that satisfy them.
struct GrammarSection {
    let vocabulary: GrammarVocabulary
    /// A file of functions; nil: `GrammarSamples`.
    let schemas: String?

    /// Times compiling and masks on the caller's schemas, else on those of the shipped pool.
    func run(_ report: BenchmarkReport) throws {
        var random = SplitMix64(1)
        let functions = try schemas.map(Self.read) ?? GrammarSamples.functions()
        let cases = GrammarBenchmark.cases(ofFunctions: functions, using: &random)
        let source = schemas.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "built in"
        let figures = GrammarBenchmark.run(cases, vocabulary: vocabulary)
        report.begin(
            Table(
                "grammar", "Grammar: µs; \(cases.count) schemas (\(source)), vocabulary \(vocabulary.size)",
                [
                    .text("what", "what", width: 20), .number("count", "n", width: 7),
                    .number("mean_us", "mean", digits: 1), .number("p50_us", "p50", digits: 1),
                    .number("p99_us", "p99", digits: 1), .number("max_us", "max", digits: 1, width: 9),
                ]))
        for (what, times) in [
            ("compile a schema", figures.compile), ("mask, first time", figures.coldMasks),
            ("mask, again", figures.warmMasks), ("accept a token", figures.accepts),
        ] {
            report.add(
                [.text(what), .integer(times.count)]
                    + [times.mean, times.percentile(0.5), times.percentile(0.99), times.maximum]
                    .map { .number($0 / .microseconds(1)) })
        }
        report.say("  \(figures.tokens) tokens, of which \(figures.forcedTokens) are forced")
        report.note(
            "grammar_counts",
            [
                "tokens": .integer(figures.tokens), "forced": .integer(figures.forcedTokens),
                "not_canonical": .integer(figures.uncanonicalTokens), "refused": .integer(figures.refused.count),
                "automaton_bytes": .integer(figures.automatonBytes),
            ])
        if let first = figures.refused.first { report.say("  refused \(figures.refused.count), the first: \(first)") }
    }

    /// Functions of a pool in JSON (`{"functions": [{"name": …, "parameters": …}]}`), or a list of schemas.
    ///
    /// - Throws: `BenchmarkError.schemas`.
    package static func read(_ path: String) throws(BenchmarkError) -> [JSONValue] {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw .schemas(path: path, reason: "cannot be read as JSON: \(error)")
        }
        if let functions = value["functions"]?.arrayValue, !functions.isEmpty { return functions }
        guard let schemas = value.arrayValue, !schemas.isEmpty else {
            throw .schemas(path: path, reason: "neither a list of schemas nor an object with \"functions\"")
        }
        return schemas.enumerated().map { ["name": .string("schema-\($0)"), "parameters": $1] }
    }
}

/// Small functions with what real ones are made of: choices, numbers in a range, text, lists, nested objects.
package enum GrammarSamples {
    /// The functions of a made-up pool, as schemas.
    package static func functions() -> [JSONValue] {
        texts.compactMap { name, properties in
            guard let properties = try? JSONValue(parsing: "{\(properties)}"), let names = properties.objectValue?.keys
            else { return nil }
            return [
                "name": .string(name),
                "parameters": [
                    "type": "object", "properties": properties,
                    "required": .array(names.prefix(1 + names.count / 2).map { .string($0) }),
                ],
            ]
        }
    }

    package static let texts = [
        ("set_light", #""room": {"enum": ["kitchen", "bedroom", "hall"]}, "brightness": {"type": "integer"}"#),
        ("play_music", #""artist": {"type": "string"}, "title": {"type": "string"}, "shuffle": {"type": "boolean"}"#),
        ("set_timer", #""minutes": {"type": "integer"}, "label": {"type": "string", "maxLength": 40}"#),
        ("weather", #""city": {"type": "string"}, "date": {"type": "string", "format": "date"}"#),
        ("set_temperature", #""degrees": {"type": "number"}, "unit": {"enum": ["celsius", "fahrenheit"]}"#),
        ("send_message", #""to": {"type": "array", "items": {"type": "string"}}, "text": {"type": "string"}"#),
        ("remind", #""what": {"type": "string"}, "at": {"type": "string", "format": "date-time"}"#),
        ("navigate", #""from": {"type": "string"}, "to": {"type": "string"}, "by": {"enum": ["car", "bike", "foot"]}"#),
        (
            "order",
            #""items": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}, "#
                + #""count": {"type": "integer"}}, "required": ["name", "count"]}}, "note": {"type": "string"}"#
        ),
        (
            "book_table",
            #""guest": {"type": "object", "properties": {"name": {"type": "string"}, "vip": {"type": "boolean"}}, "#
                + #""required": ["name"]}, "people": {"type": "integer"}"#
        ),
    ]
}
