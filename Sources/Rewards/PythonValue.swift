import Documents
import OrderedCollections

/// JSON values as Python compares them once `json.loads` has read them: true is 1, 5 is 5.0, members have no order, and
/// texts are equal only sign by sign.
enum PythonValue {
    static func equal(_ first: JSONValue, _ second: JSONValue) -> Bool {
        switch (first, second) {
        case (.null, .null): return true
        case (.string(let first), .string(let second)): return first.utf8.elementsEqual(second.utf8)
        case (.array(let first), .array(let second)):
            return first.count == second.count && zip(first, second).allSatisfy { equal($0, $1) }
        case (.object(let first), .object(let second)):
            return first.count == second.count
                && first.allSatisfy { name, value in second[name].map { equal(value, $0) } ?? false }
        case (.integer(let first), .integer(let second)): return first == second
        default:
            guard let first = number(first), let second = number(second) else { return false }
            return first == second
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        if let bool = value.boolValue { return bool ? 1 : 0 }
        return value.doubleValue
    }

    /// What lists are counted by; nil for a value that Python cannot hash, for which `Counter` fails.
    enum Key: Hashable {
        case null
        case number(Double)
        case text([UInt8])

        init?(_ value: JSONValue) {
            switch value {
            case .null: self = .null
            case .string(let text): self = .text(Array(text.utf8))
            case .array, .object: return nil
            case .bool, .integer, .number:
                guard let number = PythonValue.number(value) else { return nil }
                self = .number(number)
            }
        }
    }
}
