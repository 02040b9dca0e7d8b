import Documents
import OrderedCollections

// Arrays, objects and combinations.

extension SchemaRun {
    mutating func checkArray(_ elements: [JSONValue], _ keywords: JSONObject, _ place: Place) throws(Violation) {
        if let least = keywords["minItems"]?.intValue, elements.count < least {
            throw Violation(pointer: place.pointer, message: "has \(elements.count) elements, fewer than \(least)")
        }
        if let most = keywords["maxItems"]?.intValue, elements.count > most {
            throw Violation(pointer: place.pointer, message: "has \(elements.count) elements, more than \(most)")
        }
        if keywords["uniqueItems"]?.boolValue == true, !Self.areUnique(elements) {
            throw Violation(pointer: place.pointer, message: "has an element twice")
        }
        let prefix = keywords["prefixItems"]?.arrayValue ?? []
        for (index, element) in elements.enumerated() {
            guard let schema = index < prefix.count ? prefix[index] : keywords["items"] else { continue }
            try check(element, schema, place.member(String(index)))
        }
    }

    mutating func checkObject(_ members: JSONObject, _ keywords: JSONObject, _ place: Place) throws(Violation) {
        for name in keywords["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where members[name] == nil {
            throw Violation(pointer: place.pointer, message: "\(name) is missing")
        }
        if let least = keywords["minProperties"]?.intValue, members.count < least {
            throw Violation(pointer: place.pointer, message: "has \(members.count) members, fewer than \(least)")
        }
        if let most = keywords["maxProperties"]?.intValue, members.count > most {
            throw Violation(pointer: place.pointer, message: "has \(members.count) members, more than \(most)")
        }
        let properties = keywords["properties"]?.objectValue ?? [:]
        for (name, value) in members {
            if let schema = properties[name] {
                try check(value, schema, place.member(name))
            } else if let others = keywords["additionalProperties"] {
                guard others.boolValue != false else {
                    throw Violation(pointer: place.pointer, message: "\(name) is not known")
                }
                try check(value, others, place.member(name))
            }
        }
    }

    mutating func checkCombinations(_ value: JSONValue, _ keywords: JSONObject, _ place: Place) throws(Violation) {
        for schema in keywords["allOf"]?.arrayValue ?? [] { try check(value, schema, place.same) }
        if let choices = keywords["anyOf"]?.arrayValue {
            try expect(try fitting(value, choices, place, enough: 1) > 0, place, "fits none of anyOf")
        }
        if let choices = keywords["oneOf"]?.arrayValue {
            let count = try fitting(value, choices, place, enough: 2)
            try expect(count == 1, place, count == 0 ? "fits none of oneOf" : "fits more than one of oneOf")
        }
        if let refused = keywords["not"] {
            try expect(try fitting(value, [refused], place, enough: 1) == 0, place, "fits what it must not be")
        }
    }

    private func expect(_ holds: Bool, _ place: Place, _ message: String) throws(Violation) {
        if !holds { throw Violation(pointer: place.pointer, message: message) }
    }

    /// How many of the schemas the value fits, up to `enough`.
    private mutating func fitting(
        _ value: JSONValue, _ schemas: [JSONValue], _ place: Place, enough: Int
    ) throws(Violation) -> Int {
        var count = 0
        for schema in schemas where count < enough {
            do throws(Violation) {
                try check(value, schema, place.same)
                count += 1
            } catch {
                // A budget that is used up is no answer to `not` or `oneOf`.
                if isExhausted { throw error }
            }
        }
        return count
    }

    private static func areUnique(_ elements: [JSONValue]) -> Bool {
        Set(elements.map(normal)).count == elements.count
    }

    /// The same for values that JSON Schema calls equal.
    private static func normal(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number): Int(exactly: number).map { .integer($0) } ?? value
        case .array(let elements): .array(elements.map(normal))
        case .object(let members):
            .object(JSONObject(uniqueKeysWithValues: members.map { ($0.key, normal($0.value)) }.sorted { $0.0 < $1.0 }))
        default: value
        }
    }
}
