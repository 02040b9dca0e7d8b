import Documents
import Functions
import Inference
import OrderedCollections

/// Says how likely answers are to be right: judges, which know nothing of how answers are made.
public protocol AnswerRating: Sendable {
    /// Who rates a request's answers.
    ///
    /// - Throws: where the one that the request names is not there, or cannot be asked.
    func judge(of request: FunctionCallRequest) throws -> String
    /// - Parameter functions: those offered, the likeliest first.
    func rate(
        _ answer: (outcome: Outcome, calls: [FunctionCall]), to request: FunctionCallRequest,
        functions: [FunctionDefinition], deadline: ContinuousClock.Instant?
    ) async throws -> AnswerRate
}

/// How likely an answer is right, 0 to 1, and what it took to say so.
public struct AnswerRate: Sendable, Hashable {
    public var right: Double
    public var usage: Usage

    public init(right: Double, usage: Usage) { (self.right, self.usage) = (right, usage) }
}

/// What an answer was chosen from: `best_of` of the response.
public struct BestAnswer: Sendable, Hashable {
    /// Answers made, different ones among them, and how often the chosen one was made.
    public var made: Int, different: Int, times: Int
    public var judge: String
    /// How likely the chosen one is right, as the judge says.
    public var right: Double
    /// What the judge took; the response's usage has it too.
    public var usage: Usage
    public var time: Duration

    var json: JSONValue {
        [
            "n": .integer(made), "different": .integer(different), "times": .integer(times), "judge": .string(judge),
            "right": .rounded(right, 4), "judge_usage": usage.json,
            "judge_ms": FunctionCallResult.milliseconds(time),
        ]
    }
}

/// Asking, deciding and correcting as often as answers are wanted; of different answers the one that is likeliest to be right.
///
/// The first answer is the one that would be given alone; the others are drawn. Where the judge does not prefer one, the answer
/// made most often is taken, and of these the first.
struct Best: Sendable {
    /// An answer as it would be given.
    struct Drawn: Sendable {
        let answer: ModelAnswer
        let correction: Correction
    }

    /// The answer that is given, what all of it took, and what it was chosen from; nil: from nothing.
    struct Choice: Sendable {
        let drawn: Drawn
        let usage: Usage
        let among: BestAnswer?
    }

    let rater: (any AnswerRating)?

    /// - Throws: where nobody could choose, before anything is computed.
    func check(_ request: FunctionCallRequest) throws {
        guard request.answers > 1 else { return }
        guard let rater else {
            throw FunctionCallError.unavailable(field: "n", message: "n above 1 needs a judge, and there is none here")
        }
        _ = try rater.judge(of: request)
    }

    func callAsFunction(
        _ question: Question, _ watch: Watch,
        draw: @escaping @Sendable (Question, Watch) async throws -> Drawn
    ) async throws -> Choice {
        let request = question.request
        guard request.answers > 1, let rater else {
            let drawn = try await draw(question, watch)
            return Choice(drawn: drawn, usage: drawn.answer.usage, among: nil)
        }
        // The others come behind it, so that they find its prompt in the prefix cache.
        var all = [try await draw(question, watch.telling(candidates: true))]
        all += try await Self.inOrder(1..<request.answers) { [watch = watch.telling(candidates: false)] number in
            try await draw(question.drawn(number), watch)
        }
        let groups = Array(OrderedDictionary(grouping: all, by: { Said($0.correction.choice) }))
        let start = ContinuousClock.now, deadline = question.deadline(since: watch.start)
        let rates = try await Self.inOrder(groups.indices) { place in
            let said = groups[place].key
            return try await rater.rate(
                (said.outcome, said.calls), to: request, functions: question.offer.functions, deadline: deadline)
        }
        let places = groups.indices.map { (rates[$0].right, groups[$0].value.count, -$0) }
        guard let best = places.max(by: <).map({ -$0.2 }), let drawn = groups[best].value.first else {
            throw CancellationError()
        }
        let usage = rates.map(\.usage).reduce(Usage(), +)
        let among = BestAnswer(
            made: all.count, different: groups.count, times: groups[best].value.count,
            judge: try rater.judge(of: request), right: rates[best].right, usage: usage,
            time: ContinuousClock.now - start)
        return Choice(drawn: drawn, usage: all.map(\.answer.usage).reduce(usage, +), among: among)
    }

    /// What an answer says, whatever its confidence.
    private struct Said: Hashable {
        let outcome: Outcome
        let calls: [FunctionCall]

        init(_ choice: FunctionCalling.Choice) {
            outcome = choice.outcome
            calls = choice.calls.map { FunctionCall(function: $0.function, parameters: $0.parameters) }
        }
    }

    /// All at once, in the order of their numbers.
    private static func inOrder<Value: Sendable>(
        _ numbers: Range<Int>, _ make: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for number in numbers { group.addTask { (number, try await make(number)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension Question {
    /// The same, to be answered by drawing.
    fileprivate func drawn(_ number: Int) -> Question {
        var question = self
        question.request.options.sampling.temperature = Float(request.temperature)
        question.request.seed = ((request.seed ?? 0) &+ number) & Int.max
        return question
    }
}

extension Usage {
    var json: JSONValue {
        [
            "prompt_tokens": .integer(promptTokens), "cached_tokens": .integer(cachedTokens),
            "completion_tokens": .integer(completionTokens), "forced_tokens": .integer(forcedTokens),
        ]
    }
}
