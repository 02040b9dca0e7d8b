import Documents
import OrderedCollections

/// Writes the automaton of a JSON Schema.
///
/// The text has one form: `", "` and `": "` as separators, properties in the order of the schema. Every keyword is
/// enforced, known to constrain nothing, or refused; see `SchemaKeywords`. Where a schema without `type` has keywords of
/// one type (`properties`, `items`, `pattern` …), that type is meant. Objects take undeclared members only where
/// `additionalProperties` says so, or where nothing at all is said about their members.
struct SchemaCompiler {
    let document: JSONValue
    let limits: GrammarLimits
    var builder = AutomatonBuilder()
    var patterns = PatternCache()
    /// Numbers have one text each: they are elements of an array with `uniqueItems`.
    var hasCanonicalNumbers = false
    private var rules: [String: Int32] = [:]
    private var pending: [(rule: Int32, pointer: String, schema: JSONValue)] = []
    /// Where the schemas marked with `SchemaKeywords.mustBePossible` start.
    private var required: [(node: Int32, pointer: String)] = []
    private var schemas = 0
    private let deadline: ContinuousClock.Instant

    init(document: JSONValue, limits: GrammarLimits) {
        (self.document, self.limits) = (document, limits)
        deadline = ContinuousClock.now + limits.compileTime
    }

    static func compile(_ document: JSONValue, limits: GrammarLimits) throws(GrammarError) -> Automaton {
        var compiler = SchemaCompiler(document: document, limits: limits)
        let root = compiler.builder.declareRule(pointer: "")
        compiler.rules[""] = root
        compiler.pending.append((root, "", document))
        while let (rule, pointer, schema) = compiler.pending.popLast() {
            let (start, place) = compiler.builder.begin(rule)
            let last =
                if let text = TextGrammar(document: schema), pointer.isEmpty {
                    try compiler.text(text, from: start)
                } else {
                    try compiler.value(schema, at: pointer, depth: 0, from: start)
                }
            compiler.builder.finish(rule, last: last, place)
        }
        var automaton = compiler.builder.automaton
        if let rule = automaton.ruleWithoutProgress() {
            throw GrammarError(
                pointer: rule.pointer, message: "a $ref leads back to itself without anything in between; remove it")
        }
        automaton.analyse()
        let whole = automaton.rules.first.map { [(node: $0.start, pointer: "")] } ?? []
        for (node, pointer) in compiler.required + whole {
            let start = automaton.nodes[Int(node)]
            guard start.distance < Automaton.unreachable, start.need <= Int32(limits.valueDepth) else {
                throw GrammarError(
                    pointer: pointer,
                    message: "no value satisfies the schema (within \(limits.valueDepth) levels); look for required "
                        + "properties that cannot be written, empty enums and contradicting bounds")
            }
        }
        return automaton
    }

    /// One value of `schema`.
    mutating func value(
        _ schema: JSONValue, at pointer: String, depth: Int, from source: Int32
    ) throws(GrammarError) -> Int32 {
        try charge(pointer, depth)
        let object: JSONObject
        switch schema {
        case .bool(true): return builder.anyValue(from: source)
        case .bool(false): return builder.node()  // no way leads here
        case .object(let members): object = members
        default:
            throw GrammarError(
                pointer: pointer, message: "a schema must be an object or a boolean, not \(schema.typeName)")
        }
        try SchemaKeywords.check(object, at: pointer)
        let constraints = SchemaKeywords.constraints(of: object)
        var source = source
        if object[SchemaKeywords.mustBePossible] == .bool(true) {
            let own = builder.node()  // `source` may have other branches.
            builder.epsilon(source, to: own)
            required.append((own, pointer))
            source = own
        }
        if constraints.isEmpty { return builder.anyValue(from: source) }
        if let expanded = try expansion(of: constraints, at: pointer) {
            let end = builder.node()
            for (branch, place) in expanded {
                builder.epsilon(try value(branch, at: place, depth: depth + 1, from: source), to: end)
            }
            return end
        }
        if constraints["$ref"] != nil { return builder.call(try rule(for: constraints, at: pointer), from: source) }
        if constraints["enum"] != nil || constraints["const"] != nil {
            return try enumeration(constraints, at: pointer, from: source)
        }
        let types = try Self.types(of: constraints, at: pointer)
        guard !types.isEmpty else { return builder.anyValue(from: source) }
        let end = builder.node()
        for type in types {
            builder.epsilon(try typed(type, constraints, at: pointer, depth: depth, from: source), to: end)
        }
        return end
    }

    private mutating func typed(
        _ type: String, _ schema: JSONObject, at pointer: String, depth: Int, from source: Int32
    ) throws(GrammarError) -> Int32 {
        switch type {
        case "null": return builder.literal("null", from: source)
        case "boolean": return builder.oneOf([Array("true".utf8), Array("false".utf8)], from: source)
        case "integer", "number":
            var range = try Self.range(schema, isInteger: type == "integer", at: pointer)
            range.isCanonical = hasCanonicalNumbers
            return builder.number(range, from: source)
        case "string": return try string(schema, at: pointer, from: source)
        case "array": return try array(schema, at: pointer, depth: depth, from: source)
        default: return try object(schema, at: pointer, depth: depth, from: source)
        }
    }

    /// Counts a schema against the limits.
    mutating func charge(_ pointer: String, _ depth: Int) throws(GrammarError) {
        schemas += 1
        guard depth <= limits.schemaDepth else {
            throw GrammarError(
                pointer: pointer, message: "schemas lie more than \(limits.schemaDepth) levels deep; flatten them")
        }
        guard schemas <= limits.schemaNodes, builder.automaton.nodes.count <= limits.automatonNodes else {
            throw GrammarError(
                pointer: pointer,
                message: "the schema is too large (\(limits.schemaNodes) schemas, \(limits.automatonNodes) states); "
                    + "use fewer or shorter parts, or $ref for what repeats")
        }
        guard ContinuousClock.now < deadline else {
            throw GrammarError(
                pointer: pointer, message: "the schema took longer than \(limits.compileTime) to compile; simplify it",
                isOutOfTime: true)
        }
    }

    // MARK: References

    /// The rule of a local `$ref`; its body is written later, once.
    private mutating func rule(for schema: JSONObject, at pointer: String) throws(GrammarError) -> Int32 {
        let (target, place) = try resolve(schema, at: pointer)
        if let rule = rules[place] { return rule }
        let rule = builder.declareRule(pointer: pointer.appending(member: "$ref"))
        rules[place] = rule
        pending.append((rule, place, target))
        return rule
    }

    /// The schema that `$ref` names, and its pointer.
    func resolve(_ schema: JSONObject, at pointer: String) throws(GrammarError) -> (JSONValue, String) {
        let keyword = pointer.appending(member: "$ref")
        return try LocalReferences.resolve(schema["$ref"]?.stringValue ?? "", at: keyword, in: document)
    }

    // MARK: Types

    static let typeNames = ["null", "boolean", "integer", "number", "string", "array", "object"]

    /// The types a schema allows, in order, "integer" left out beside "number"; empty for any value.
    static func types(of schema: JSONObject, at pointer: String) throws(GrammarError) -> [String] {
        var types: [String]
        switch schema["type"] {
        case nil: types = impliedType(of: schema).map { [$0] } ?? []
        case .string(let name): types = [name]
        case .array(let names) where !names.isEmpty: types = names.compactMap(\.stringValue)
        default: types = [""]
        }
        guard types.allSatisfy(typeNames.contains) else {
            throw GrammarError(
                pointer: pointer.appending(member: "type"),
                message: "type must be one or several of \(typeNames.joined(separator: ", "))")
        }
        if types.contains("number") { types.removeAll { $0 == "integer" } }
        if schema["nullable"] == .bool(true), !types.isEmpty, !types.contains("null") { types.append("null") }
        return types
    }

    private static let typeOfKeyword: [(String, [String])] = [
        ("object", ["properties", "required", "additionalProperties"]),
        ("array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]),
        ("string", ["pattern", "format", "minLength", "maxLength"]),
        ("number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ]

    private static func impliedType(of schema: JSONObject) -> String? {
        typeOfKeyword.first { $0.1.contains { schema[$0] != nil } }?.0
    }
}
