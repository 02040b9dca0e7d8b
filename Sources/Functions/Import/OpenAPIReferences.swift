import Documents
import OrderedCollections

/// References within an OpenAPI document.
struct OpenAPIReferences {
    let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    /// Follows the reference that a value is; a value that is none stands for itself.
    func resolved(_ value: JSONValue, _ pointer: String) throws(PoolError) -> JSONValue {
        var value = value, steps = 0
        while let reference = value["$ref"]?.stringValue {
            steps += 1
            guard steps <= 32 else { throw PoolError(.badSchema, pointer: pointer, "\(reference) refers to itself") }
            value = try target(of: reference, pointer)
        }
        return value
    }

    /// A schema that stands alone: what it refers to, however far, lies in its `$defs`.
    func gathered(_ schema: JSONValue, _ pointer: String) throws(PoolError) -> JSONValue {
        var names: [String: String] = [:], open: [String] = [], used: Set<String> = []
        func rewritten(_ value: JSONValue) -> JSONValue {
            switch value {
            case .array(let elements): return .array(elements.map(rewritten))
            case .object(var members):
                if let reference = members["$ref"]?.stringValue {
                    if names[reference] == nil {
                        names[reference] = Self.freeName(reference, &used)
                        open.append(reference)
                    }
                    // What stands beside a reference counts in 3.1 and is ignored in 3.0; only notes are kept.
                    var result: JSONObject = ["$ref": .string("#/$defs/\(names[reference] ?? "")")]
                    result["description"] = members["description"]
                    return .object(result)
                }
                members = members.mapValues(rewritten)
                return .object(members)
            default: return value
            }
        }
        var result = rewritten(ImportedSchema.normalized(schema)).objectValue ?? [:], definitions = JSONObject()
        while let reference = open.popLast() {
            let target = try target(of: reference, pointer)
            definitions[names[reference] ?? reference] = rewritten(ImportedSchema.normalized(target))
        }
        if !definitions.isEmpty { result["$defs"] = .object(definitions) }
        return .object(result)
    }

    private static func freeName(_ reference: String, _ used: inout Set<String>) -> String {
        let last = reference.split(separator: "/").last.map(String.init) ?? "schema"
        let name = String(last.map { FunctionPool.isName(String($0)) ? $0 : "_" })
        var free = name, number = 2
        while !used.insert(free).inserted {
            free = "\(name)_\(number)"
            number += 1
        }
        return free
    }

    private func target(of reference: String, _ pointer: String) throws(PoolError) -> JSONValue {
        guard reference == "#" || reference.hasPrefix("#/") else {
            throw PoolError(
                .badSchema, pointer: pointer,
                "\(reference) stands in another document; put all into one (for example with redocly bundle)")
        }
        guard let value = root.value(at: reference.dropFirst()) else {
            throw PoolError(.badSchema, pointer: pointer, "\(reference) is not in the document")
        }
        return value
    }
}
