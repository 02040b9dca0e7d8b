import Documents
import Evaluation
import FunctionCalling
import Functions
import Grammar
import Judging
import OrderedCollections

/// What is wrong with one sample, seen with the functions that it offers.
struct SampleCheck {
    private(set) var faults: [String] = []
    private let functions: [String: FunctionDefinition]

    init(_ sample: Sample, _ functions: [FunctionDefinition]) {
        self.functions = Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        if !sample.query.contains(where: { !$0.isWhitespace }) { faults.append("the query is empty") }
        if functions.isEmpty { faults.append("no function is offered") }
        checkOutcome(sample)
        for call in sample.reference.expected { check(call, sample.reference.answers) }
    }

    private mutating func checkOutcome(_ sample: Sample) {
        let reference = sample.reference, count = reference.expected.count
        if reference.outcome == .call, count == 0, reference.answers != .any {
            faults.append("outcome is call, and expected is empty")
        }
        if reference.outcome != .call, count > 0 {
            faults.append("outcome is \(reference.outcome.rawValue), and expected has \(count) calls")
        }
        guard let unclear = sample.unclear else { return }
        if reference.outcome != .requestUnclear {
            faults.append("unclear stands beside the outcome \(reference.outcome.rawValue)")
        }
        guard let function = functions[unclear.function] else {
            faults.append("unclear names \(unclear.function), which is not offered")
            return
        }
        for name in unclear.missing where function.properties[name] == nil {
            faults.append("unclear misses \(name), which \(function.name) does not have")
        }
    }

    private mutating func check(_ call: FunctionCall, _ reading: Reference.Reading) {
        guard let function = functions[call.function] else {
            faults.append("\(call.function) is expected and not offered")
            return
        }
        let others = function.parameters["additionalProperties"]
        for name in call.parameters.keys where function.properties[name] == nil && (others == nil || others == false) {
            faults.append("\(call.function) has no parameter \(name)")
        }
        guard reading == .possible else {
            if let fault = Self.violation(.object(call.parameters), function.parameters) {
                faults.append("\(call.function): \(fault)")
            }
            return
        }
        for name in function.requiredNames where call.parameters[name] == nil {
            faults.append("\(call.function): \(name) is required and missing")
        }
        for (name, choices) in call.parameters { check(choices, of: name, function) }
    }

    /// Of accepted values one at least must be a value of the parameter.
    private mutating func check(_ choices: JSONValue, of name: String, _ function: FunctionDefinition) {
        guard let values = choices.arrayValue, !values.isEmpty else {
            faults.append("\(function.name).\(name): answers is possible, so it must be an array of accepted values")
            return
        }
        let given = values.filter { $0 != "" }
        guard let schema = function.properties[name], !given.isEmpty else { return }
        let problems = given.map { Self.violation($0, schema, isChoice: true) }
        if problems.allSatisfy({ $0 != nil }), let first = problems.first, let first {
            faults.append("\(function.name).\(name): no accepted value follows the schema; \(first)")
        }
    }

    /// - Parameter isChoice: members of an accepted object are lists of accepted values themselves: its members are not
    ///   looked at.
    static func violation(_ value: JSONValue, _ schema: JSONValue, isChoice: Bool = false) -> String? {
        if isChoice, hasObject(value) { return nil }
        do throws(SchemaValidator.Violation) {
            try SchemaValidator(schema).validate(value)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func hasObject(_ value: JSONValue) -> Bool {
        value.objectValue != nil || value.arrayValue?.contains(where: hasObject) == true
    }
}
