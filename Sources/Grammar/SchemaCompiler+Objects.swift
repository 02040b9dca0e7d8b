import OrderedCollections
import Documents

extension SchemaCompiler {
    /// An object: properties in the order of the schema, required ones always, optional ones or not.
    ///
    /// Nodes grow with the number of properties, not with the number of subsets: at each property there are two nodes, one
    /// for "nothing written yet" and one for "a comma is due", and both lead into the same member.
    mutating func object(
        _ schema: JSONObject, at pointer: String, depth: Int, from source: Int32
    ) throws(GrammarError) -> Int32 {
        var properties = try members(schema, at: pointer)
        let required = try requiredNames(schema, at: pointer)
        let additional = try additionalSchema(schema, at: pointer)
        for name in required where properties[name] == nil {
            guard let additional else {
                throw GrammarError(
                    pointer: pointer.appending(member: "required"),
                    message: "\"\(name)\" is required but is no property; declare it or allow additionalProperties")
            }
            properties[name] = additional
        }
        if properties.isEmpty, let additional, Self.isAny(additional) { return builder.anyObject(from: source) }

        builder.level += 1
        let open = builder.literal("{", from: source)
        // `fresh`: nothing written yet (nil once something must have been); `due`: a comma comes first.
        var fresh: Int32? = builder.step(from: open)
        var due: Int32?
        for (name, property) in properties {
            let entry = builder.node()
            if let fresh { builder.epsilon(fresh, to: entry) }
            if let due { builder.epsilon(builder.literal(", ", from: due), to: entry) }
            let place = pointer.appending(member: "properties").appending(member: name)
            let label = builder.literal(AutomatonBuilder.quoted(name) + Array(": ".utf8), from: entry)
            let written = try value(property, at: place, depth: depth + 1, from: label)
            let after = builder.node()
            builder.epsilon(written, to: after)
            if !required.contains(name) {
                if let due { builder.epsilon(due, to: after) }
            } else {
                fresh = nil
            }
            due = after
        }
        if let additional {
            let names = Array(properties.keys)
            let place = pointer.appending(member: "additionalProperties")
            let after = try additionalMembers(
                additional, except: names, at: place, depth: depth + 1, fresh: fresh, due: due)
            if let due { builder.epsilon(due, to: after) }
            due = after
        }
        builder.level -= 1
        let close = builder.node()
        for node in [fresh, due].compactMap({ $0 }) {
            builder.byte(node, UInt8(ascii: "}"), UInt8(ascii: "}"), to: close)
        }
        return close
    }

    /// Any number of members whose names are none of `names`; returns the node after them.
    private mutating func additionalMembers(
        _ schema: JSONValue, except names: [String], at pointer: String, depth: Int, fresh: Int32?, due: Int32?
    ) throws(GrammarError) -> Int32 {
        builder.automaton.needsDistinctWords = true
        let entry = builder.node()
        if let fresh { builder.epsilon(fresh, to: entry) }
        if let due { builder.epsilon(builder.literal(", ", from: due), to: entry) }
        let name: Int32
        if names.isEmpty {
            name = builder.freeString(from: entry)
        } else {
            let content = ScalarAutomaton.excluding(names)
            name = builder.literal("\"", from: builder.content(content, from: builder.literal("\"", from: entry)))
        }
        let written = try value(schema, at: pointer, depth: depth, from: builder.literal(": ", from: name))
        let after = builder.step(from: written)
        builder.epsilon(builder.literal(", ", from: after), to: entry)
        return after
    }

    private func members(_ schema: JSONObject, at pointer: String) throws(GrammarError) -> JSONObject {
        switch schema["properties"] {
        case nil: return [:]
        case .object(let members): return members
        default:
            throw GrammarError(
                pointer: pointer.appending(member: "properties"), message: "properties must be an object")
        }
    }

    private func requiredNames(_ schema: JSONObject, at pointer: String) throws(GrammarError) -> OrderedSet<String> {
        guard let value = schema["required"] else { return [] }
        let names = (value.arrayValue ?? []).compactMap(\.stringValue)
        guard let list = value.arrayValue, names.count == list.count else {
            throw GrammarError(
                pointer: pointer.appending(member: "required"), message: "required must be a list of property names")
        }
        return OrderedSet(names)
    }

    /// The schema of undeclared members; nil if there may be none.
    private func additionalSchema(_ schema: JSONObject, at pointer: String) throws(GrammarError) -> JSONValue? {
        switch schema["additionalProperties"] {
        case nil: return schema["properties"] == nil && schema["required"] == nil ? .bool(true) : nil
        case .bool(false): return nil
        case .some(let value):
            if case .bool = value { return value }
            guard value.objectValue != nil else {
                throw GrammarError(
                    pointer: pointer.appending(member: "additionalProperties"),
                    message: "additionalProperties must be a schema or a boolean")
            }
            return value
        }
    }

    private static func isAny(_ schema: JSONValue) -> Bool {
        schema == .bool(true) || schema.objectValue.map { SchemaKeywords.constraints(of: $0).isEmpty } == true
    }
}
