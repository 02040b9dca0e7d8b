import Documents
import FunctionCalling
import Functions
import Inference
import InferenceTestSupport
import Judging
import OrderedCollections
import Testing

/// Judges that choose among answers.
@Suite struct JudgeBookRatingTests {
    static let tea = FunctionDefinition(
        name: "tea", description: "Brew tea.",
        parameters: ["type": "object", "properties": ["leaf": ["type": "string"]], "required": ["leaf"]])

    static func request(_ judge: String?) -> FunctionCallRequest {
        var request = FunctionCallRequest(query: "a mint tea")
        request.history = [DialogueTurn(role: .user, content: "good morning")]
        request.context.locale = "en-GB"
        (request.judge, request.priority) = (judge, 4)
        return request
    }

    static func rate(_ book: JudgeBook, _ parameters: JSONObject, by judge: String?) async throws -> AnswerRate {
        try await book.rate(
            (.call, [FunctionCall(function: "tea", parameters: parameters)]), to: request(judge), functions: [tea],
            deadline: nil)
    }

    static let rated: [(parameters: JSONObject, judge: String?, right: Double)] = [
        (["leaf": "mint"], "rules", 0.5), (["leaf": "sage"], "rules", 0), ([:], "rules", 0), (["leaf": 5], "rules", 0),
        (["leaf": "mint"], "token", 0.8), (["leaf": "mint tea"], nil, 0.8), (["leaf": "sage"], "token", 0),
    ]
    @Test(arguments: rated) func aRateIsHowLikelyItIsRight(
        _ row: (parameters: JSONObject, judge: String?, right: Double)
    ) async throws {
        let generator = try ScriptedGenerator { prompt, request in
            #expect(prompt.contains("en-GB") && prompt.contains("good morning") && request.priority == 4)
            return .init(text: "1", probability: 0.8)
        }
        let book = JudgeBook(
            [
                "rules": .ready(Judge(name: "rules")),
                "token": .ready(try Judge(name: "token", byOneTokenOf: generator, adapter: nil)),
            ], standard: "token")
        let rate = try await Self.rate(book, row.parameters, by: row.judge)
        #expect(abs(rate.right - row.right) < 1e-6)
        let asks = row.right == 0.8
        #expect((rate.usage.promptTokens > 0) == asks && generator.prompts.count == (asks ? 1 : 0))
    }

    @Test func whoIsNotThereIsAFieldAtFault() async throws {
        let book = JudgeBook(["big": .unavailable(reason: "no adapter")], standard: "big")
        for name in ["nobody", "big", nil] {
            let error = #expect(throws: FieldError.self) { _ = try book.judge(of: Self.request(name)) }
            #expect(error?.path == "judge")
        }
        #expect(try JudgeBook(["a": .ready(Judge(name: "a"))], standard: "a").judge(of: Self.request(nil)) == "a")
    }
}
