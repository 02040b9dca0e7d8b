import Documents
import OrderedCollections

/// The keywords beside an `enum` or `const`, applied to its values while the grammar is compiled.
struct ValueCheck {
    private let types: [String]
    private let range: NumberRange
    private let step: ExactDecimal?
    private let lengths: ClosedRange<Int>
    private let content: [ScalarAutomaton]
    private let format: StringFormat?

    init(
        _ schema: JSONObject, at pointer: String, patterns: inout PatternCache, limits: GrammarLimits
    ) throws(GrammarError) {
        for keyword in [
            "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems",
        ]
        where schema[keyword] != nil {
            throw GrammarError(
                pointer: pointer.appending(member: keyword),
                message: "\(keyword) beside enum or const is not supported; remove it, the values are listed anyway")
        }
        types = schema["type"] == nil ? [] : try SchemaCompiler.types(of: schema, at: pointer)
        range = try SchemaCompiler.range(schema, isInteger: false, at: pointer)
        step = try SchemaCompiler.decimal(schema, "multipleOf", at: pointer)
        let minimum = try SchemaCompiler.count(schema, "minLength", at: pointer) ?? 0
        let maximum = try SchemaCompiler.count(schema, "maxLength", at: pointer) ?? Int.max
        lengths = minimum...max(minimum, maximum)
        var content: [ScalarAutomaton] = []
        if let text = schema["pattern"]?.stringValue {
            content.append(
                try patterns.automaton(text, at: pointer.appending(member: "pattern"), limit: limits.patternStates))
        }
        self.content = content
        format = schema["format"]?.stringValue.flatMap(StringFormat.named)
    }

    func admits(_ value: JSONValue) -> Bool {
        guard types.isEmpty || types.contains(where: { Self.has(value, type: $0) }) else { return false }
        switch value {
        case .integer(let number): return admits(ExactDecimal(number))
        case .number(let number): return admits(ExactDecimal(number))
        case .string(let string):
            return lengths.contains(string.unicodeScalars.count) && content.allSatisfy { $0.matches(string) }
                && (format?.accepts(string) ?? true)
        default: return true
        }
    }

    private func admits(_ number: ExactDecimal) -> Bool {
        range.contains(number) && (step.map(number.isMultiple) ?? true)
    }

    private static func has(_ value: JSONValue, type: String) -> Bool {
        switch value {
        case .integer: type == "integer" || type == "number"
        case .number: type == "number" || (type == "integer" && value.intValue != nil)
        default: value.typeName == type
        }
    }
}
