import Documents
import OrderedCollections

/// Checks given data against a JSON Schema (draft 2020-12; the keywords of value, number, text, array, object and
/// combination). Decoding has a grammar of its own: this one judges answers wherever they come from.
public struct SchemaValidator: Sendable {
    /// What is wrong, and where in the data ("" is the whole, `/a/0` as in RFC 6901).
    public struct Violation: Error, Hashable, CustomStringConvertible {
        public let pointer: String, message: String

        public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
    }

    /// Deepest nesting of schemas, and most schemas looked at for one value: both are a violation when exceeded.
    public static let maximumDepth = 64, maximumSteps = 100_000

    private let root: JSONValue

    public init(_ schema: JSONValue) { root = schema }

    /// - Throws: the first violation found.
    public func validate(_ value: JSONValue) throws(Violation) {
        var run = SchemaRun(root: root)
        try run.check(value, root, Place(pointer: "", depth: 0))
    }
}

/// Where in the data a check is.
struct Place {
    var pointer: String
    /// Schemas around this one.
    var depth: Int

    func member(_ name: String) -> Place {
        Place(pointer: pointer.appending(member: name), depth: depth + 1)
    }

    var same: Place { Place(pointer: pointer, depth: depth + 1) }
}

/// One validation, with its budget.
struct SchemaRun {
    typealias Violation = SchemaValidator.Violation

    let root: JSONValue
    private var steps = 0
    /// The depth or the budget was exceeded: what was found since then means nothing.
    private(set) var isExhausted = false

    init(root: JSONValue) { self.root = root }

    mutating func check(_ value: JSONValue, _ schema: JSONValue, _ place: Place) throws(Violation) {
        steps += 1
        guard place.depth <= SchemaValidator.maximumDepth, steps <= SchemaValidator.maximumSteps else {
            isExhausted = true
            throw Violation(pointer: place.pointer, message: "the schema nests too deeply to be checked")
        }
        if let allowed = schema.boolValue {
            guard allowed else { throw Violation(pointer: place.pointer, message: "nothing is allowed here") }
            return
        }
        guard let keywords = schema.objectValue else {
            throw Violation(pointer: place.pointer, message: "the schema is \(schema.typeName), not an object")
        }
        if let reference = keywords["$ref"]?.stringValue {
            try check(value, try resolve(reference, place), place.same)
        }
        // OpenAPI 3.0's word for "or null".
        if value.isNull, keywords["nullable"] == true { return }
        try checkValue(value, keywords, place)
        switch value {
        case .string(let text): try checkText(text, keywords, place)
        case .integer, .number: try checkNumber(value, keywords, place)
        case .array(let elements): try checkArray(elements, keywords, place)
        case .object(let members): try checkObject(members, keywords, place)
        case .null, .bool: break
        }
        try checkCombinations(value, keywords, place)
    }

    /// A schema in the same document: `#`, `#/$defs/name`.
    private func resolve(_ reference: String, _ place: Place) throws(Violation) -> JSONValue {
        guard reference.first == "#", let target = root.value(at: reference.dropFirst()) else {
            throw Violation(pointer: place.pointer, message: "the schema's $ref \(reference) leads nowhere")
        }
        return target
    }

    private func checkValue(_ value: JSONValue, _ keywords: JSONObject, _ place: Place) throws(Violation) {
        if let type = keywords["type"] {
            let types = type.arrayValue?.compactMap(\.stringValue) ?? type.stringValue.map { [$0] } ?? []
            guard types.contains(where: { Self.isType(value, $0) }) else {
                throw Violation(
                    pointer: place.pointer, message: "must be \(types.joined(separator: " or ")), not \(value.typeName)"
                )
            }
        }
        if let allowed = keywords["enum"]?.arrayValue, !allowed.contains(where: { Self.isEqual($0, value) }) {
            let known = allowed.prefix(8).map { $0.text() }.joined(separator: ", ")
            throw Violation(pointer: place.pointer, message: "\(Self.short(value)) is not one of \(known)")
        }
        if let constant = keywords["const"], !Self.isEqual(constant, value) {
            throw Violation(pointer: place.pointer, message: "\(Self.short(value)) is not \(Self.short(constant))")
        }
    }

    private mutating func checkText(_ text: String, _ keywords: JSONObject, _ place: Place) throws(Violation) {
        let length = text.unicodeScalars.count
        if let least = keywords["minLength"]?.intValue, length < least {
            throw Violation(pointer: place.pointer, message: "has \(length) characters, fewer than \(least)")
        }
        if let most = keywords["maxLength"]?.intValue, length > most {
            throw Violation(pointer: place.pointer, message: "has \(length) characters, more than \(most)")
        }
        if let source = keywords["pattern"]?.stringValue {
            let pattern: SchemaPattern
            do throws(SchemaPattern.Refusal) {
                pattern = try SchemaPattern(source)
            } catch {
                throw Violation(pointer: place.pointer, message: "the pattern \(source) is not known: \(error.reason)")
            }
            var budget = (SchemaValidator.maximumSteps - steps) * 20
            let before = budget
            budget -= pattern.size
            let occurs = pattern.occurs(in: text, budget: &budget)
            steps += (before - budget) / 20
            guard budget >= 0 else {
                isExhausted = true
                throw Violation(
                    pointer: place.pointer, message: "matching \(Self.short(.string(source))) takes too long")
            }
            guard occurs else {
                throw Violation(
                    pointer: place.pointer, message: "\(Self.short(.string(text))) does not match \(source)")
            }
        }
        if let format = keywords["format"]?.stringValue.flatMap(StringFormat.named), !format.accepts(text) {
            throw Violation(pointer: place.pointer, message: "\(Self.short(.string(text))) is no \(format.name)")
        }
    }

    private func checkNumber(_ value: JSONValue, _ keywords: JSONObject, _ place: Place) throws(Violation) {
        func refuse(_ relation: String, _ bound: JSONValue) -> Violation {
            Violation(pointer: place.pointer, message: "\(Self.short(value)) is \(relation) \(bound.text())")
        }
        for (keyword, strict, isLower) in [
            ("minimum", "exclusiveMinimum", true), ("maximum", "exclusiveMaximum", false),
        ] {
            if let bound = keywords[keyword], let order = value.order(to: bound) {
                // Draft 4 and OpenAPI 3.0 have a truth value beside the bound.
                let isStrict = keywords[strict] == true && order == 0
                if isStrict || order == (isLower ? -1 : 1) {
                    throw refuse(isStrict ? isLower ? "not above" : "not below" : isLower ? "below" : "above", bound)
                }
            }
            if let bound = keywords[strict], let order = value.order(to: bound), order != (isLower ? 1 : -1) {
                throw refuse(isLower ? "not above" : "not below", bound)
            }
        }
        if let step = keywords["multipleOf"], let exact = step.exactDecimal, !exact.isZero, !exact.isNegative,
            value.exactDecimal?.isMultiple(of: exact) != true
        {
            throw refuse("no multiple of", step)
        }
    }
}

extension JSONValue {
    /// -1, 0 or 1: below, equal or above. Integers are compared exactly, whatever their size.
    func order(to other: JSONValue) -> Int? {
        if case .integer(let mine) = self, case .integer(let bound) = other {
            return mine < bound ? -1 : mine == bound ? 0 : 1
        }
        guard let mine = doubleValue, let bound = other.doubleValue else { return nil }
        return mine < bound ? -1 : mine == bound ? 0 : 1
    }
}

extension SchemaRun {
    static func isType(_ value: JSONValue, _ type: String) -> Bool {
        switch type {
        case "integer":
            if case .number(let number) = value { return number.rounded() == number }
            if case .integer = value { return true }
            return false
        default: return value.typeName == type
        }
    }

    /// Equality of JSON Schema: 1 is 1.0, members have no order.
    static func isEqual(_ first: JSONValue, _ second: JSONValue) -> Bool {
        switch (first, second) {
        case (.integer, .number), (.number, .integer): first.doubleValue == second.doubleValue
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy(isEqual)
        case (.object(let first), .object(let second)):
            first.count == second.count
                && first.allSatisfy { name, value in second[name].map { isEqual(value, $0) } ?? false }
        default: first == second
        }
    }

    static func short(_ value: JSONValue) -> String {
        let text = value.text()
        return text.count <= 60 ? text : text.prefix(57) + "..."
    }
}
