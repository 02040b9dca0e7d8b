import FunctionCalling
import Functions
import Tokenization

/// Prompts of a judge that answers by one token, in tokens: for whoever teaches it, and for whoever asks it.
public struct VerdictPrompts: Sendable {
    private let template: ChatTemplate
    private let tokenizer: Tokenizer
    private let rubric: String?

    /// - Parameter rubric: nil: the usual words.
    /// - Throws: for a model without a chat template that is known.
    public init(tokenizer: Tokenizer, rubric: String? = nil) throws(ChatTemplateError) {
        (template, self.tokenizer, self.rubric) = (try ChatTemplate(tokenizer: tokenizer), tokenizer, rubric)
    }

    /// How the last user turn begins: an activated adapter acts from there on.
    public var invocation: [TokenID] { tokenizer.encode("<|im_start|>user\n", allowingSpecial: true) }

    /// The verdict as a token.
    public func completion(_ verdict: Verdict) -> [TokenID] { tokenizer.encode("\(verdict.rawValue)") }

    /// The prompt to learn a verdict by, without a reference; nil where the schema decides, which needs no model.
    ///
    /// What grounding and action say stands in it as a note: a judge may be served with or without them.
    public func lesson(_ request: JudgeRequest, functions: [FunctionDefinition]) -> [TokenID]? {
        var policy = RuleChecks.Policy()
        (policy.groundingDecides, policy.actionDecides) = (false, false)
        let rules = RuleChecks(
            request.answer, functions: functions, dialogue: request.dialogue, reference: nil, policy: policy)
        guard rules.verdict == nil else { return nil }
        return template.encode(
            TaughtPrompt(request.dialogue, functions: functions, answer: request.answer)
                .messages(rubric: rubric, reference: nil, notes: rules.notes))
    }
}
