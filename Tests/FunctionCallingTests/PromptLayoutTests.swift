import Documents
import FunctionCalling
import Functions
import Inference
import Testing
import Tokenization

/// What prompts show of a pool, and what answers may call of it.
@Suite struct PromptLayoutTests {
    private static func pipeline(_ layout: PromptLayout) throws -> Pipeline {
        var settings = PipelineSettings()
        (settings.choosing, settings.layout) = (.greedy, layout)
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        let catalog = FunctionCatalog(pools: [IndexedPool(try SmartHome.pool())])
        return Pipeline(
            generator: generator, catalog: catalog, settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
    }

    private static func question(
        _ query: String, _ pipeline: Pipeline, _ change: (inout FunctionCallRequest) -> Void = { _ in }
    ) async throws -> Question {
        var request = try FunctionCallRequest(json: [
            "query": .string(query), "context": ["time": "2026-11-30T09:00:00"],
        ])
        change(&request)
        return try await pipeline.write(pipeline.prepare(pipeline.retrieve(request), request), request)
    }

    private static func system(_ question: Question) -> String { question.prompt.messages[0].content }

    private static let queries = ["turn off the kitchen light", "wake me at seven on friday", "把客厅的灯关掉"]

    @Test(arguments: queries) func aWholePoolReadsTheSameWhateverIsAsked(query: String) async throws {
        let pipeline = try Self.pipeline(.pool), pool = try SmartHome.pool()
        let asked = try await Self.question(query, pipeline)
        let other = try await Self.question("what is the weather like", pipeline)
        #expect(Self.system(asked) == Self.system(other))
        for function in pool.functions { #expect(Self.system(asked).contains("\"\(function.name)\"")) }
        #expect(asked.offer.functions.map(\.name) == pool.functions.map(\.name))
    }

    /// What the functions do is for those to read who were not taught it.
    @Test func namesStandAlone() async throws {
        let pipeline = try Self.pipeline(.names), pool = try SmartHome.pool()
        let question = try await Self.question(Self.queries[0], pipeline)
        let lines = Self.system(question).split(separator: "\n").map(String.init)
        #expect(Set(pool.functions.map(\.name)).isSubset(of: lines))
        #expect(lines.contains("no_appropriate_function") && lines.contains("request_unclear"))
        #expect(!Self.system(question).contains(pool.functions[0].description))
        #expect(question.offer.functions.count == pool.functions.count)
    }

    /// A clock that nothing refers to is twenty tokens of every request.
    @Test(arguments: [("turn off the light", false), ("turn off the light at nine", true)])
    func theClockIsToldWhereTimeIsSpokenOf(query: String, isTold: Bool) async throws {
        for layout in PromptLayout.allCases {
            let question = try await Self.question(query, try Self.pipeline(layout))
            let asked = question.prompt.messages.last?.content ?? ""
            if layout == .names { #expect(asked.contains("Now: ") == isTold) }
            if layout == .pool { #expect(asked.contains("Now: ")) }
        }
    }

    @Test func candidatesAloneAreShownOtherwise() async throws {
        let question = try await Self.question(Self.queries[0], try Self.pipeline(.joint))
        let lines = Self.system(question).split(separator: "\n").filter { $0.hasPrefix(#"{"name""#) }
        // Ten candidates and the two other outcomes.
        #expect(question.offer.functions.count == 10 && lines.count == 12)
    }

    @Test(arguments: [1, 3, 20]) func aRequestMayStillOfferFewer(topK: Int) async throws {
        let pipeline = try Self.pipeline(.pool), pool = try SmartHome.pool()
        let question = try await Self.question(Self.queries[0], pipeline) { $0.topK = topK }
        #expect(question.offer.functions.count <= topK)
        for function in pool.functions { #expect(Self.system(question).contains("\"\(function.name)\"")) }
    }

    @Test func functionsOfARequestAreShownAsTheyAre() async throws {
        let tea = ChoosingTests.tea
        let question = try await Self.question("mint tea", try Self.pipeline(.pool)) {
            ($0.functions, $0.retriever) = ([tea], .all)
        }
        #expect(question.offer.found.layout == .joint && question.offer.functions.map(\.name) == [tea.name])
    }

    /// A list of days would be a hundred tokens of every request, needed or not.
    @Test(arguments: PromptLayout.allCases) func comingDaysAreListedForCandidatesOnly(layout: PromptLayout) async throws
    {
        let question = try await Self.question("wake me at 7:30 on friday", try Self.pipeline(layout))
        let asked = question.prompt.messages.last?.content ?? ""
        #expect(asked.contains("Days: ") == (layout == .joint))
        #expect(asked.contains("Now: Monday 2026-11-30 09:00") && question.said.contains("2026-12-04"))
    }

    @Test func allOfTheFirstTurnIsFixed() async throws {
        let pool = try Self.pipeline(.pool), joint = try Self.pipeline(.joint)
        let question = try await Self.question(Self.queries[0], pool)
        let fixed = try await pool.fixedPrefix(ofPool: "smart-home")
        #expect(fixed.count >= Self.system(question).utf8.count)
        #expect(question.prompt.tokens.starts(with: fixed))
        #expect(try await joint.fixedPrefix(ofPool: "smart-home").count < fixed.count / 4)
    }

    /// A change of any function is a change of every prompt.
    @Test func whatWasPreparedGoesWithThePool() async throws {
        let pipeline = try Self.pipeline(.pool)
        let before = try await Self.question(Self.queries[0], pipeline) { $0.topK = 3 }
        var functions = try SmartHome.pool().functions
        let changed = functions[100]
        functions[100] = FunctionDefinition(
            name: changed.name, description: "Something else.", parameters: changed.parameters)
        pipeline.catalog.store(IndexedPool(try FunctionPool(name: "smart-home", functions: functions)))
        let after = try await Self.question(Self.queries[0], pipeline) { $0.topK = 3 }
        #expect(Self.system(before) != Self.system(after) && Self.system(after).contains("Something else."))
    }
}
