import Digests
import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// Answers to a sample that are wrong, each by one controlled change of what is right.
struct WrongAnswers {
    let row: DatasetFile.Row
    let known: KnownValues

    private var reference: Reference { row.sample.reference }
    private var calls: [FunctionCall] { reference.canonicalCalls }

    /// All that can be made, whether or not the matcher agrees.
    func all(_ random: inout SplitMix64) -> [MadeAnswer] {
        guard reference.outcome == .call, !calls.isEmpty else { return called(&random) }
        let outcome: Outcome = random.next() % 4 == 0 ? .requestUnclear : .noAppropriateFunction
        var made = [MadeAnswer(.wrongOutcome, FunctionAnswer(outcome: outcome, calls: []), "refused")]
        made += callCount(&random)
        for (index, call) in calls.enumerated() {
            made += functions(index, call, &random) + missing(index, call) + extra(index, call, &random)
            made += changed(index, call, &random) + swapped(index, call)
        }
        return made
    }

    /// A call though none was due: of the function that was meant, or any.
    private func called(_ random: inout SplitMix64) -> [MadeAnswer] {
        let meant = row.sample.unclear?.function
        let choices = row.functions.filter { meant == nil || $0.name == meant }
        guard let function = choices.randomElement(using: &random) else { return [] }
        let call = FunctionCall(function: function.name, parameters: filled(function, &random))
        return [MadeAnswer(.wrongOutcome, [call], "called for nothing")]
    }

    private func functions(_ index: Int, _ call: FunctionCall, _ random: inout SplitMix64) -> [MadeAnswer] {
        let others = row.functions.filter { $0.name != call.function },
            near = others.filter { $0.isNear(call.function) }
        // Mostly one that could be taken for it.
        let choices = near.isEmpty || random.next() % 3 == 0 ? others : near
        guard let other = choices.randomElement(using: &random) else { return [] }
        var parameters = filled(other, &random)
        for (name, value) in call.parameters where other.properties[name] != nil { parameters[name] = value }
        let wrong = FunctionCall(function: other.name, parameters: parameters)
        return [MadeAnswer(.wrongFunction, calls.replacing(index, with: wrong), "\(other.name) for \(call.function)")]
    }

    private func missing(_ index: Int, _ call: FunctionCall) -> [MadeAnswer] {
        call.parameters.keys.map { name in
            MadeAnswer(.missingParameter, calls.replacing(index, with: call.with(name, nil)), "\(name) is missing")
        }
    }

    private func extra(_ index: Int, _ call: FunctionCall, _ random: inout SplitMix64) -> [MadeAnswer] {
        guard let function = row.functions.first(where: { $0.name == call.function }) else { return [] }
        let expected = Set(
            reference.expected.indices.contains(index) ? Array(reference.expected[index].parameters.keys) : [])
        var made: [MadeAnswer] = []
        for (name, schema) in function.properties where call.parameters[name] == nil && !expected.contains(name) {
            guard let value = value(of: name, schema, call.function, &random) else { continue }
            made.append(
                MadeAnswer(
                    .extraParameter, calls.replacing(index, with: call.with(name, value)),
                    "\(name), which nobody asked for"))
        }
        return made
    }

    private func changed(_ index: Int, _ call: FunctionCall, _ random: inout SplitMix64) -> [MadeAnswer] {
        let schema = row.functions.first { $0.name == call.function }?.properties ?? [:]
        var made: [MadeAnswer] = []
        for (name, value) in call.parameters {
            let change = ChangedValue(
                query: row.sample.query, known: known.of(call.function, name), schema: schema[name])
            guard let other = change.other(than: value, &random) else { continue }
            made.append(
                MadeAnswer(.changedValue, calls.replacing(index, with: call.with(name, other)), "\(name) is changed"))
        }
        return made
    }

    private func swapped(_ index: Int, _ call: FunctionCall) -> [MadeAnswer] {
        var made: [MadeAnswer] = []
        let parameters = Array(call.parameters)
        for (place, first) in parameters.enumerated() {
            for second in parameters.dropFirst(place + 1)
            where first.value != second.value && first.value.typeName == second.value.typeName {
                let swapped = call.with(first.key, second.value).with(second.key, first.value)
                made.append(
                    MadeAnswer(
                        .swappedValues, calls.replacing(index, with: swapped),
                        "\(first.key) and \(second.key) are swapped"))
            }
        }
        return made
    }

    /// One call too few, or one too many.
    private func callCount(_ random: inout SplitMix64) -> [MadeAnswer] {
        var made: [MadeAnswer] = []
        if calls.count > 1, let place = calls.indices.randomElement(using: &random) {
            made.append(MadeAnswer(.wrongCallCount, calls.without(place), "a call is missing"))
            made.append(MadeAnswer(.wrongCallCount, calls + [calls[place]], "a call is made twice"))
        }
        if let other = row.functions.filter({ $0.name != calls[0].function }).randomElement(using: &random) {
            let more = FunctionCall(function: other.name, parameters: filled(other, &random))
            made.append(MadeAnswer(.wrongCallCount, calls + [more], "\(other.name) is called as well"))
        }
        return made
    }

    /// What a function must be given, invented.
    private func filled(_ function: FunctionDefinition, _ random: inout SplitMix64) -> JSONObject {
        var parameters: JSONObject = [:]
        for name in function.requiredNames {
            parameters[name] = function.properties[name].flatMap { value(of: name, $0, function.name, &random) }
        }
        return parameters
    }

    /// A value that a parameter may have: one of those asked for elsewhere, of the schema, or of the request's words.
    private func value(
        of name: String, _ schema: JSONValue, _ function: String, _ random: inout SplitMix64
    ) -> JSONValue? {
        if let choices = schema["enum"]?.arrayValue { return choices.randomElement(using: &random) }
        if let seen = known.of(function, name).randomElement(using: &random) { return seen }
        switch schema["type"]?.stringValue ?? "string" {
        case "boolean": return .bool(random.next() % 2 == 0)
        case "integer": return .integer(Int(random.next() % 10) + 1)
        case "number": return .number(Double(random.next() % 20) + 0.5)
        case "string":
            let change = ChangedValue(query: row.sample.query, known: [], schema: nil)
            return change.said(besides: "", words: 1, &random).map { .string($0) }
        default: return nil
        }
    }
}
