import Documents
import OrderedCollections

extension GrammarBenchmark {
    /// Each function's parameters alone, and from the first of every 40 on the choice among ten with two refusals, as
    /// function calling asks for it.
    ///
    /// - Parameter functions: objects with `name` and `parameters`; those without parameters are left out.
    package static func cases(
        ofFunctions functions: [JSONValue], using random: inout some RandomNumberGenerator
    ) -> [Case] {
        var cases: [Case] = []
        for (index, function) in functions.enumerated() {
            guard let parameters = function["parameters"] else { continue }
            cases.append(example(parameters, &random))
            guard index % 40 == 0, index + 10 <= functions.count else { continue }
            let branches =
                functions[index..<index + 10].map(branch)
                + ["no_appropriate_function", "request_unclear"]
                .map { branch(["name": .string($0), "parameters": ["type": "object", "properties": [:]]]) }
            cases.append(example(["anyOf": .array(branches)], &random))
        }
        return cases
    }

    private static func branch(_ function: JSONValue) -> JSONValue {
        [
            "type": "object",
            "properties": ["name": ["const": function["name"] ?? ""], "arguments": function["parameters"] ?? [:]],
            "required": ["name", "arguments"],
        ]
    }

    /// With two values drawn from the schema, as the grammar writes them.
    private static func example(_ schema: JSONValue, _ random: inout some RandomNumberGenerator) -> Case {
        Case(schema: schema, texts: (0..<2).map { _ in ExampleWriter.value(of: schema, &random).text(.spaced) })
    }
}

/// Plausible values of simple schemas, for timing.
private enum ExampleWriter {
    private static let words = [
        "the", "quick", "brown fox", "Paris", "2026-11-24", "temperature", "客厅", "user@mail.org", "a",
    ]

    static func value(of schema: JSONValue, _ random: inout some RandomNumberGenerator) -> JSONValue {
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
