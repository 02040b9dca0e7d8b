import Documents
import Foundation
import Functions
import Inference
import InferenceTestSupport
import Judging
import OrderedCollections
import TestSupport
import Testing
import Verdicts

/// What was judged is not judged again; whatever a verdict depends on makes it another.
@Suite struct VerdictCacheTests {
    static let tea = FunctionDefinition(
        name: "tea", description: "Brew tea.",
        parameters: ["type": "object", "properties": ["leaf": ["type": "string"], "cups": ["type": "integer"]]])

    static func request(
        _ query: String = "mint tea", _ parameters: JSONObject = ["leaf": "mint"],
        _ change: (inout JudgeRequest) -> Void = { _ in }
    ) -> JudgeRequest {
        var request = JudgeRequest(
            dialogue: JudgedDialogue(query: query),
            answer: FunctionAnswer(outcome: .call, calls: [FunctionCall(function: "tea", parameters: parameters)]))
        change(&request)
        return request
    }

    static func generator(_ identity: String = "scripted") throws -> ScriptedGenerator {
        try ScriptedGenerator(identity: identity) { _, request in
            .init(text: request.grammar == nil ? " tea." : #"{"verdict": 1}"#, probability: 0.75)
        }
    }

    @Test func nobodyIsAskedTwice() async throws {
        let folder = try TemporaryFolder(), path = folder.path + "/deep/verdicts.sqlite",
            generator = try Self.generator()
        let judge = try Judge(generator: generator)
        let first = try await RememberingJudge(judge, try VerdictCache(path: path))
            .judge(Self.request(), functions: [Self.tea])
        let asked = generator.prompts.count
        // Another process with the same file.
        let cache = try VerdictCache(path: path)
        let again = try await RememberingJudge(judge, cache).judge(Self.request(), functions: [Self.tea])
        #expect(generator.prompts.count == asked && asked == 2)
        #expect(again.verdict == .right && again.rationale == first.rationale && again.votes == first.votes)
        #expect(again.checks == first.checks && abs(again.confidence - 0.75) < 1e-6 && again.id == first.id)
        #expect(again.cost == JudgeCost())
        #expect(try cache.count == 1)
        withExtendedLifetime(folder) {}
    }

    static let others: [(name: String, request: JudgeRequest)] = [
        ("query", request("green tea")), ("calls", request("mint tea", ["leaf": "mint", "cups": 2])),
        ("reference", request { $0.reference = Reference(outcome: .call, expected: [], answers: .any) }),
        ("votes", request { $0.votes = 3 }), ("context", request { $0.dialogue.context = ["time": "now"] }),
        ("history", request { $0.dialogue.history = [.init(role: .user, content: "hello")] }),
        ("outcome", request { $0.answer = FunctionAnswer(outcome: .requestUnclear, calls: []) }),
    ]
    @Test(arguments: others) func whateverItDependsOnMakesItAnother(_ row: (name: String, request: JudgeRequest))
        async throws
    {
        let cache = try VerdictCache.inMemory(), judge = RememberingJudge(try Judge(generator: Self.generator()), cache)
        _ = try await judge.judge(Self.request(), functions: [Self.tea])
        _ = try await judge.judge(row.request, functions: [Self.tea])
        #expect(try cache.count == 2)
    }

    @Test func judgesAndFunctionsMakeItAnother() async throws {
        let cache = try VerdictCache.inMemory(), generator = try Self.generator()
        let plain = try Judge(generator: generator)
        var settings = Judge.Settings()
        settings.rubric = "Be strict."
        let judges = [plain, try Judge(generator: generator, settings: settings), try #require(plain.withoutRules)]
        for judge in judges {
            _ = try await RememberingJudge(judge, cache).judge(Self.request(), functions: [Self.tea])
        }
        let other = FunctionDefinition(name: "tea", description: "Brew tea!", parameters: Self.tea.parameters)
        _ = try await RememberingJudge(plain, cache).judge(Self.request(), functions: [other])
        #expect(try cache.count == 4)
        // Its name, its account and its priority change nothing.
        _ = try await RememberingJudge(try Judge(name: "other", generator: generator), cache)
            .judge(Self.request { $0.priority = 9 }, functions: [Self.tea])
        #expect(try cache.count == 4)
    }

    /// The same model by name, its numbers stored otherwise: what one said is not what the other says.
    @Test(arguments: JudgeForm.allCases) func anotherNumberFormatIsAnotherJudge(_ form: JudgeForm) async throws {
        let cache = try VerdictCache.inMemory()
        func judge(_ identity: String) throws -> RememberingJudge {
            let generator = try ScriptedGenerator(identity: identity) { _, request in
                .init(text: form == .token ? "1" : request.grammar == nil ? " tea." : #"{"verdict": 1}"#)
            }
            let judge =
                switch form {
                case .rules: Judge(name: "j")
                case .reasons: try Judge(name: "j", generator: generator)
                case .token: try Judge(name: "j", byOneTokenOf: generator, adapter: nil)
                }
            return RememberingJudge(judge, cache)
        }
        for identity in ["m w8a8", "m w4a8", "m w8a8"] {
            _ = try await judge(identity).judge(Self.request(), functions: [Self.tea])
        }
        #expect(try cache.count == (form == .rules ? 1 : 2))
        let versions = try ["m w8a8", "m w4a8"].map { try judge($0).judge.versionText }
        #expect((versions[0] == versions[1]) == (form == .rules))
    }

    @Test func theOldestGo() async throws {
        let folder = try TemporaryFolder(), path = folder.path + "/v.sqlite"
        let cache = try VerdictCache(path: path, capacity: 3)
        let judge = RememberingJudge(Judge(name: "rules"), cache)
        for number in 0..<7 { _ = try await judge.judge(Self.request("mint tea \(number)"), functions: [Self.tea]) }
        #expect(try cache.count == 3)
        withExtendedLifetime(folder) {}
    }

    @Test func withoutACacheItIsAskedEachTime() async throws {
        let generator = try Self.generator(), judge = RememberingJudge(try Judge(generator: generator), nil)
        for _ in 0..<2 { _ = try await judge.judge(Self.request(), functions: [Self.tea]) }
        #expect(generator.prompts.count == 4)
    }

    @Test func aFileThatIsNoneSaysSo() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("no database at all, but text of some length".utf8, as: "verdicts.sqlite")
        let error = #expect(throws: VerdictCacheError.self) { _ = try VerdictCache(path: path) }
        #expect(error?.description.hasPrefix("\(path): verdicts cannot be kept there") == true)
        withExtendedLifetime(folder) {}
    }
}
