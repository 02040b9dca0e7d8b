import CallRules
import Foundation

/// A pipeline's defaults for what a request does not say: how it finds, asks and decides.
public struct PipelineSettings: Sendable, Hashable {
    public enum Choosing: String, Sendable, CaseIterable {
        /// The model, by what it writes first.
        case greedy
        /// A `ChoiceModel`, from what the model writes, how surely, and how it fits the request.
        case calibrated
    }

    public var defaultPool = "smart-home"
    /// nil: hybrid for a pool that has it, else lexical.
    public var defaultRetriever: RetrieverKind?
    /// Candidates put before the model.
    public var topK = 10
    /// What the prompts of pools show that have no tuned adapter, which says so itself.
    public var layout = PromptLayout.joint
    /// The adapter that answers where a pool has none of its own, and for functions given inline.
    public var generalAdapter = "general"
    /// Tokens of an answer, a call; under the limit the grammar closes the answer.
    public var maxTokens = 256
    /// The zone of the server's clock, for requests without time and zone; nil: those know no time.
    public var clock: TimeZone?
    /// Whether terms are looked for where the request does not say.
    public var usesKnowledge = true
    /// Tokens that the terms found may have in the prompt.
    public var knowledgeTokens = 200
    /// The least cosine at which a term counts that is meant but not named; 0: none does.
    public var knowledgeSimilarity = 0.0
    /// Sets of candidates whose prompt and grammar are kept.
    public var cachedCandidateSets = 256
    /// Who decides between a call and the two other outcomes.
    public var choosing = Choosing.calibrated
    /// Ask the model about the chosen function even where no `ChoiceModel` needs it: to fit one.
    public var checksRelevance = false
    /// Labelled requests put before the model, of a pool that has some.
    public var shownExamples = 4
    /// What a difference of 1 in the score of the hybrid retriever counts against one in the log-probability of a
    /// function's name; 0: the model alone chooses among the candidates.
    public var retrievalWeight = 15.0
    /// Names of the rules that correct calls, in the order in which they act (`RuleBook`).
    public var rules = RuleBook.names

    public init() {}
}
