import Documents
import FunctionCalling
import Functions
import HTTPServer
import HTTPTypes
import OrderedCollections
import Rewards

/// What answers are worth, for trainers: `POST /v1/reward` in a form of our own, `POST /get_reward` as OpenRLHF and
/// LLaMA-Factory ask.
struct RewardRoutes: Sendable {
    let catalog: FunctionCatalog

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/reward", .judge) { body, request in
            let asked = try RewardRequest(body, limits: request.context.rules.limits)
            let shared = try functions(asked.offer)
            var results: [JSONValue] = []
            for sample in asked.samples {
                let offered = sample.offer.isEmpty ? shared : try functions(sample.offer)
                let answer = RewardedAnswer(response: sample.response, label: sample.label, functions: offered)
                results.append(Self.json(asked.rule.reward(answer)))
            }
            return .json([
                "object": "rewards", "reward": .string(asked.rule.rawValue), "results": .array(results),
            ])
        }
        // Not within `limits`: a conversation of a trainer is as long as its model takes, and a body's size is bounded.
        table.on(.post, "/get_reward", .judge) { request in
            let rule = try Self.rule(request)
            let body = try JSONValue(parsing: request.body, maximumDepth: request.context.rules.limits.jsonDepth)
            let asked = try TrainerRequest(body)
            let offered = try request.queryItem("pool").map(pool)
            let rewards = asked.answers.map { answer in
                rule.reward(RewardedAnswer(response: answer.response, label: answer.label, functions: offered))
            }
            return .json(asked.json(rewards))
        }
    }

    private func functions(_ offer: RewardRequest.Offer) throws -> [FunctionDefinition]? {
        if let functions = offer.functions { return functions }
        return try offer.pool.map(pool)
    }

    private func pool(_ name: String) throws -> [FunctionDefinition] {
        guard let pool = catalog.pool(named: name) else {
            throw FunctionCallError.unknownPool(name, known: catalog.poolNames)
        }
        return pool.pool.functions
    }

    /// The one that the address names: trainers let their users choose the address and nothing else.
    private static func rule(_ request: ServerRequest) throws(FieldError) -> RewardRule {
        guard let name = request.queryItem("reward") else { return .paper }
        guard let rule = RewardRule(rawValue: name) else {
            let known = RewardRule.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(
                path: "reward", reason: .outOfRange, message: "reward is \"\(name)\"; it must be one of \(known)")
        }
        return rule
    }

    private static func json(_ reward: Reward) -> JSONValue {
        var parts: JSONObject = [:]
        for part in reward.parts { parts[part.name] = .number(part.value) }
        return [
            "reward": .number(reward.value), "score": .integer(reward.isRight ? 1 : 0), "parts": .object(parts),
            "detail": .string(reward.detail),
        ]
    }
}
