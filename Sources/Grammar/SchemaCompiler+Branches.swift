import Documents
import OrderedCollections

/// `anyOf`, `oneOf`, `allOf` and `$ref` beside other keywords become plain schemas: alternatives, each merged with what
/// stands beside them.
extension SchemaCompiler {
    /// The alternatives a schema with branches stands for; nil if it has none.
    mutating func expansion(
        of schema: JSONObject, at pointer: String
    ) throws(GrammarError) -> [(JSONValue, String)]? {
        if schema["$ref"] != nil, schema.count > 1 {
            var rest = schema
            rest["$ref"] = nil
            let (target, _) = try resolve(schema, at: pointer)
            return [(try merge(target, .object(rest), at: pointer, depth: 0), pointer)]
        }
        if case .some(let branches) = schema["allOf"] {
            var rest = schema
            rest["allOf"] = nil
            var merged = JSONValue.object(rest)
            for (index, branch) in try list(branches, "allOf", at: pointer).enumerated() {
                let place = pointer.appending(member: "allOf").appending(member: String(index))
                merged = try merge(merged, branch, at: place, depth: 0)
            }
            return [(merged, pointer)]
        }
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = schema[keyword] else { continue }
            var rest = schema
            rest[keyword] = nil
            let place = pointer.appending(member: keyword)
            var result: [(JSONValue, String)] = []
            for (index, branch) in try list(branches, keyword, at: pointer).enumerated() {
                let branchPlace = place.appending(member: String(index))
                let merged = rest.isEmpty ? branch : try merge(.object(rest), branch, at: branchPlace, depth: 0)
                result.append((merged, branchPlace))
            }
            if keyword == "oneOf" { try checkDisjoint(result.map(\.0), at: place) }
            return result
        }
        return nil
    }

    private func list(_ value: JSONValue, _ keyword: String, at pointer: String) throws(GrammarError) -> [JSONValue] {
        guard let list = value.arrayValue, !list.isEmpty else {
            throw GrammarError(
                pointer: pointer.appending(member: keyword), message: "\(keyword) must be a list of schemas, not empty")
        }
        return list
    }

    /// A schema of the values that satisfy both.
    private mutating func merge(
        _ left: JSONValue, _ right: JSONValue, at pointer: String, depth: Int
    ) throws(GrammarError) -> JSONValue {
        try charge(pointer, depth)
        switch (left, right) {
        case (.bool(true), let other), (let other, .bool(true)): return other
        case (.bool(false), _), (_, .bool(false)): return .bool(false)
        case (.object(let left), .object(let right)):
            return try merge(left, right, at: pointer, depth: depth)
        default: throw GrammarError(pointer: pointer, message: "a schema must be an object or a boolean")
        }
    }

    private mutating func merge(
        _ left: JSONObject, _ right: JSONObject, at pointer: String, depth: Int
    ) throws(GrammarError) -> JSONValue {
        for schema in [left, right] { try SchemaKeywords.check(schema, at: pointer) }
        let (left, right) = (SchemaKeywords.constraints(of: left), SchemaKeywords.constraints(of: right))
        if left.isEmpty { return .object(right) }
        if right.isEmpty { return .object(left) }
        // References and branches first, so that only plain keywords remain to be combined.
        for (one, other) in [(left, right), (right, left)] where one["$ref"] != nil {
            var rest = one
            rest["$ref"] = nil
            let (target, _) = try resolve(one, at: pointer)
            let whole = rest.isEmpty ? target : try merge(target, .object(rest), at: pointer, depth: depth + 1)
            return try merge(whole, .object(other), at: pointer, depth: depth + 1)
        }
        for (one, other) in [(left, right), (right, left)] {
            for keyword in ["anyOf", "oneOf", "allOf"] where one[keyword] != nil {
                var rest = one
                rest[keyword] = nil
                let outside = try merge(.object(rest), .object(other), at: pointer, depth: depth + 1)
                guard let branches = one[keyword]?.arrayValue else { continue }
                var result: [JSONValue] = []
                if keyword == "allOf" {
                    var all = outside
                    for branch in branches { all = try merge(all, branch, at: pointer, depth: depth + 1) }
                    return all
                }
                if keyword == "oneOf" { try checkDisjoint(branches, at: pointer.appending(member: "oneOf")) }
                for branch in branches { result.append(try merge(outside, branch, at: pointer, depth: depth + 1)) }
                return .object(["anyOf": .array(result)])
            }
        }
        return try mergePlain(left, right, at: pointer, depth: depth)
    }

    private mutating func mergePlain(
        _ left: JSONObject, _ right: JSONObject, at pointer: String, depth: Int
    ) throws(GrammarError) -> JSONValue {
        var result = left
        for (keyword, value) in right {
            guard let mine = left[keyword], mine != value else {
                result[keyword] = value
                continue
            }
            switch keyword {
            case "minimum", "exclusiveMinimum", "minLength", "minItems":
                if let a = mine.doubleValue, let b = value.doubleValue { result[keyword] = a < b ? value : mine }
            case "maximum", "exclusiveMaximum", "maxLength", "maxItems":
                if let a = mine.doubleValue, let b = value.doubleValue { result[keyword] = a < b ? mine : value }
            case "multipleOf" where mine.isMultiple(of: value): break
            case "multipleOf" where value.isMultiple(of: mine): result[keyword] = value
            case "required":
                let names = mine.arrayValue ?? []
                result[keyword] = .array(names + (value.arrayValue ?? []).filter { !names.contains($0) })
            case "enum":
                result[keyword] = .array((mine.arrayValue ?? []).filter { (value.arrayValue ?? []).contains($0) })
            case "const": return .bool(false)
            case "uniqueItems": result[keyword] = .bool(true)
            case "nullable": result[keyword] = .bool(false)
            case "type":
                let types = try Self.intersection(mine, value, at: pointer)
                if types.isEmpty { return .bool(false) }
                result[keyword] = .array(types)
            case "properties", "additionalProperties", "items": break  // below
            default:
                throw GrammarError(
                    pointer: pointer.appending(member: keyword),
                    message: "two different values of \"\(keyword)\" meet in allOf; state the keyword once")
            }
        }
        if let mine = left["items"], let other = right["items"] {
            result["items"] = try merge(mine, other, at: pointer.appending(member: "items"), depth: depth + 1)
        }
        if left["prefixItems"] != nil || right["prefixItems"] != nil, left["items"] != right["items"] {
            throw GrammarError(
                pointer: pointer,
                message: "prefixItems and items of two schemas meet in allOf; write them in one schema")
        }
        try mergeMembers(left, right, into: &result, at: pointer, depth: depth)
        return .object(result)
    }

    private mutating func mergeMembers(
        _ left: JSONObject, _ right: JSONObject, into result: inout JSONObject, at pointer: String, depth: Int
    ) throws(GrammarError) {
        guard
            left["properties"] != nil || right["properties"] != nil
                || (left["additionalProperties"] != nil && right["additionalProperties"] != nil)
        else { return }
        let (mine, other) = (left["properties"]?.objectValue ?? [:], right["properties"]?.objectValue ?? [:])
        var members = JSONObject()
        // What one side does not declare, its additionalProperties (if it says anything) decides.
        for name in Array(mine.keys) + other.keys.filter({ mine[$0] == nil }) {
            let a = mine[name] ?? left["additionalProperties"] ?? .bool(true)
            let b = other[name] ?? right["additionalProperties"] ?? .bool(true)
            let place = pointer.appending(member: "properties").appending(member: name)
            members[name] = try merge(a, b, at: place, depth: depth + 1)
        }
        result["properties"] = .object(members)
        if let a = left["additionalProperties"], let b = right["additionalProperties"] {
            result["additionalProperties"] = try merge(a, b, at: pointer, depth: depth + 1)
        }
    }

    private static func intersection(
        _ left: JSONValue, _ right: JSONValue, at pointer: String
    ) throws(GrammarError) -> [JSONValue] {
        let a = try types(of: ["type": left], at: pointer), b = try types(of: ["type": right], at: pointer)
        return typeNames.filter { name in
            let inA = a.contains(name) || (name == "integer" && a.contains("number"))
            let inB = b.contains(name) || (name == "integer" && b.contains("number"))
            return inA && inB
        }.map { .string($0) }
    }
}
