import Documents
import OrderedCollections

extension SchemaCompiler {
    /// An array: `prefixItems` one by one, then `items`.
    mutating func array(
        _ schema: JSONObject, at pointer: String, depth: Int, from source: Int32
    ) throws(GrammarError) -> Int32 {
        let minimum = try Self.count(schema, "minItems", at: pointer) ?? 0
        let maximum = try Self.count(schema, "maxItems", at: pointer)
        if let maximum, minimum > maximum {
            throw GrammarError(
                pointer: pointer.appending(member: "minItems"),
                message: "minItems \(minimum) is more than maxItems \(maximum)")
        }
        let prefix = schema["prefixItems"]?.arrayValue ?? []
        let items = schema["items"] ?? .bool(true)
        if case .array = items {
            throw GrammarError(
                pointer: pointer.appending(member: "items"),
                message: "a list of schemas in items is of an older draft; call it prefixItems")
        }
        let end = builder.node()
        builder.level += 1
        defer { builder.level -= 1 }
        let open = builder.literal("[", from: source)
        if schema["uniqueItems"] == .bool(true) {
            try checkUnique(prefix + [items], minimum: minimum, at: pointer)
            builder.automaton.nodes[Int(open)].opensUniqueArray = true
            builder.automaton.needsDistinctWords = true
            builder.automaton.leastUnique = max(builder.automaton.leastUnique, minimum)
            hasCanonicalNumbers = true
        }
        defer {
            if schema["uniqueItems"] == .bool(true) { hasCanonicalNumbers = false }
        }
        func close(_ builder: inout AutomatonBuilder, _ node: Int32, _ count: Int) {
            guard count >= minimum else { return }
            builder.byte(node, UInt8(ascii: "]"), UInt8(ascii: "]"), to: end)
        }
        close(&builder, open, 0)
        var (last, written) = (open, 0)
        for (index, item) in prefix.enumerated() {
            if let maximum, written >= maximum { return end }
            let place = pointer.appending(member: "prefixItems").appending(member: String(index))
            let start = written == 0 ? builder.step(from: last) : builder.literal(", ", from: last)
            last = builder.step(from: try value(item, at: place, depth: depth + 1, from: start))
            written += 1
            close(&builder, last, written)
        }
        if let maximum, written >= maximum { return end }
        if items == .bool(false) { return end }

        let place = pointer.appending(member: "items")
        let least = max(0, minimum - written), most = maximum.map { $0 - written }
        if least <= 1, most == nil {
            // No count to keep: the element stands in line.
            let entry = builder.node()
            builder.epsilon(written == 0 ? last : builder.literal(", ", from: last), to: entry)
            let after = builder.step(from: try value(items, at: place, depth: depth + 1, from: entry))
            builder.epsilon(builder.literal(", ", from: after), to: entry)
            close(&builder, after, max(minimum, written + 1))
            return end
        }
        let element = builder.declareRule(pointer: place)
        let (start, saved) = builder.begin(element)
        builder.finish(element, last: try value(items, at: place, depth: depth + 1, from: start), saved)
        let first = builder.call(
            element, from: written == 0 ? builder.step(from: last) : builder.literal(", ", from: last))
        let after = builder.loop(from: first, done: 1, minimum: max(least, 1), maximum: most) { builder, start in
            builder.call(element, from: builder.literal(", ", from: start))
        }
        close(&builder, after, max(minimum, written + 1))
        return end
    }

    /// A whole number, not negative and of reasonable size.
    static func count(_ schema: JSONObject, _ keyword: String, at pointer: String) throws(GrammarError) -> Int? {
        guard let value = schema[keyword] else { return nil }
        let place = pointer.appending(member: keyword)
        guard let count = value.intValue, count >= 0 else {
            throw GrammarError(pointer: place, message: "\(keyword) must be a whole number, 0 or more")
        }
        if keyword.hasPrefix("min"), count > 100_000 {
            throw GrammarError(pointer: place, message: "\(keyword) \(count) is more than a model can write (100000)")
        }
        return min(count, 1 << 30)
    }

    /// Uniqueness is kept by comparing the texts of elements, which is right where a value has one text: strings, numbers,
    /// booleans and null, not arrays and objects.
    private func checkUnique(_ schemas: [JSONValue], minimum: Int, at pointer: String) throws(GrammarError) {
        let place = pointer.appending(member: "uniqueItems")
        for schema in schemas where schema != .bool(false) {
            guard let object = schema.objectValue, schema["$ref"] == nil, schema["anyOf"] == nil,
                schema["oneOf"] == nil, schema["allOf"] == nil
            else { throw Self.notUnique(place) }
            let constraints = SchemaKeywords.constraints(of: object)
            if let values = constraints["enum"]?.arrayValue ?? constraints["const"].map({ [$0] }) {
                guard values.allSatisfy({ $0.arrayValue == nil && $0.objectValue == nil }) else {
                    throw Self.notUnique(place)
                }
                guard Set(values).count >= minimum else { throw Self.tooFew(Set(values).count, minimum, pointer) }
                continue
            }
            let types = try Self.types(of: constraints, at: pointer.appending(member: "items"))
            guard !types.isEmpty, !types.contains("array"), !types.contains("object") else {
                throw Self.notUnique(place)
            }
            let isFinite = types.allSatisfy { $0 == "boolean" || $0 == "null" }
            let count = types.reduce(0) { $0 + ($1 == "boolean" ? 2 : 1) }
            if isFinite, count < minimum { throw Self.tooFew(count, minimum, pointer) }
        }
    }

    private static func notUnique(_ place: String) -> GrammarError {
        GrammarError(
            pointer: place,
            message:
                "uniqueItems can be kept for elements that are strings, numbers, booleans or enums, with a type of "
                + "their own; remove it or give items such a type")
    }

    private static func tooFew(_ count: Int, _ minimum: Int, _ pointer: String) -> GrammarError {
        GrammarError(
            pointer: pointer.appending(member: "minItems"),
            message: "minItems \(minimum) with uniqueItems, but there are only \(count) different elements")
    }
}
