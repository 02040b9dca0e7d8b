import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// What the Berkeley Function-Calling Leaderboard keeps beside a sample.
public struct BFCLNotes: Sendable, Hashable {
    /// Types of parameters that their schemas cannot say: function, parameter, e.g. `tuple<float>`, `any`.
    public var types: [String: [String: String]] = [:]
    /// False: no answer can pass, since the ground truth contradicts its own schema.
    public var isScorable = true

    /// Notes of a sample of another set: none.
    public init() {}

    /// nil where the sample is none of the leaderboard's: `scorable` marks them.
    init?(_ reader: inout FieldReader) throws(FieldError) {
        guard let isScorable = try reader.optionalBool("scorable") else { return nil }
        self.isScorable = isScorable
        for (function, parameters) in reader.optional("bfcl_types")?.objectValue ?? [:] {
            types[function] = [:]
            for (name, type) in parameters.objectValue ?? [:] { types[function]?[name] = type.stringValue }
        }
    }
}

/// The leaderboard's own comparison (AST match of `bfcl-eval` 2026.3.23, `ast_checker.py`, for Python): types count, a text
/// is compared without case and some punctuation, an optional parameter may be given only where the answer lists it.
public struct BFCLMatcher: Sendable {
    private let functions: [String: FunctionDefinition]
    private let notes: BFCLNotes

    /// Matches answers of one sample.
    public init(functions: [FunctionDefinition], notes: BFCLNotes) {
        self.functions = Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.notes = notes
    }

    /// nil: the answer is right; else why it is not.
    public func fault(of answer: FunctionAnswer, against reference: Reference) -> String? {
        guard reference.outcome == .call else {
            return answer.calls.isEmpty ? nil : "a call is made where none fits"
        }
        guard reference.answers != .any else { return answer.calls.isEmpty ? "no call is made" : nil }
        guard answer.calls.count == reference.expected.count else {
            return "\(answer.calls.count) calls, expected \(reference.expected.count)"
        }
        // Greedy, in the order of the expected calls, as the package does it.
        var used = Set<Int>()
        for expected in reference.expected {
            var fault: String?
            let found = answer.calls.indices.first { index in
                guard !used.contains(index) else { return false }
                let problem = self.fault(of: answer.calls[index], against: expected)
                fault = fault ?? problem
                return problem == nil
            }
            guard let found else { return fault ?? "no call for \(expected.function)" }
            used.insert(found)
        }
        return nil
    }

    /// Why a call differs from an expected one; nil: it does not.
    private func fault(of call: FunctionCall, against expected: FunctionCall) -> String? {
        guard call.function == expected.function else { return "wrong function \(call.function)" }
        guard let function = functions[expected.function] else { return "\(expected.function) is not offered" }
        for name in function.requiredNames where call.parameters[name] == nil { return "\(name) is missing" }
        for (name, value) in call.parameters {
            guard let property = function.properties[name], let accepted = expected.parameters[name]?.arrayValue else {
                return "\(name) is superfluous"
            }
            let type = BFCLType(notes.types[function.name]?[name], schema: property)
            guard type.accepts(value, among: accepted) else { return "\(name) is \(value.text())" }
        }
        for (name, accepted) in expected.parameters
        where call.parameters[name] == nil && accepted.arrayValue?.contains("") != true {
            return "\(name) is not given"
        }
        return nil
    }
}

/// A parameter's type as the leaderboard knows it.
struct BFCLType {
    /// Python's types of JSON values.
    enum Kind { case string, integer, float, boolean, list, dictionary, none }

    let kind: Kind
    /// Of the elements of an array or tuple.
    let element: Kind?

    /// - Parameter name: where the schema alone does not tell, e.g. `tuple<float>`.
    init(_ name: String?, schema: JSONValue) {
        let name = name ?? Self.name(schema["type"])
        let parts = name.split(separator: "<", maxSplits: 1)
        kind = Self.kind(parts.first.map(String.init) ?? "any")
        let inner = parts.count == 2 ? String(parts[1].dropLast()) : Self.name(schema["items"]?["type"])
        element = kind == .list ? Self.kind(String(inner.split(separator: "<").first ?? "any")) : nil
    }

    /// The name of a schema's type.
    private static func name(_ type: JSONValue?) -> String { type?.stringValue ?? "any" }

    /// The kind of a type's name.
    private static func kind(_ name: String) -> Kind {
        switch name {
        case "integer": .integer
        case "float", "number": .float
        case "boolean": .boolean
        case "array", "tuple": .list
        case "dict", "object": .dictionary
        default: .string
        }
    }

    /// The kind of a value.
    static func kind(of value: JSONValue) -> Kind {
        switch value {
        case .string: .string
        case .integer: .integer
        case .number: .float
        case .bool: .boolean
        case .array: .list
        case .object: .dictionary
        case .null: .none
        }
    }

    /// Whether a value is among those accepted, by the leaderboard's rules for its kind.
    func accepts(_ given: JSONValue, among accepted: [JSONValue]) -> Bool {
        var value = given
        if kind == .float, case .integer(let number) = given { value = .number(Double(number)) }
        // JSON has one type of numbers: [1, 2.5] is a list of floats as well as [1.0, 2.5].
        if kind == .list, element == .float, let elements = given.arrayValue {
            value = .array(elements.map { $0.doubleValue.map { .number($0) } ?? $0 })
        }
        guard let isVariable = Self.typeFits(value, accepted, kind, element) else { return false }
        guard !isVariable else { return accepted.contains { Self.equal(value, $0) } }
        switch (kind, value) {
        case (.dictionary, .object(let members)):
            return accepted.contains { $0.objectValue.map { Self.fits(members, $0) } ?? false }
        case (.list, .array(let elements)) where element == .dictionary:
            return accepted.contains { Self.fits(elements, $0) }
        case (.string, .string):
            return accepted.contains { $0.stringValue != nil && Self.equal(Self.folded(value), Self.folded($0)) }
        case (.list, .array(let elements)):
            let wanted = JSONValue.array(elements.map(Self.folded))
            return accepted.contains { Self.equal(wanted, .array(($0.arrayValue ?? []).map(Self.folded))) }
        default: return accepted.contains { Self.equal(value, $0) }
        }
    }

    /// nil: the type is wrong. True: the type is that of the accepted values but not the schema's, so that only plain
    /// equality counts (the truth may name a variable).
    private static func typeFits(_ value: JSONValue, _ accepted: [JSONValue], _ kind: Kind, _ element: Kind?) -> Bool? {
        let first = accepted.first { $0 != "" }.map { Self.kind(of: $0) }
        let isVariable = first.map { $0 != kind } ?? false
        guard Self.kind(of: value) == kind else { return first == Self.kind(of: value) ? true : nil }
        guard let element, let elements = value.arrayValue else { return isVariable }
        let fits = accepted.contains { choice in
            guard let choices = choice.arrayValue else { return true }
            return elements.allSatisfy { typeFits($0, choices, element, nil) != nil }
        }
        return fits ? isVariable : nil
    }

    /// An accepted object lists the accepted values of each key; "" among them: the key may be absent.
    private static func fits(_ given: JSONObject, _ accepted: JSONObject) -> Bool {
        for (key, value) in given {
            guard let choices = accepted[key]?.arrayValue else { return false }
            guard choices.contains(where: { equal(folded(value), folded($0)) }) else { return false }
        }
        return accepted.allSatisfy { key, choices in
            given[key] != nil || choices.arrayValue?.contains("") ?? false
        }
    }

    /// Whether a list has as many elements as accepted, each of them equal.
    private static func fits(_ given: [JSONValue], _ accepted: JSONValue) -> Bool {
        let choices = accepted.arrayValue ?? []
        guard accepted.arrayValue != nil || accepted == "", given.count == choices.count else { return false }
        return zip(given, choices).allSatisfy { value, choice in
            guard let value = value.objectValue, let choice = choice.objectValue else { return false }
            return fits(value, choice)
        }
    }

    /// A text without case, blanks and some punctuation, as the leaderboard compares it.
    private static func folded(_ value: JSONValue) -> JSONValue {
        guard case .string(let text) = value else { return value }
        let dropped = Set<Character>(" ,./-_*^")
        let kept = text.filter { !dropped.contains($0) }.lowercased()
        return .string(String(kept.map { $0 == "'" ? "\"" : $0 }))
    }

    /// Equality of Python: 5 is 5.0, true is 1.
    static func equal(_ first: JSONValue, _ second: JSONValue) -> Bool {
        func number(_ value: JSONValue) -> Double? { value.boolValue.map { $0 ? 1 : 0 } ?? value.doubleValue }
        switch (first, second) {
        case (.array(let first), .array(let second)):
            return first.count == second.count && zip(first, second).allSatisfy { equal($0, $1) }
        case (.object(let first), .object(let second)):
            return first.count == second.count
                && first.allSatisfy { key, value in second[key].map { equal(value, $0) } ?? false }
        default:
            if let one = number(first), let other = number(second) { return one == other }
            return first == second
        }
    }
}
