import Documents
import OrderedCollections

/// `oneOf` is written as alternatives, which is the same only if no value satisfies two of them. That must be provable.
extension SchemaCompiler {
    /// - Throws: for two branches that may have a value in common.
    func checkDisjoint(_ branches: [JSONValue], at pointer: String) throws(GrammarError) {
        guard branches.count <= 512 else {
            throw GrammarError(pointer: pointer, message: "oneOf has more than 512 branches; use anyOf")
        }
        for (index, branch) in branches.enumerated() {
            for (other, second) in branches.enumerated().dropFirst(index + 1) {
                guard areDisjoint(branch, second, depth: 0) else {
                    throw GrammarError(
                        pointer: pointer,
                        message:
                            "branches \(index) and \(other) may have values in common, which oneOf forbids; use anyOf, "
                            + "or give the branches different types or a required property with different constants")
                }
            }
        }
    }

    private func areDisjoint(_ left: JSONValue, _ right: JSONValue, depth: Int) -> Bool {
        guard depth < 8 else { return false }
        let (left, right) = (resolved(left), resolved(right))
        if left == .bool(false) || right == .bool(false) { return true }
        guard let left = left.objectValue, let right = right.objectValue else { return false }
        if let a = values(of: left) {
            if let b = values(of: right) { return Set(a.map(Self.canonical)).isDisjoint(with: b.map(Self.canonical)) }
            return a.allSatisfy { !mayHave(right, $0) }
        }
        if let b = values(of: right) { return b.allSatisfy { !mayHave(left, $0) } }
        guard let a = try? Self.types(of: left, at: ""), let b = try? Self.types(of: right, at: ""),
            !a.isEmpty, !b.isEmpty
        else { return false }
        let common = a.filter { name in
            b.contains(name) || (name == "integer" && b.contains("number"))
                || (name == "number" && b.contains("integer"))
        }
        return common.allSatisfy { name in
            switch name {
            case "object": haveDistinctMember(left, right, depth: depth)
            case "integer", "number": haveDistinctRange(left, right)
            default: false
            }
        }
    }

    private func resolved(_ schema: JSONValue) -> JSONValue {
        var schema = schema
        for _ in 0..<8 {
            guard let object = schema.objectValue, object["$ref"] != nil,
                SchemaKeywords.constraints(of: object).count == 1, let target = try? resolve(object, at: "")
            else { return schema }
            schema = target.0
        }
        return schema
    }

    private func values(of schema: JSONObject) -> [JSONValue]? {
        schema["const"].map { [$0] } ?? schema["enum"]?.arrayValue
    }

    private static func canonical(_ value: JSONValue) -> JSONValue { value.intValue.map { .integer($0) } ?? value }

    /// Whether a schema may admit `value`, judged by its type alone.
    private func mayHave(_ schema: JSONObject, _ value: JSONValue) -> Bool {
        guard let types = try? Self.types(of: schema, at: ""), !types.isEmpty else { return true }
        let name = value.typeName
        return types.contains(name) || (name == "number" && types.contains("integer"))
    }

    /// A property required by one side whose values differ between the sides, or that the other side forbids.
    private func haveDistinctMember(_ left: JSONObject, _ right: JSONObject, depth: Int) -> Bool {
        for (one, other) in [(left, right), (right, left)] {
            for name in (one["required"]?.arrayValue ?? []).compactMap(\.stringValue) {
                let mine = one["properties"]?[name] ?? .bool(true)
                if let theirs = other["properties"]?[name] {
                    if areDisjoint(mine, theirs, depth: depth + 1) { return true }
                } else if other["additionalProperties"] == .bool(false) {
                    return true
                }
            }
        }
        return false
    }

    private func haveDistinctRange(_ left: JSONObject, _ right: JSONObject) -> Bool {
        guard let a = try? Self.range(left, isInteger: false, at: ""),
            let b = try? Self.range(right, isInteger: false, at: "")
        else { return false }
        func below(_ one: NumberRange, _ other: NumberRange) -> Bool {
            guard let high = one.maximum, let low = other.minimum else { return false }
            return high.value < low.value || (!(low.value < high.value) && (high.isExclusive || low.isExclusive))
        }
        return below(a, b) || below(b, a)
    }
}
