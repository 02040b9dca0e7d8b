import Documents
import FunctionCalling
import Functions
import Grammar
import OrderedCollections

/// One thing that was checked without a model.
public struct Check: Sendable, Hashable {
    public var name: String
    public var passed: Bool
    /// Why not, or what was taken as equal; nil without remarks.
    public var detail: String?

    /// - Parameter detail: what is wrong; nil: nothing.
    public init(name: String, passed: Bool, detail: String?) {
        (self.name, self.passed, self.detail) = (name, passed, detail)
    }

    /// As `/v1/judge` shows it.
    public var json: JSONValue {
        ["name": .string(name), "passed": .bool(passed), "detail": detail.map { .string($0) } ?? .null]
    }
}

/// What can be said of an answer without a model: whether its calls are valid, and whether a reference accepts them.
public struct RuleChecks: Sendable {
    public let checks: [Check]
    /// The verdict, where the rules decide it.
    public let verdict: Verdict?

    /// Which of the checks that are not certain decide all the same.
    public struct Policy: Sendable, Hashable {
        /// An answer that the reference does not accept is wrong; otherwise a model judges, with the reference before
        /// it, whether it is another valid solution.
        public var referenceDecides = true
        /// Without a reference, a value of which nothing is said makes the answer wrong; otherwise a model is told.
        public var groundingDecides = true
        /// Without a reference, a call that does another action than the request says is wrong.
        public var actionDecides = true

        /// Checks without state.
        public init() {}
    }

    /// - Parameter dialogue: for the values' ground; nil: not looked at.
    public init(
        _ answer: FunctionAnswer, functions: [FunctionDefinition], dialogue: JudgedDialogue?, reference: Reference?,
        policy: Policy = Policy(), strictness: AnswerMatcher.Strictness = .notations
    ) {
        let schema = Self.schemaCheck(answer, functions)
        guard let reference else {
            let complaint = dialogue.flatMap { Grounding($0).complaint(about: answer.calls, functions) }
            var checks = [schema]
            if dialogue != nil { checks.append(Check(name: "grounding", passed: complaint == nil, detail: complaint)) }
            let action = dialogue.flatMap { SaidAction($0.query).complaint(about: answer.calls, functions) }
            if let action { checks.append(Check(name: "action", passed: false, detail: action)) }
            self.checks = checks
            let isWrong =
                !schema.passed || (complaint != nil && policy.groundingDecides)
                || (action != nil && policy.actionDecides)
            verdict = isWrong ? .wrong : nil
            return
        }
        let match = AnswerMatcher(functions: functions).match(answer, reference, strictness)
        checks = [schema, Check(name: "reference", passed: match.isRight, detail: match.detail)]
        // A reference may hold values that its own schema forbids: it is right about them.
        if match.isRight, schema.passed || reference.answers != .any {
            verdict = .right
        } else {
            verdict = schema.passed && !policy.referenceDecides ? nil : .wrong
        }
    }

    /// What speaks against the answer, for a model that is to decide.
    var notes: [String] { checks.filter { !$0.passed }.compactMap(\.detail) }

    /// Whether every call names a function that was offered and follows its schema.
    private static func schemaCheck(_ answer: FunctionAnswer, _ functions: [FunctionDefinition]) -> Check {
        let detail = violation(answer, functions)
        return Check(name: "schema", passed: detail == nil, detail: detail)
    }

    /// The first violation, in words.
    private static func violation(_ answer: FunctionAnswer, _ functions: [FunctionDefinition]) -> String? {
        guard answer.outcome == .call else {
            return answer.calls.isEmpty ? nil : "the outcome is \(answer.outcome.rawValue), but calls are given"
        }
        if answer.calls.isEmpty { return "the outcome is call, but no call is given" }
        for call in answer.calls {
            guard let function = functions.first(where: { $0.name == call.function }) else {
                return "\(call.function) is none of the functions offered"
            }
            let schema = function.parameters
            let known = schema["properties"]?.objectValue ?? [:]
            if schema["additionalProperties"] == nil, schema["$ref"] == nil,
                let name = call.parameters.keys.first(where: { known[$0] == nil })
            {
                return "\(call.function) has no parameter \(name)"
            }
            do throws(SchemaValidator.Violation) {
                try SchemaValidator(schema).validate(.object(call.parameters))
            } catch {
                return "\(call.function)\(error.pointer.isEmpty ? " " : "")\(error)"
            }
        }
        return nil
    }
}
