import CallRules
import Documents
import Foundation
import FunctionCalling

extension Settings {
    public struct Calling: SettingsSection {
        public var pools = "pools"
        public var adapters = "adapters"
        public var pool = "smart-home"
        public var topK = 10
        /// `joint` or `pool`.
        public var layout = PromptLayout.joint.rawValue
        /// `auto`: hybrid where there is an encoder, else lexical.
        public var retriever = "auto"
        /// Folder of `<pool>.classifier`.
        public var classifiers = "classifiers"
        /// Folder of low-rank adapters, a folder a pool as PEFT keeps it.
        public var tuned = "tuned"
        /// Of those the one for functions and pools that have none of their own; empty: none.
        public var general = "general"
        public var maxTokens = 256
        /// `calibrated` or `greedy`.
        public var choosing = "calibrated"
        /// Folder of what `kinglet calibrate` wrote, one file a pool.
        public var choices = "choices"
        /// Folder of labelled requests, one file a pool.
        public var examples = "examples"
        /// Labelled requests put before the model.
        public var shownExamples = 4
        /// What the hybrid retriever's scores count beside the model's choice; 0: nothing.
        public var retrievalWeight = 15.0
        /// Names of the rules that correct calls, in the order in which they act.
        public var rules = RuleBook.names
        /// A zone of the IANA data base, `system` (TZ, else /etc/localtime) or `none`.
        public var timezone = "system"

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            pools = try fields.optionalString("pools") ?? pools
            adapters = try fields.optionalString("adapters") ?? adapters
            pool = try fields.optionalString("pool") ?? pool
            topK = try fields.optionalInt("top_k", in: 1...64) ?? topK
            layout = try fields.optionalChoice("layout", PromptLayout.allCases.map(\.rawValue)) ?? layout
            retriever =
                try fields.optionalChoice("retriever", ["auto"] + RetrieverKind.allCases.map(\.rawValue)) ?? retriever
            classifiers = try fields.optionalString("classifiers") ?? classifiers
            tuned = try fields.optionalString("tuned") ?? tuned
            general = try fields.optionalString("general") ?? general
            maxTokens = try fields.optionalInt("max_tokens", in: 16...4096) ?? maxTokens
            choosing = try fields.optionalChoice("choosing", ["greedy", "calibrated"]) ?? choosing
            choices = try fields.optionalString("choices") ?? choices
            examples = try fields.optionalString("examples") ?? examples
            shownExamples = try fields.optionalInt("shown_examples", in: 0...32) ?? shownExamples
            retrievalWeight = try fields.optionalDouble("retrieval_weight", in: 0...1000) ?? retrievalWeight
            rules = try Self.rules(&fields) ?? rules
            timezone = try fields.optionalString("timezone") ?? timezone
            guard timezone == "none" || timezone == "system" || TimeZone(identifier: timezone) != nil else {
                throw fields.invalid(
                    "timezone", "must be a zone of the IANA data base, as in Europe/Berlin, or system or none")
            }
        }

        private static func rules(_ fields: inout FieldReader) throws(FieldError) -> [String]? {
            guard let names = try fields.optionalStrings("rules") else { return nil }
            if let unknown = names.first(where: { !RuleBook.names.contains($0) }) {
                throw fields.invalid(
                    "rules", "has \"\(unknown)\"; rules are \(RuleBook.names.joined(separator: ", "))")
            }
            return names
        }
    }

    package var pipeline: PipelineSettings {
        var pipeline = PipelineSettings()
        pipeline.defaultPool = calling.pool
        pipeline.defaultRetriever = RetrieverKind(rawValue: calling.retriever)
        pipeline.topK = calling.topK
        pipeline.layout = PromptLayout(rawValue: calling.layout) ?? .joint
        pipeline.generalAdapter = calling.general
        pipeline.maxTokens = calling.maxTokens
        pipeline.choosing = PipelineSettings.Choosing(rawValue: calling.choosing) ?? .calibrated
        pipeline.shownExamples = calling.shownExamples
        pipeline.retrievalWeight = calling.retrievalWeight
        pipeline.rules = calling.rules
        pipeline.clock = calling.timezone == "system" ? ServerZone.named() : TimeZone(identifier: calling.timezone)
        pipeline.usesKnowledge = knowledge.enabled
        pipeline.knowledgeTokens = knowledge.tokens
        pipeline.knowledgeSimilarity = knowledge.similarity
        return pipeline
    }
}
