import Documents
import Judging
import OrderedCollections
import Rewards

/// The body of `POST /get_reward`: OpenRLHF's `{query, prompts, labels}`, or LLaMA-Factory's `{model, messages}`. Whatever
/// else stands there is passed over, and what cannot be read is worth what such an answer is: a trainer that gets an error
/// asks again, and goes on without a reward.
package struct TrainerRequest: Sendable {
    static let mostAnswers = 4_096

    /// Whose form the answer has.
    package enum Form: Sendable, Hashable { case openRLHF, llamaFactory }

    package let form: Form
    /// Answers without their prompts, and what they are compared with.
    package let answers: [(response: String, label: RewardLabel)]

    /// - Throws: where there is no list of texts to be rewarded.
    package init(_ body: JSONValue) throws(FieldError) {
        var fields = try FieldReader(body)
        form = fields.optional("query") == nil && fields.optional("messages") != nil ? .llamaFactory : .openRLHF
        let name = form == .openRLHF ? "query" : "messages"
        let texts = try Self.texts(name, try fields.required(name))
        let prompts = Self.list(fields.optional("prompts")), labels = Self.list(fields.optional("labels"))
        answers = texts.enumerated().map { index, text in
            let prompt = prompts.indices.contains(index) ? prompts[index].stringValue : nil
            let label = labels.indices.contains(index) ? RewardLabel(labels[index]) : RewardLabel()
            return (Completion.text(of: text, prompt: prompt), label)
        }
    }

    /// One text, or an array of them.
    private static func texts(_ name: String, _ value: JSONValue) throws(FieldError) -> [String] {
        let elements = list(value)
        guard elements.count <= mostAnswers else {
            throw FieldError(
                path: name, reason: .outOfRange,
                message: "\(name) has \(elements.count) elements; it must have at most \(mostAnswers)")
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.stringValue else {
                let path = value.arrayValue == nil ? name : "\(name)[\(index)]"
                throw FieldError(
                    path: path, reason: .wrongType, message: "\(path) must be a string, not \(element.typeName)")
            }
            texts.append(text)
        }
        return texts
    }

    /// A value that is no array counts as an array of one.
    private static func list(_ value: JSONValue?) -> [JSONValue] {
        value.map { $0.arrayValue ?? [$0] } ?? []
    }

    /// The answer's body.
    package func json(_ rewards: [Reward]) -> JSONValue {
        let values = JSONValue.array(rewards.map { .number($0.value) })
        guard form == .openRLHF else { return ["scores": values] }
        var logs: JSONObject = [:]
        for part in rewards.first?.parts ?? [] {
            logs[part.name] = .array(rewards.map { .number($0[part.name] ?? 0) })
        }
        return [
            "rewards": values, "scores": .array(rewards.map { .number($0.isRight ? 1 : 0) }),
            "extra_logs": .object(logs),
        ]
    }
}
