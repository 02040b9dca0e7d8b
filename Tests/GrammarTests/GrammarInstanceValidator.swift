import Documents
import Foundation
import OrderedCollections

/// A second opinion on whether a value satisfies a schema; shares nothing with the compiler.
struct InstanceValidator {
    let document: JSONValue

    /// Why `value` does not satisfy `schema`; nil if it does.
    func failure(_ value: JSONValue, _ schema: JSONValue) -> String? {
        guard let rules = schema.objectValue else { return schema == .bool(true) ? nil : "nothing is allowed" }
        if let reference = rules["$ref"]?.stringValue {
            var target = document
            for name in reference.dropFirst(2).split(separator: "/") { target = target[String(name)] ?? .bool(false) }
            if let failure = failure(value, target) { return failure }
        }
        if let branches = rules["anyOf"]?.arrayValue, branches.allSatisfy({ failure(value, $0) != nil }) {
            return "anyOf"
        }
        if let values = rules["enum"]?.arrayValue, !values.contains(where: { equal($0, value) }) { return "enum" }
        if let constant = rules["const"], !equal(constant, value) { return "const" }
        if let types = rules["type"]?.arrayValue ?? rules["type"].map({ [$0] }),
            !types.contains(where: { has(value, $0.stringValue ?? "") })
        {
            return "type"
        }
        switch value {
        case .string(let text): return string(text, rules)
        case .integer(let whole):
            if let divisor = rules["multipleOf"]?.intValue, whole % divisor != 0 { return "multipleOf" }
            return number(Double(whole), rules)
        case .number(let number): return self.number(number, rules)
        case .array(let elements): return array(elements, rules)
        case .object(let members): return object(members, rules)
        default: return nil
        }
    }

    private func equal(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let a = left.doubleValue, let b = right.doubleValue { return a == b }
        return left == right
    }

    private func has(_ value: JSONValue, _ type: String) -> Bool {
        if type == "number" { return value.doubleValue != nil }
        if type == "integer" { return value.doubleValue.map { $0 == $0.rounded() } ?? false }
        return value.typeName == type
    }

    private func string(_ text: String, _ rules: JSONObject) -> String? {
        let length = text.unicodeScalars.count
        if let minimum = rules["minLength"]?.intValue, length < minimum { return "minLength" }
        if let maximum = rules["maxLength"]?.intValue, length > maximum { return "maxLength" }
        if let pattern = rules["pattern"]?.stringValue, text.range(of: pattern, options: .regularExpression) == nil {
            return "pattern"
        }
        if rules["format"] == "date" {
            let parts = text.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 3, (1...12).contains(parts[1]) else { return "format" }
            let leap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
            let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][parts[1] - 1]
            return (1...days).contains(parts[2]) ? nil : "format"
        }
        if rules["format"] == "uuid" { return UUID(uuidString: text) == nil ? "format" : nil }
        return nil
    }

    private func number(_ value: Double, _ rules: JSONObject) -> String? {
        if let bound = rules["minimum"]?.doubleValue, value < bound { return "minimum" }
        if let bound = rules["maximum"]?.doubleValue, value > bound { return "maximum" }
        if let bound = rules["exclusiveMinimum"]?.doubleValue, value <= bound { return "exclusiveMinimum" }
        if let bound = rules["exclusiveMaximum"]?.doubleValue, value >= bound { return "exclusiveMaximum" }
        return nil
    }

    private func array(_ elements: [JSONValue], _ rules: JSONObject) -> String? {
        if let minimum = rules["minItems"]?.intValue, elements.count < minimum { return "minItems" }
        if let maximum = rules["maxItems"]?.intValue, elements.count > maximum { return "maxItems" }
        if rules["uniqueItems"] == true {
            for (index, element) in elements.enumerated()
            where elements[..<index].contains(where: { equal($0, element) }) {
                return "uniqueItems"
            }
        }
        let prefix = rules["prefixItems"]?.arrayValue ?? []
        for (index, element) in elements.enumerated() {
            let schema = index < prefix.count ? prefix[index] : rules["items"] ?? true
            if let failure = failure(element, schema) { return "[\(index)] \(failure)" }
        }
        return nil
    }

    private func object(_ members: JSONObject, _ rules: JSONObject) -> String? {
        for name in (rules["required"]?.arrayValue ?? []).compactMap(\.stringValue) where members[name] == nil {
            return "required \(name)"
        }
        let properties = rules["properties"]?.objectValue
        for (name, member) in members {
            let schema = properties?[name] ?? rules["additionalProperties"] ?? .bool(properties == nil)
            if let failure = failure(member, schema) { return ".\(name) \(failure)" }
        }
        return nil
    }
}
