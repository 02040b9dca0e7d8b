import Digests
import Documents
import FunctionCalling
import Functions
import OrderedCollections

/// Names that say nothing in the place of functions' and parameters' own: what a function does is then to be read in its
/// description (function masking, arXiv 2410.04587).
struct MaskedNames {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz"), digits = Array("0123456789")

    /// - Returns: the sample as it was, where a function has no description to go by.
    static func masked(_ mixed: MixedSample, _ random: inout SplitMix64) -> MixedSample {
        guard mixed.functions.allSatisfy({ $0.description.count > 12 }) else { return mixed }
        var mixed = mixed, used: Set<String> = []
        var names: [String: String] = [:], parameters: [String: [String: String]] = [:]
        for function in mixed.functions {
            names[function.name] = name("", &used, &random)
            parameters[function.name] = renamings(of: function, &random)
        }
        mixed.calls = mixed.calls.map { call in
            let renamed = parameters[call.function] ?? [:]
            return FunctionCall(
                function: names[call.function] ?? call.function,
                parameters: keys(of: call.parameters) { renamed[$0] ?? $0 })
        }
        mixed.functions = mixed.functions.map { function in
            let renamed = parameters[function.name] ?? [:]
            return FunctionDefinition(
                name: names[function.name] ?? function.name, description: function.description,
                domain: function.domain, parameters: schema(function.parameters) { renamed[$0] ?? $0 })
        }
        return mixed
    }

    /// All parameters of a function, or none where one of them has no description.
    private static func renamings(of function: FunctionDefinition, _ random: inout SplitMix64) -> [String: String] {
        let isDescribed = function.properties.values.allSatisfy { ($0["description"]?.stringValue?.count ?? 0) > 4 }
        guard isDescribed, Bool.random(using: &random) else { return [:] }
        var used: Set<String> = []
        return Dictionary(uniqueKeysWithValues: function.properties.keys.map { ($0, name("p_", &used, &random)) })
    }

    private static func name(
        _ start: String, _ used: inout Set<String>, _ random: inout SplitMix64
    ) -> String {
        while true {
            var name = start
            for _ in 0..<Int.random(in: 3...5, using: &random) {
                name.append(letters[Int.random(in: 0..<letters.count, using: &random)])
            }
            name.append(digits[Int.random(in: 0..<digits.count, using: &random)])
            if used.insert(name).inserted { return name }
        }
    }

    private static func schema(_ schema: JSONValue, _ renamed: (String) -> String) -> JSONValue {
        var members = schema.objectValue ?? [:]
        if let properties = members["properties"]?.objectValue {
            members["properties"] = .object(keys(of: properties, renamed))
        }
        if let required = members["required"]?.arrayValue {
            members["required"] = .array(required.map { $0.stringValue.map { .string(renamed($0)) } ?? $0 })
        }
        return .object(members)
    }

    private static func keys(of object: JSONObject, _ renamed: (String) -> String) -> JSONObject {
        var members: JSONObject = [:]
        for (key, value) in object { members[renamed(key)] = value }
        return members
    }
}
