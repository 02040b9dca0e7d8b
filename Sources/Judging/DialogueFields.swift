import Documents
import FunctionCalling
import Functions

// How dialogues, calls and references are read from JSON.

extension Reference {
    /// `outcome`, `expected`, `answers`.
    package init(_ reader: inout FieldReader) throws(FieldError) {
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
    package static func read(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> Outcome {
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
    package static func list(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> [FunctionCall] {
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

extension FunctionCallRequest.Turn {
    package static func list(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> [FunctionCallRequest
        .Turn]
    {
        var turns: [FunctionCallRequest.Turn] = []
        for var turn in try reader.objects(name) {
            let role = try turn.string("role")
            guard let known = Role(rawValue: role) else {
                throw FieldError(
                    path: turn.path(of: "role"), reason: .outOfRange,
                    message: "\(turn.path(of: "role")) is \"\(role)\"; known: system, user, assistant")
            }
            turns.append(FunctionCallRequest.Turn(role: known, content: try turn.string("content")))
            try turn.finish()
        }
        return turns
    }
}

extension FunctionDefinition {
    package static func list(_ name: String, _ reader: inout FieldReader) throws(FieldError) -> [FunctionDefinition] {
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
    package mutating func optionalStrings(_ name: String) throws(FieldError) -> [String]? {
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
