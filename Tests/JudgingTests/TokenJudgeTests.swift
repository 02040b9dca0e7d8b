import Documents
import FunctionCalling
import Functions
import Inference
import InferenceTestSupport
import Judging
import OrderedCollections
import Testing
import Tokenization

/// Judges that answer by one token, with rules alone, and with examples.
@Suite struct TokenJudgeTests {
    /// Says 1 with this probability.
    static func generator(_ right: Double) throws -> ScriptedGenerator {
        try ScriptedGenerator { _, request in
            #expect(request.grammar != nil)
            return .init(text: right >= 0.5 ? "1" : "0", probability: max(right, 1 - right))
        }
    }

    static func judge(
        _ right: Double, _ change: (inout Judge.Settings) -> Void = { _ in }
    ) throws -> (Judge, ScriptedGenerator) {
        var settings = Judge.Settings()
        change(&settings)
        let generator = try generator(right)
        return (try Judge(name: "token", byOneTokenOf: generator, adapter: nil, settings: settings), generator)
    }

    static let thresholds: [(right: Double, threshold: Double, verdict: Verdict)] = [
        (0.9, 0.5, .right), (0.1, 0.5, .wrong), (0.6, 0.7, .wrong), (0.4, 0.3, .right), (0.51, 0.5, .right),
    ]
    @Test(arguments: thresholds) func theThresholdDecides(_ row: (right: Double, threshold: Double, verdict: Verdict))
        async throws
    {
        let (judge, generator) = try Self.judge(row.right) { $0.threshold = row.threshold }
        let judgement = try await judge.judge(
            JudgeTests.request(["time": "11 pm"], votes: 5), functions: JudgeTests.functions)
        #expect(judgement.verdict == row.verdict && judgement.votes == [row.verdict] && judgement.rationale.isEmpty)
        #expect(abs(judgement.right - row.right) < 1e-6, "\(judgement.confidence)")
        #expect(generator.prompts.count == 1)
    }

    @Test func thePromptIsShort() async throws {
        let (judge, generator) = try Self.judge(0.9) { ($0.policy.groundingDecides, $0.rubric) = (false, "Rubric.") }
        _ = try await judge.judge(JudgeTests.request(["time": "polka"]), functions: JudgeTests.functions)
        let prompt = try #require(generator.prompts.first)
        #expect(
            prompt == """
                <|im_start|>system
                Rubric.

                Functions:
                alarm_set: Sets an alarm
                - time (string, required)
                alarm_stop(): Stops an alarm<|im_end|>
                <|im_start|>user
                it is late<|im_end|>
                <|im_start|>user
                Known: {"locale":"en-US"}
                Request: wake me at <|im_end|> eleven
                Answer: alarm_set({"time": "polka"})
                Note: time is "polka", of which nothing is said<|im_end|>
                <|im_start|>assistant

                """)
    }

    @Test func whatIsTaughtIsWhatIsAsked() async throws {
        let (judge, generator) = try Self.judge(0.9) {
            ($0.policy.groundingDecides, $0.policy.actionDecides) = (false, false)
        }
        let prompts = try VerdictPrompts(tokenizer: generator.tokenizer)
        for parameters: JSONObject in [["time": "polka"], ["time": "eleven"]] {
            let request = JudgeTests.request(parameters)
            _ = try await judge.judge(request, functions: JudgeTests.functions)
            let lesson = try #require(prompts.lesson(request, functions: JudgeTests.functions))
            #expect(generator.tokenizer.decode(lesson, skippingSpecial: false) == generator.prompts.last)
        }
        #expect(prompts.completion(.right) == generator.tokenizer.encode("1") && prompts.completion(.wrong).count == 1)
        // What the schema refuses needs no model, and no lesson.
        #expect(prompts.lesson(JudgeTests.request([:]), functions: JudgeTests.functions) == nil)
        let invocation = prompts.invocation
        #expect(generator.tokenizer.decode(invocation, skippingSpecial: false) == "<|im_start|>user\n")
    }

    @Test func longFunctionsAreCut() throws {
        let names = (0..<40).map { "p\($0)" }
        let properties = JSONObject(uniqueKeysWithValues: names.map { ($0, ["type": "string"] as JSONValue) })
        let wide = FunctionDefinition(
            name: "wide", description: String(repeating: "word ", count: 100),
            parameters: ["type": "object", "properties": .object(properties), "required": ["p39"]])
        let others = (0..<20).map { FunctionDefinition(name: "other\($0)", description: "Does \($0)") }
        let answer = FunctionAnswer(
            outcome: .call, calls: [FunctionCall(function: "wide", parameters: ["p38": "x", "p39": "x"])])
        let prompts = try VerdictPrompts(tokenizer: Self.generator(1).tokenizer)
        let request = JudgeRequest(dialogue: JudgedDialogue(query: "x"), answer: answer)
        let tokens = try #require(prompts.lesson(request, functions: others + [wide]))
        let text = try Self.generator(1).tokenizer.decode(tokens, skippingSpecial: false)
        // Given and required ones are always shown, the others as far as there is room.
        for part in [
            "- p38 (string)", "- p39 (string, required)", "- p13 (string)", "- also p14, p15", "and 12 more", "…",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("- p14 (string)") && text.contains("other7():") && !text.contains("other8():"))
        #expect(text.count < 2200, "\(text.count)")
    }

    @Test func comparesByHowLikelyEitherIs() async throws {
        let generator = try ScriptedGenerator { prompt, _ in
            .init(text: prompt.contains("eleven\"") ? "1" : "0", probability: 0.8)
        }
        let judge = try Judge(name: "token", byOneTokenOf: generator, adapter: nil)
        func answer(_ time: String) -> JSONValue {
            ["outcome": "call", "calls": [["function": "alarm_set", "parameters": ["time": .string(time)]]]]
        }
        func winner(_ first: JSONValue, _ second: JSONValue) async throws -> Comparison {
            let request = try CompareRequest(json: ["query": "wake me at eleven, not twelve", "a": first, "b": second])
            return try await judge.compare(request, functions: JudgeTests.functions)
        }
        let better = try await winner(answer("eleven"), answer("twelve"))
        #expect(better.winner == .a && abs(better.confidence - 0.64 / 0.68) < 1e-6 && better.orders.isEmpty)
        #expect(better.rationale == "Likely right: A 80 %, B 20 %.")
        #expect(try await winner(answer("twelve"), answer("eleven")).winner == .b)
        #expect(try await winner(answer("eleven"), answer("eleven")).winner == .tie)
    }

    @Test func rulesAloneAskNobody() async throws {
        let judge = Judge(name: "rules")
        let open = try await judge.judge(JudgeTests.request(["time": "eleven"]), functions: JudgeTests.functions)
        #expect(open.verdict == .right && open.confidence == 0.5 && open.votes.isEmpty)
        let wrong = try await judge.judge(JudgeTests.request(["time": "polka"]), functions: JudgeTests.functions)
        #expect(wrong.verdict == .wrong && wrong.confidence == 1)
        let request = try CompareRequest(json: [
            "query": "stop", "a": ["outcome": "call", "calls": [["function": "alarm_stop"]]],
            "b": ["outcome": "request_unclear"],
        ])
        let tie = try await judge.compare(request, functions: JudgeTests.functions)
        #expect(tie.winner == .tie && tie.confidence == 0.5 && tie.rationale == "Rules see no difference.")
    }

    /// Where no rule decides, one that speaks against an answer does not either.
    @Test(arguments: [true, false]) func comparesByRulesOnlyWhereTheyDecide(_ usesRules: Bool) async throws {
        let generator = try ScriptedGenerator { prompt, _ in
            .init(text: prompt.contains("alarm_set({})") ? "1" : "0", probability: 0.9)
        }
        var settings = Judge.Settings()
        settings.usesRules = usesRules
        let judge = try Judge(name: "token", byOneTokenOf: generator, adapter: nil, settings: settings)
        // The first lacks what its schema requires.
        let request = try CompareRequest(json: [
            "query": "wake me at eleven", "a": ["outcome": "call", "calls": [["function": "alarm_set"]]],
            "b": ["outcome": "call", "calls": [["function": "alarm_set", "parameters": ["time": "eleven"]]]],
        ])
        let comparison = try await judge.compare(request, functions: JudgeTests.functions)
        #expect(comparison.winner == (usesRules ? .b : .a) && generator.prompts.isEmpty == usesRules)
    }

    @Test func examplesStandBeforeTheQuestion() async throws {
        let generator = try ScriptedGenerator { _, request in
            .init(text: request.grammar == nil ? " it." : #"{"verdict": 0}"#)
        }
        let definition = try JudgeDefinitionTests.read(
            """
            rubric: Be strict.
            votes: 3
            checks: []
            examples:
              - {query: stop, functions: [{name: stop}], outcome: call, calls: [{function: stop}], verdict: 1, reason: It fits.}
            """)
        let judge = try Judge(name: "mine", generator: generator, settings: definition.settings)
        // No rule decides: the model is asked even where the schema is broken, as often as the file says.
        let judgement = try await judge.judge(JudgeTests.requestWithoutVotes([:]), functions: JudgeTests.functions)
        #expect(judgement.votes.count == 3 && judgement.verdict == .wrong && judgement.checks.isEmpty)
        let prompt = try #require(generator.prompts.first)
        #expect(prompt.hasPrefix("<|im_start|>system\nBe strict."))
        #expect(prompt.contains("<|im_start|>assistant\nIt fits.\n\n{\"verdict\": 1}<|im_end|>"))
        #expect(!prompt.contains("Note:"))
    }
}

extension JudgeTests {
    static func requestWithoutVotes(_ parameters: JSONObject) -> JudgeRequest {
        var request = request(parameters)
        request.votes = nil
        return request
    }
}
