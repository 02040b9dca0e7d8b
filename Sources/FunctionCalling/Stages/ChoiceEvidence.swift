import CallRules
import Documents
import Foundation
import Functions
import Inference
import OrderedCollections
import Retrieval
import Tokenization

/// Reads features off an answer of the model, its probabilities and the request.
struct ChoiceEvidence {
    let answer: ModelAnswer
    let question: Question
    let tokenizer: Tokenizer

    /// What speaks for and against one of the answer's calls.
    ///
    /// - Parameters:
    ///   - index: of the call.
    ///   - function: that it calls.
    func features(ofCall index: Int, _ function: FunctionDefinition) -> ChoiceFeatures {
        var features = ChoiceFeatures()
        let call = answer.calls[index], evidence = answer.evidence ?? .init()
        (features[.overNone], features[.overUnclear]) = (evidence.overNone, evidence.overUnclear)
        features[.name] = evidence.overruling?.logprob ?? log(max(1e-9, call.confidence))
        features[.check] = evidence.check ?? 0
        let chosen = NameTokens(answer.tokens, tokenizer, call: index).behindName.filter { !$0.isForced }
            .map { Double($0.logprob) }
        if !chosen.isEmpty {
            features[.values] = chosen.reduce(0, +) / Double(chosen.count)
            features[.leastValue] = chosen.min() ?? 0
        }
        (features[.nameSaid], features[.documented]) = shares(function)
        let ground = ValueGround(dialogue: question.dialogue)
        let looked = function.requiredNames.compactMap { name -> Double? in
            guard let value = call.parameters[name], let schema = function.properties[name] else { return nil }
            return ground.share(of: value, schema)
        }
        features[.grounded] = looked.isEmpty ? 1 : looked.reduce(0, +) / Double(looked.count)
        features[.groundless] = Double(looked.count { $0 < 0.5 })
        features[.offered] = log(Double(max(1, question.offer.functions.count)))
        features[.retrieved] = question.offer.found.cosine(of: call.function) ?? 0
        features[.likeness] = question.examples.likeness(to: call.function)
        features[.agreement] = question.examples.agreement(on: call.function)
        return features
    }

    /// Shares of the function's name that the request says, and of the request that the function's document has. Of several
    /// calls each answers a part of the request.
    private func shares(_ function: FunctionDefinition) -> (nameSaid: Double, documented: Double) {
        let query = question.query, name = Set(Terms(function.name, splitsNames: true))
        let documented = Self.terms(of: function)
        let parts = question.request.maxCalls > 1 ? SeveralThings.parts(of: query) + [query] : [query]
        return (
            Self.share(of: name, in: Set(Terms(query, splitsNames: true))),
            parts.map { Self.share(of: Set(Terms($0)), in: documented) }.max() ?? 0
        )
    }

    private static func share(of words: Set<String>, in others: Set<String>) -> Double {
        words.isEmpty ? 0 : Double(words.intersection(others).count) / Double(words.count)
    }

    private static func terms(of function: FunctionDefinition) -> Set<String> {
        var terms = Set(Terms(function.name, splitsNames: true)).union(Terms(function.description))
        for example in function.examples { terms.formUnion(Terms(example)) }
        for (name, schema) in function.properties {
            terms.formUnion(Terms(name, splitsNames: true))
            terms.formUnion(Terms(schema["description"]?.stringValue ?? ""))
            for value in schema["enum"]?.arrayValue ?? [] {
                terms.formUnion(Terms(value.stringValue ?? "", splitsNames: true))
            }
        }
        return terms
    }
}
