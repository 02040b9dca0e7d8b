import Documents
import OrderedCollections

/// Strings, numbers and enumerations.
extension SchemaCompiler {
    // MARK: Strings

    mutating func string(_ schema: JSONObject, at pointer: String, from source: Int32) throws(GrammarError) -> Int32 {
        let minimum = try Self.count(schema, "minLength", at: pointer) ?? 0
        let maximum = try Self.count(schema, "maxLength", at: pointer)
        if let maximum, minimum > maximum {
            throw GrammarError(
                pointer: pointer.appending(member: "minLength"),
                message: "minLength \(minimum) is more than maxLength \(maximum)")
        }
        var contents: [(automaton: ScalarAutomaton, keyword: String)] = []
        if let pattern = schema["pattern"] {
            let place = pointer.appending(member: "pattern")
            guard let text = pattern.stringValue else {
                throw GrammarError(pointer: place, message: "pattern must be a string")
            }
            contents.append((try patterns.automaton(text, at: place, limit: limits.patternStates), "pattern"))
        }
        if let format = schema["format"]?.stringValue.flatMap(StringFormat.named) {
            let place = pointer.appending(member: "format")
            contents.append((try patterns.automaton(format.pattern, at: place, limit: limits.patternStates), "format"))
        }
        guard let first = contents.first else {
            return builder.freeString(minimum: minimum, maximum: maximum, from: source)
        }
        let place = pointer.appending(member: first.keyword)
        var content = first.automaton
        for other in contents.dropFirst() {
            guard let both = content.intersection(other.automaton, limit: limits.patternStates) else {
                throw Self.tooManyStates(place, limits)
            }
            content = both
        }
        if minimum > 0 || maximum != nil {
            guard let both = content.limited(minimum: minimum, maximum: maximum, limit: limits.patternStates * 4) else {
                throw GrammarError(
                    pointer: place,
                    message: "pattern and length together need too many states; put the length into the pattern")
            }
            content = both
        }
        guard !content.isEmpty else {
            throw GrammarError(pointer: place, message: "no string satisfies the pattern, format and length together")
        }
        let open = builder.literal("\"", from: source)
        return builder.literal("\"", from: builder.content(content, from: open))
    }

    static func tooManyStates(_ pointer: String, _ limits: GrammarLimits) -> GrammarError {
        GrammarError(
            pointer: pointer,
            message: "the pattern needs more than \(limits.patternStates) states; shorten its repetitions")
    }

    // MARK: Numbers

    static func range(_ schema: JSONObject, isInteger: Bool, at pointer: String) throws(GrammarError) -> NumberRange {
        var range = NumberRange(isInteger: isInteger)
        range.minimum = try bound(schema, "minimum", "exclusiveMinimum", at: pointer) { $0 < $1 }
        range.maximum = try bound(schema, "maximum", "exclusiveMaximum", at: pointer) { $1 < $0 }
        if let value = try decimal(schema, "multipleOf", at: pointer) {
            guard let step = DecimalStep(value) else {
                throw GrammarError(
                    pointer: pointer.appending(member: "multipleOf"),
                    message: "a step must be above 0, with at most \(DecimalStep.maximumPlaces) decimal places and few "
                        + "enough remainders to count, such as 0.01, 0.25, 60 or 86400")
            }
            // Every whole number is a multiple of 1.
            if step.places > 0 || step.states > 1 || !isInteger { range.step = step }
        }
        return range
    }

    /// The stricter of an inclusive and an exclusive bound. (Draft 4's boolean `exclusiveMinimum` is read too.)
    private static func bound(
        _ schema: JSONObject, _ inclusive: String, _ exclusive: String, at pointer: String,
        isLooser: (ExactDecimal, ExactDecimal) -> Bool
    ) throws(GrammarError) -> NumberRange.Bound? {
        let plain = try decimal(schema, inclusive, at: pointer).map { NumberRange.Bound(value: $0, isExclusive: false) }
        if case .bool(let isExclusive) = schema[exclusive] {
            return plain.map { NumberRange.Bound(value: $0.value, isExclusive: isExclusive) }
        }
        guard let strict = try decimal(schema, exclusive, at: pointer) else { return plain }
        if let plain, isLooser(strict, plain.value) { return plain }
        return NumberRange.Bound(value: strict, isExclusive: true)
    }

    static func decimal(
        _ schema: JSONObject, _ keyword: String, at pointer: String
    ) throws(GrammarError) -> ExactDecimal? {
        let result: ExactDecimal
        switch schema[keyword] {
        case nil: return nil
        case .integer(let value): result = ExactDecimal(value)
        case .number(let value): result = ExactDecimal(value)
        default:
            throw GrammarError(pointer: pointer.appending(member: keyword), message: "\(keyword) must be a number")
        }
        guard result.whole.count <= 40, result.fraction.count <= 40 else {
            throw GrammarError(
                pointer: pointer.appending(member: keyword), message: "\(keyword) has more than 40 digits; round it")
        }
        return result
    }

    // MARK: Enumerations

    mutating func enumeration(
        _ schema: JSONObject, at pointer: String, from source: Int32
    ) throws(GrammarError) -> Int32 {
        var values: [JSONValue]
        let keyword = schema["enum"] != nil ? "enum" : "const"
        let place = pointer.appending(member: keyword)
        switch schema["enum"] {
        case nil: values = schema["const"].map { [$0] } ?? []
        case .array(let list) where !list.isEmpty: values = list
        default: throw GrammarError(pointer: place, message: "enum must be a list of values, not empty")
        }
        guard values.count <= limits.enumValues else {
            throw GrammarError(
                pointer: place, message: "enum has \(values.count) values, more than \(limits.enumValues); shorten it")
        }
        if keyword == "enum", let constant = schema["const"] { values = values.filter { $0 == constant } }
        if schema["nullable"] == .bool(true), !values.contains(.null) { values.append(.null) }
        let check = try ValueCheck(schema, at: pointer, patterns: &patterns, limits: limits)
        values = values.filter(check.admits)
        guard !values.isEmpty else {
            throw GrammarError(
                pointer: place, message: "none of the values satisfies the keywords beside it, such as type")
        }
        return builder.oneOf(values.map(AutomatonBuilder.text), from: source)
    }
}

extension AutomatonBuilder {
    /// A value as the grammar writes it.
    package static func text(of value: JSONValue) -> [UInt8] {
        switch value {
        case .string(let string): return quoted(string)
        case .array(let elements):
            return Array("[".utf8) + elements.map(text).joined(separator: ", ".utf8) + Array("]".utf8)
        case .object(let members):
            let texts = members.map { quoted($0.key) + Array(": ".utf8) + text(of: $0.value) }
            return Array("{".utf8) + texts.joined(separator: ", ".utf8) + Array("}".utf8)
        default: return Array(value.text(.compact).utf8)
        }
    }
}
