import Documents
import OrderedCollections
import TestSupport

/// Draws random schemas of all enforced keywords, such that some value satisfies them.
struct SchemaGenerator {
    var random: SeededGenerator
    private var definitions: JSONObject = [:]

    init(random: SeededGenerator) { self.random = random }

    /// A schema with definitions, some of them recursive.
    mutating func document() -> JSONValue {
        if chance(0.3) {
            definitions["leaf"] = scalar()
            definitions["tree"] = [
                "type": "object",
                "properties": [
                    "value": scalar(),
                    "children": [
                        "type": "array", "items": ["$ref": "#/$defs/tree"], "maxItems": .integer(pick(1...3)),
                    ],
                ],
                "required": ["value"],
            ]
        }
        var schema = schema(depth: 0)
        if !definitions.isEmpty, case .object(var members) = schema {
            members["$defs"] = .object(definitions)
            schema = .object(members)
        }
        return schema
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }
    private mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func schema(depth: Int) -> JSONValue {
        switch depth >= 3 ? pick(0...4) : pick(0...11) {
        case 0...4: return scalar()
        case 5, 6, 7: return object(depth: depth)
        case 8, 9: return array(depth: depth)
        case 10: return ["anyOf": .array((0..<pick(1...3)).map { _ in schema(depth: depth + 1) })]
        default:
            if let name = definitions.keys.randomElement(using: &random) { return ["$ref": .string("#/$defs/\(name)")] }
            return chance(0.2) ? [:] : object(depth: depth)
        }
    }

    private mutating func object(depth: Int) -> JSONValue {
        let names = ["a", "b c", "name", "naïve", "q\"", "x1", "x10", "\t"].shuffled(using: &random).prefix(pick(0...5))
        var properties: JSONObject = [:]
        var required: [JSONValue] = []
        for name in names {
            properties[name] = schema(depth: depth + 1)
            if chance(0.5) { required.append(.string(name)) }
        }
        var result: JSONObject = ["type": "object", "properties": .object(properties), "required": .array(required)]
        if chance(0.15) { result["additionalProperties"] = scalar() }
        if chance(0.1) { result = ["type": "object"] }
        return .object(result)
    }

    private mutating func array(depth: Int) -> JSONValue {
        let minimum = pick(0...2)
        var result: JSONObject = ["type": "array", "items": schema(depth: depth + 1), "minItems": .integer(minimum)]
        if chance(0.5) { result["maxItems"] = .integer(minimum + pick(0...3)) }
        if chance(0.2) {
            result["prefixItems"] = .array((0..<pick(1...2)).map { _ in scalar() })
            if chance(0.3) { (result["items"], result["minItems"], result["maxItems"]) = (.bool(false), nil, nil) }
        } else if chance(0.3) {
            result["items"] = scalar()
            if let items = result["items"], ["string", "integer", "number"].contains(items["type"]) {
                result["uniqueItems"] = true
            }
        }
        return .object(result)
    }

    private mutating func scalar() -> JSONValue {
        switch pick(0...8) {
        case 0: return ["type": "boolean"]
        case 1:
            return [
                "enum": .array(
                    Array(
                        ([1, 2.5, "x", "xy", nil, true, "é\n"] as [JSONValue]).shuffled(using: &random).prefix(
                            pick(1...5))))
            ]
        case 2:
            return [
                "type": .array(
                    Array((["string", "null", "integer"] as [JSONValue]).shuffled(using: &random).prefix(2)))
            ]
        case 3, 4: return string()
        case 5, 6: return integer()
        case 7: return number()
        default: return chance(0.5) ? ["type": "null"] : ["const": "fixed"]
        }
    }

    private mutating func string() -> JSONValue {
        var result: JSONObject = ["type": "string"]
        switch pick(0...4) {
        case 0: (result["minLength"], result["maxLength"]) = (.integer(pick(1...3)), .integer(pick(4...6)))
        case 1: result["maxLength"] = .integer(pick(1...4))
        case 2:
            let patterns = [
                "^[a-z]+$", "^(on|off|zz)x*$", "a", "^\\d{2,4}$", "^\\w+-\\w+$", "^[^ab]{2}", "^(a|bc)*\\n?$",
            ]
            result["pattern"] = .string(patterns.randomElement(using: &random) ?? "a")
        case 3:
            let formats = ["date", "time", "date-time", "uuid", "ipv4", "email", "duration", "ipv6", "uri", "hostname"]
            result["format"] = .string(formats.randomElement(using: &random) ?? "date")
        default: break
        }
        return .object(result)
    }

    private mutating func integer() -> JSONValue {
        var result: JSONObject = ["type": "integer"]
        if chance(0.5) { result["minimum"] = .integer(pick(-200...50)) }
        if chance(0.5) { result[chance(0.5) ? "maximum" : "exclusiveMaximum"] = .integer(pick(52...1_000)) }
        if chance(0.2) { result["multipleOf"] = .integer(pick(2...12)) }
        return .object(result)
    }

    private mutating func number() -> JSONValue {
        var result: JSONObject = ["type": "number"]
        if chance(0.5) {
            result[chance(0.5) ? "minimum" : "exclusiveMinimum"] = .number(Double(pick(-4_000...4_000)) / 100)
        }
        if chance(0.5) { result["maximum"] = .number(Double(pick(4_001...9_000)) / 100) }
        return .object(result)
    }
}
