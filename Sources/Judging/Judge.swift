import Digests
import Documents
import FunctionCalling
import Functions
import Inference
import Tokenization

/// Says whether an answer does what the user asked (the paper, 3.1): rules first, and where they do not decide, a model
/// that writes its reasons before its verdict.
public struct Judge: Sendable {
    /// How a judge decides, and how it asks its model.
    public struct Settings: Sendable, Hashable {
        public var policy = RuleChecks.Policy()
        /// Rules decide where they can; else a model always does, and is not told what they say.
        public var usesRules = true
        /// What a model is told to look at; nil: the usual words.
        public var rubric: String?
        /// Shown to the model before what it is to judge.
        public var examples: [JudgeExample] = []
        /// How often the model is asked, where a request does not say.
        public var votes = 1
        /// The probability of "right" from which on an answer is right; of a verdict by one token.
        public var threshold = 0.5
        /// Most tokens of a rationale.
        public var rationaleTokens = 128
        /// Of the rationale, when there are several votes; one vote is greedy.
        public var temperature: Float = 0.7

        /// One greedy vote.
        public init() {}
    }

    public let name: String
    public let settings: Settings
    public let form: JudgeForm
    /// nil: rules alone.
    let asker: (any VoteAsker)?

    /// - Throws: where the model has no chat template that is known.
    public init(
        name: String = JudgeBook.local, generator: any Generator, settings: Settings = .init()
    ) throws(ChatTemplateError) {
        (self.name, self.settings, form) = (name, settings, .reasons)
        asker = try GeneratorAsker(generator)
    }

    /// - Parameter stage: a model elsewhere; it is asked for rationale and verdict at once.
    public init(name: String = JudgeBook.local, stage: any StageModel, settings: Settings = .init()) {
        (self.name, self.settings, form, asker) = (name, settings, .reasons, StageAsker(stage: stage))
    }

    /// A verdict by one token.
    ///
    /// - Parameter adapter: what was taught to say it.
    public init(
        name: String, byOneTokenOf generator: any Generator, adapter: ServedAdapter?, settings: Settings = .init()
    ) throws(ChatTemplateError) {
        (self.name, self.settings, form) = (name, settings, .token)
        asker = try TokenAsker(generator, adapter: adapter)
    }

    /// Rules alone.
    public init(name: String, rules settings: Settings = .init()) {
        (self.name, self.settings, form, asker) = (name, settings, .rules, nil)
    }

    /// The same with other settings.
    private init(_ judge: Judge, _ settings: Settings) {
        (name, form, asker, self.settings) = (judge.name, judge.form, judge.asker, settings)
    }

    /// The same where the model decides everything; nil for rules alone.
    public var withoutRules: Judge? {
        guard asker != nil else { return nil }
        var settings = settings
        settings.usesRules = false
        return Judge(self, settings)
    }

    /// Changes with all that a verdict depends on beside the answer: model, number formats, adapter, words, checks.
    public var version: Fingerprint {
        Fingerprint(of: Array("1 \(form.rawValue) \(asker?.identity ?? "") \(settings)".utf8))
    }

    /// The same as text.
    public var versionText: String { version.text }

    /// - Parameter functions: those offered, the likeliest first; beyond ten, only those in answer and reference are sure
    ///   to be shown to a model.
    /// - Throws: what the generator throws, `UnreadableVote`.
    public func judge(
        _ request: JudgeRequest, functions: [FunctionDefinition], deadline: ContinuousClock.Instant? = nil
    ) async throws -> Judgement {
        let start = ContinuousClock.now
        let rules = RuleChecks(
            request.answer, functions: functions, dialogue: request.dialogue, reference: request.reference,
            policy: settings.policy)
        var judgement: Judgement
        if settings.usesRules, let verdict = rules.verdict {
            judgement = Judgement(
                id: JudgementID.make(), verdict: verdict, rationale: Self.rationale(rules.checks, verdict),
                confidence: 1, checks: rules.checks, votes: [], cost: JudgeCost())
        } else if let asker {
            let checks = settings.usesRules ? rules.checks : []
            let notes = settings.usesRules ? rules.notes : []
            let messages = asker.messages(
                JudgedAnswer(request: request, functions: functions, notes: notes), settings)
            var question = ModelVote.Question(member: "verdict", choices: [0, 1], account: request.account)
            (question.priority, question.threshold) = (request.priority, settings.threshold)
            // One token has no reasons that could differ from vote to vote.
            let count = form == .token ? 1 : request.votes ?? settings.votes
            judgement = try Self.count(try await votes(messages, question, count: count, deadline), checks)
        } else {
            judgement = Judgement(
                id: JudgementID.make(), verdict: .right, rationale: "No rule speaks against the answer.",
                confidence: 0.5, checks: rules.checks, votes: [], cost: JudgeCost())
        }
        judgement.cost.total = ContinuousClock.now - start
        return judgement
    }

    /// Several votes at once: they share the prompt's prefix.
    func votes(
        _ messages: [ChatMessage], _ question: ModelVote.Question, count: Int, _ deadline: ContinuousClock.Instant?
    ) async throws -> [ModelVote] {
        guard let asker else { return [] }
        return try await withThrowingTaskGroup(of: (Int, ModelVote).self) { group in
            for index in 0..<count {
                var sampling = Sampling()
                if count > 1 {
                    sampling.temperature = settings.temperature
                    sampling.seed = UInt64(index + 1)
                }
                group.addTask { [asker, settings, sampling] in
                    let vote = try await asker.ask(
                        messages, question, rationaleTokens: settings.rationaleTokens, sampling: sampling,
                        deadline: deadline)
                    return (index, vote)
                }
            }
            var votes: [(Int, ModelVote)] = []
            for try await vote in group { votes.append(vote) }
            return votes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// The majority, the mean probability that the votes give it, and the surest rationale for it.
    private static func count(_ votes: [ModelVote], _ checks: [Check]) throws(UnreadableVote) -> Judgement {
        var cost = JudgeCost()
        var verdicts: [Verdict] = []
        for vote in votes {
            guard let verdict = vote.choice.intValue.flatMap(Verdict.init) else {
                throw UnreadableVote(text: vote.choice.text())
            }
            verdicts.append(verdict)
            cost.add(vote.cost)
        }
        let verdict: Verdict = verdicts.count(where: { $0 == .right }) * 2 > verdicts.count ? .right : .wrong
        let pairs = zip(votes, verdicts)
        let mass = pairs.reduce(0) { $0 + ($1.1 == verdict ? $1.0.probability : 1 - $1.0.probability) }
        let surest = pairs.filter { $0.1 == verdict }.map(\.0).max { $0.probability < $1.probability }
        return Judgement(
            id: JudgementID.make(), verdict: verdict, rationale: surest?.rationale ?? "",
            confidence: mass / Double(max(1, votes.count)), checks: checks, votes: verdicts, cost: cost)
    }

    /// The rules' reasons as a sentence.
    private static func rationale(_ checks: [Check], _ verdict: Verdict) -> String {
        if verdict == .right {
            let detail = checks.last?.detail
            return "The answer agrees with the reference" + (detail.map { ": \($0)." } ?? ".")
        }
        return checks.filter { !$0.passed }.map { check in
            let what =
                switch check.name {
                case "schema": "The answer is not valid"
                case "grounding": "A value comes from nowhere"
                case "action": "Another action is called"
                default: "The answer does not agree with the reference"
                }
            return what + (check.detail.map { ": \($0)." } ?? ".")
        }.joined(separator: " ")
    }
}
