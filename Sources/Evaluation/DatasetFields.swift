import FunctionCalling
import OrderedJSON

// How samples, calls and references are read from JSON. Fields that a set adds of its own are ignored in samples.

extension Sample {
    init(json: JSONValue) throws(FieldError) {
        var reader = try FieldReader(json)
        try self.init(&reader)
        var expected = reader
        reference = try Reference(&expected)
    }

    /// All but the reference, which data of a judge have elsewhere.
    fileprivate init(_ reader: inout FieldReader) throws(FieldError) {
        id = try reader.string("id")
        query = try reader.string("query")
        history = try Turn.list("history", &reader)
        context = reader.optional("context")?.objectValue ?? [:]
        pool = try reader.optionalString("pool")
        candidates = try reader.optionalStrings("candidates")
        functions =
            if reader.optional("functions") == nil { nil } else {
                try FunctionDefinition.list("functions", &reader)
            }
        reference = Reference(outcome: .noAppropriateFunction, expected: [], answers: .exact)
        if var unclear = try reader.optionalObject("unclear") {
            self.unclear = Unclear(
                function: try unclear.string("function"), missing: try unclear.optionalStrings("missing") ?? [])
        }
        category = try reader.optionalString("category")
        bfcl = try BFCLNotes(&reader)
        if pool == nil && functions == nil {
            throw FieldError(path: "pool", reason: .missing, message: "neither pool nor functions is given")
        }
    }
}

extension LabelledAnswer {
    init(json: JSONValue) throws(FieldError) {
        var reader = try FieldReader(json)
        sample = try Sample(&reader)
        answer = FunctionAnswer(
            outcome: try Outcome.read("outcome", &reader), calls: try FunctionCall.list("calls", &reader))
        guard var reference = try reader.optionalObject("reference") else {
            throw FieldError(path: "reference", reason: .missing, message: "reference is missing; it is required")
        }
        sample.reference = try Reference(&reference)
        isRight = try reader.optionalInt("label", in: 0...1) == 1
        kind = try reader.string("kind")
        source = try reader.optionalString("source")
    }
}

extension Reference {
    /// `outcome`, `expected`, `answers`.
    init(_ reader: inout FieldReader) throws(FieldError) {
        outcome = try Outcome.read("outcome", &reader)
        expected = try FunctionCall.list("expected", &reader)
        let name = try reader.optionalString("answers") ?? Reading.exact.rawValue
        guard let answers = Reading(rawValue: name) else {
            throw FieldError(
                path: reader.path(of: "answers"), reason: .outOfRange,
                message: "\(reader.path(of: "answers")) is \"\(name)\"; known: exact, possible, any")
        }
        self.answers = answers
    }
}

extension Outcome {
    static func read(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> Outcome {
        let text = try reader.string(name)
        guard let outcome = Outcome(rawValue: text) else {
            let known = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(
                path: reader.path(of: name), reason: .outOfRange,
                message: "\(reader.path(of: name)) is \"\(text)\"; known: \(known)")
        }
        return outcome
    }
}

extension FunctionCall {
    /// `[{"function", "parameters"}]`; a `confidence`, as our own answers have it, may stand there too.
    static func list(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> [FunctionCall] {
        var calls: [FunctionCall] = []
        for var call in try reader.objects(name) {
            let function = try call.string("function")
            let parameters = call.optional("parameters") ?? [:]
            guard let members = parameters.objectValue else {
                throw FieldError(
                    path: call.path(of: "parameters"), reason: .wrongType,
                    message: "\(call.path(of: "parameters")) must be an object, not \(parameters.typeName)")
            }
            _ = try call.optionalDouble("confidence", in: 0...1)
            try call.finish()
            calls.append(FunctionCall(function: function, parameters: members))
        }
        return calls
    }
}

extension Turn {
    static func list(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> [Turn] {
        var turns: [Turn] = []
        for var turn in try reader.objects(name) {
            let role = try turn.string("role")
            guard let known = Role(rawValue: role) else {
                throw FieldError(
                    path: turn.path(of: "role"), reason: .outOfRange,
                    message: "\(turn.path(of: "role")) is \"\(role)\"; known: system, user, assistant")
            }
            turns.append(Turn(role: known, content: try turn.string("content")))
            try turn.finish()
        }
        return turns
    }
}

extension FunctionDefinition {
    static func list(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> [FunctionDefinition] {
        var functions: [FunctionDefinition] = []
        for (index, value) in (try reader.optionalArray(name) ?? []).enumerated() {
            do throws(PoolError) {
                functions.append(try FunctionDefinition(json: value))
            } catch {
                let path = "\(reader.path(of: name))[\(index)]"
                throw FieldError(path: path, reason: .wrongType, message: "\(path): \(error)")
            }
        }
        return functions
    }
}

extension FieldReader {
    /// An array of strings; nil where it is absent.
    mutating func optionalStrings(_ name: String) throws(FieldError) -> [String]? {
        guard let values = try optionalArray(name) else { return nil }
        var strings: [String] = []
        for (index, value) in values.enumerated() {
            guard let string = value.stringValue else {
                let path = "\(path(of: name))[\(index)]"
                throw FieldError(
                    path: path, reason: .wrongType, message: "\(path) must be a string, not \(value.typeName)")
            }
            strings.append(string)
        }
        return strings
    }
}
