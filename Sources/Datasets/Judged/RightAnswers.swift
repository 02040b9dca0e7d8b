import Digests
import Documents
import Evaluation
import Foundation
import Functions
import Judging
import OrderedCollections

/// Answers to a sample that are right, each another way of saying the same.
struct RightAnswers {
    let row: DatasetFile.Row

    private var reference: Reference { row.sample.reference }
    private var calls: [FunctionCall] { reference.canonicalCalls }

    /// All that can be made, whether or not the matcher agrees.
    func all(_ random: inout SplitMix64) -> [MadeAnswer] {
        guard reference.outcome == .call, !calls.isEmpty else {
            return [MadeAnswer(.noCall, FunctionAnswer(outcome: reference.outcome, calls: []))]
        }
        var made = [MadeAnswer(.exact, calls)]
        if let reordered = reordered(&random) { made.append(MadeAnswer(.reordered, reordered)) }
        made += otherAccepted(&random) + leftOut() + defaults() + notations()
        if let other = otherCase(&random) { made.append(MadeAnswer(.otherCase, other)) }
        return made
    }

    private func reordered(_ random: inout SplitMix64) -> [FunctionCall]? {
        let turned = calls.map { call in
            var names = Array(call.parameters.keys)
            names.reverse()
            return FunctionCall(
                function: call.function,
                parameters: JSONObject(
                    uniqueKeysWithValues: names.compactMap { name in
                        call.parameters[name].map { (name, $0) }
                    }))
        }
        let all = turned.count > 1 ? turned.shuffled(using: &random) : turned
        return zip(all, calls).allSatisfy { $0.json.text() == $1.json.text() } ? nil : all
    }

    /// Another of the accepted values.
    private func otherAccepted(_ random: inout SplitMix64) -> [MadeAnswer] {
        guard reference.answers == .possible else { return [] }
        var made: [MadeAnswer] = []
        for (index, call) in reference.expected.enumerated() where calls.indices.contains(index) {
            for (name, choices) in call.parameters {
                let others = (choices.arrayValue ?? []).dropFirst().filter { $0 != "" && $0.objectValue == nil }
                guard calls[index].parameters[name] != nil, let other = others.randomElement(using: &random) else {
                    continue
                }
                made.append(
                    MadeAnswer(
                        .otherAcceptedValue, calls.replacing(index, with: calls[index].with(name, other)),
                        "\(name) has another accepted value"))
            }
        }
        return made
    }

    private func leftOut() -> [MadeAnswer] {
        guard reference.answers == .possible else { return [] }
        var made: [MadeAnswer] = []
        for (index, call) in reference.expected.enumerated() where calls.indices.contains(index) {
            for (name, choices) in call.parameters
            where choices.arrayValue?.contains("") == true && calls[index].parameters[name] != nil {
                made.append(
                    MadeAnswer(
                        .optionalLeftOut, calls.replacing(index, with: calls[index].with(name, nil)),
                        "\(name) is left out"))
            }
        }
        return made
    }

    private func defaults() -> [MadeAnswer] {
        var made: [MadeAnswer] = []
        for (index, call) in calls.enumerated() {
            guard let function = row.functions.first(where: { $0.name == call.function }) else { continue }
            for (name, schema) in function.properties where call.parameters[name] == nil {
                guard let standard = schema["default"], !standard.isNull else { continue }
                made.append(
                    MadeAnswer(
                        .defaultGiven, calls.replacing(index, with: call.with(name, standard)),
                        "\(name) is given with its default"))
            }
        }
        return made
    }

    private func notations() -> [MadeAnswer] {
        var made: [MadeAnswer] = []
        for (index, call) in calls.enumerated() {
            for (name, value) in call.parameters {
                guard let text = value.stringValue, let other = OtherNotation.of(text) else { continue }
                made.append(
                    MadeAnswer(
                        .otherNotation, calls.replacing(index, with: call.with(name, .string(other))),
                        "\(name): \(text) as \(other)"))
            }
        }
        return made
    }

    /// One text in other capitals; never a choice of a few words, which must be written as the schema has it.
    private func otherCase(_ random: inout SplitMix64) -> [FunctionCall]? {
        var places: [(index: Int, name: String, text: String)] = []
        for (index, call) in calls.enumerated() {
            let schema = row.functions.first { $0.name == call.function }?.properties ?? [:]
            for (name, value) in call.parameters {
                guard let text = value.stringValue, schema[name]?["enum"] == nil,
                    text.lowercased() != text.uppercased()
                else { continue }
                places.append((index, name, text))
            }
        }
        guard let place = places.randomElement(using: &random) else { return nil }
        let forms = [place.text.lowercased(), place.text.capitalized, place.text.uppercased()]
        guard let other = forms.filter({ $0 != place.text }).randomElement(using: &random) else { return nil }
        return calls.replacing(place.index, with: calls[place.index].with(place.name, .string(other)))
    }
}
