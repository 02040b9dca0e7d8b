import CallRules
import Functions
import SpokenTime

/// A choice after the rules.
package struct Correction: Sendable {
    package var choice: Choice
    package var changed: [ChangedValue] = []
    /// What the user is told instead of the outcome's own message.
    package var message: String?
}

/// The sixth stage: the rules correct the calls, or take them back. What a function's schema refuses is not done, whatever
/// rule asks for it.
package struct Correct: Sendable {
    let rules: RuleBook

    package init(rules: RuleBook) { self.rules = rules }

    package func callAsFunction(_ choice: Choice, _ question: Question) -> Correction {
        var correction = Correction(choice: choice), refusal: (outcome: Outcome, message: String?)?
        correction.choice.calls = []
        let request = RuleRequest(question)
        for call in choice.calls {
            guard let function = question.offer.function(named: call.function) else { continue }
            let context = RuleContext(request, function: function, calls: choice.calls.count)
            let (ruling, changed) = rules.apply(to: call, context)
            correction.changed += changed
            switch ruling {
            case .call(let call): correction.choice.calls.append(call)
            case .refused(let outcome, let message): refusal = refusal ?? (outcome, message)
            }
        }
        guard let refusal, correction.choice.calls.isEmpty else { return sharing(correction, question) }
        // Who asks for a call at any price gets it.
        guard !question.request.options.mustCall else { return Correction(choice: choice) }
        (correction.choice.outcome, correction.message) = refusal
        correction.choice.confidence = 1
        return correction
    }

    /// Things that share the verb of the only call: a call each as far as calls are allowed, and a word of those beyond.
    private func sharing(_ correction: Correction, _ question: Question) -> Correction {
        guard !rules.isEmpty, correction.choice.calls.count == 1, let call = correction.choice.calls.first,
            let function = question.offer.function(named: call.function)
        else { return correction }
        let further = SharedVerb(question.request.query, function).further(call)
        let room = max(0, question.request.maxCalls - 1)
        var correction = correction
        correction.choice.calls += further.prefix(room)
        let left = SharedVerb.words(leftOutOf: call, in: Array(further.dropFirst(room)))
        if !left.isEmpty {
            correction.message =
                "Left out, since \(room == 0 ? "one call is" : "\(room + 1) calls are") allowed: \(left.joined(separator: ", "))"
        }
        return correction
    }
}

extension RuleRequest {
    fileprivate init(_ question: Question) {
        let turns = question.request.history.filter { $0.role != .system }.map(\.content)
        self.init(
            query: question.request.query, dialogue: question.dialogue,
            before: turns.isEmpty ? nil : turns.joined(separator: "\n"),
            isTaught: question.offer.found.isTaughtPool, place: question.place)
    }
}
