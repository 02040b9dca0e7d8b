import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections

/// Body of `POST /v1/judge/compare`: two answers to one query.
public struct CompareRequest: Sendable, Hashable {
    public var dialogue: JudgedDialogue
    public var pool: String?
    public var functions: [FunctionDefinition]?
    public var first: FunctionAnswer, second: FunctionAnswer
    public var judge: String?
    /// On whose account a model works; no field says it.
    public var account: Account?

    /// - Throws: `FieldError` that names the first field at fault; a field that is not known is one.
    public init(json: JSONValue, limits: RequestLimits = .init()) throws(FieldError) {
        var reader = try FieldReader(json)
        dialogue = try JudgedDialogue(&reader, limits)
        pool = try reader.optionalString("pool")
        functions = try FunctionDefinition.list("functions", &reader, limits)
        try reader.check(pool == nil || functions == nil, "functions", "excludes pool; give one of them")
        first = try FunctionAnswer(in: "a", of: &reader, limits)
        second = try FunctionAnswer(in: "b", of: &reader, limits)
        judge = try reader.optionalString("judge")
        try reader.finish()
    }
}

extension FunctionAnswer {
    /// The object in field `name`.
    fileprivate init(in name: String, of reader: inout FieldReader, _ limits: RequestLimits) throws(FieldError) {
        var fields = try FieldReader(try reader.required(name), path: reader.path(of: name))
        try self.init(&fields, limits)
        try fields.finish()
    }
}

/// Which of two answers is better, asked in both orders: an opinion that the order decides is a tie. A judge by one token sets
/// its two verdicts beside each other.
public struct Comparison: Sendable, Hashable {
    /// Which of two answers is better.
    public enum Winner: String, Sendable, Hashable { case a, b, tie }

    public var id: String
    public var winner: Winner
    public var rationale: String
    public var confidence: Double
    /// What was said with `a` first, and with `b` first; empty where the rules decide.
    public var orders: [Winner]
    public var cost: JudgeCost

    /// The body of the answer of `/v1/judge/compare`.
    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "object": "comparison", "winner": .string(winner.rawValue),
            "rationale": .string(rationale), "confidence": .number((confidence * 10_000).rounded() / 10_000),
            "orders": .array(orders.map { .string($0.rawValue) }),
        ]
        members.merge(cost.fields) { ours, _ in ours }
        return .object(members)
    }
}

extension Judge {
    /// An answer that the rules find wrong loses to one that they do not, with the reason; otherwise the model is asked twice.
    public func compare(
        _ request: CompareRequest, functions: [FunctionDefinition], deadline: ContinuousClock.Instant? = nil
    ) async throws -> Comparison {
        let start = ContinuousClock.now
        let rules = [request.first, request.second].map {
            RuleChecks($0, functions: functions, dialogue: request.dialogue, reference: nil, policy: settings.policy)
        }
        let isBroken = rules.map { settings.usesRules && $0.verdict == .wrong }
        var result = Comparison(
            id: JudgementID.make(), winner: .tie, rationale: "", confidence: 1, orders: [], cost: JudgeCost())
        if isBroken[0] != isBroken[1] {
            result.winner = isBroken[0] ? .b : .a
            let reasons = rules[isBroken[0] ? 0 : 1].checks.filter { !$0.passed }.compactMap(\.detail)
            result.rationale = "The other answer is wrong: \(reasons.joined(separator: "; "))."
        } else if form == .token {
            result = try await likelier(request, functions, result, deadline)
        } else if asker != nil {
            result = try await asked(request, functions, result, deadline)
        } else {
            result.confidence = 0.5
            result.rationale = "Rules see no difference."
        }
        result.cost.total = ContinuousClock.now - start
        return result
    }

    /// Asks the model in both orders.
    private func asked(
        _ request: CompareRequest, _ functions: [FunctionDefinition], _ start: Comparison,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> Comparison {
        var result = start
        let question = ModelVote.Question(member: "winner", choices: ["A", "B", "tie"], account: request.account)
        func ask(_ first: FunctionAnswer, _ second: FunctionAnswer) async throws -> ModelVote? {
            let messages = JudgePrompt.messages(
                JudgePrompt.comparison, request.dialogue, functions: functions,
                answers: [("Answer A", first), ("Answer B", second)], reference: nil)
            return try await votes(messages, question, count: 1, deadline).first
        }
        async let forward = ask(request.first, request.second)
        async let backward = ask(request.second, request.first)
        guard let forward = try await forward, let backward = try await backward else { return result }
        let swapped: [JSONValue: Comparison.Winner] = ["A": .b, "B": .a]
        let direct: [JSONValue: Comparison.Winner] = ["A": .a, "B": .b]
        result.orders = [direct[forward.choice] ?? .tie, swapped[backward.choice] ?? .tie]
        let agree = result.orders[0] == result.orders[1]
        result.winner = agree ? result.orders[0] : .tie
        result.rationale = forward.rationale
        result.confidence = agree ? (forward.probability + backward.probability) / 2 : 0.5
        result.cost.add(forward.cost)
        result.cost.add(backward.cost)
        return result
    }

    /// A judge by one token says of either answer how likely it is right; no order comes in.
    private func likelier(
        _ request: CompareRequest, _ functions: [FunctionDefinition], _ start: Comparison,
        _ deadline: ContinuousClock.Instant?
    ) async throws -> Comparison {
        var result = start
        func ask(_ answer: FunctionAnswer) async throws -> (right: Double, cost: JudgeCost) {
            var judged = JudgeRequest(dialogue: request.dialogue, answer: answer)
            judged.account = request.account
            let judgement = try await judge(judged, functions: functions, deadline: deadline)
            return (judgement.right, judgement.cost)
        }
        async let first = ask(request.first)
        async let second = ask(request.second)
        let (a, b) = (try await first, try await second)
        // Of the cases in which one of them alone is right.
        let (onlyA, onlyB) = (a.right * (1 - b.right), b.right * (1 - a.right))
        result.winner = onlyA == onlyB ? .tie : onlyA > onlyB ? .a : .b
        result.confidence = onlyA + onlyB > 0 ? max(onlyA, onlyB) / (onlyA + onlyB) : 0.5
        result.rationale = "Likely right: A \(Self.percent(a.right)) %, B \(Self.percent(b.right)) %."
        result.cost.add(a.cost)
        result.cost.add(b.cost)
        return result
    }

    private static func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
}
