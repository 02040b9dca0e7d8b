import Documents
import Foundation
import FunctionCalling
import Functions
import InferenceTestSupport
import Teaching
import Testing

@Suite struct ExactCallsTests {
    private static let tea = FunctionDefinition(
        name: "tea", description: "Brew tea.",
        parameters: [
            "type": "object", "properties": ["leaf": ["type": "string"], "cups": ["type": "integer"]],
            "required": ["leaf"],
        ])

    /// What is asked, what the model says, whether that is right.
    static let table: [(sample: String, answer: String, isRight: Bool)] = [
        (
            #"{"query": "mint tea", "expected": [{"function": "tea", "parameters": {"leaf": "mint"}}]}"#,
            #"{"name": "tea", "arguments": {"leaf": "mint"}}"#, true
        ),
        (
            #"{"query": "mint tea", "expected": [{"function": "tea", "parameters": {"leaf": "mint"}}]}"#,
            #"{"name": "tea", "arguments": {"leaf": "green"}}"#, false
        ),
        (
            #"{"query": "two mint teas", "expected": [{"function": "tea", "parameters": {"leaf": "mint", "cups": 2}}]}"#,
            #"{"name": "tea", "arguments": {"leaf": "mint"}}"#, false
        ),
        (
            #"{"query": "sing", "expected": [], "outcome": "no_appropriate_function"}"#,
            #"{"name": "request_unclear"}"#, false
        ),
        (#"{"query": "make it", "expected": [], "outcome": "request_unclear"}"#, #"{"name": "request_unclear"}"#, true),
        (
            #"{"query": "sing", "expected": [], "outcome": "no_appropriate_function"}"#,
            #"{"name": "tea", "arguments": {"leaf": "song"}}"#, false
        ),
    ]

    private static func pipeline(_ answer: @escaping @Sendable (String) -> String) throws -> Pipeline {
        let pool = try FunctionPool(name: "kitchen", functions: [tea])
        var settings = PipelineSettings()
        (settings.choosing, settings.defaultPool, settings.defaultRetriever) = (.greedy, "kitchen", .all)
        settings.rules = []
        return try Pipeline(
            generator: ScriptedGenerator { prompt, _ in .init(text: answer(prompt)) },
            catalog: FunctionCatalog(pools: [IndexedPool(pool)]), settings: settings)
    }

    @Test(arguments: table.indices) func oneAtATime(_ index: Int) async throws {
        let (sample, answer, isRight) = Self.table[index]
        let exact = ExactCalls([try TaughtRequest(json: JSONValue(parsing: sample))], functions: [Self.tea])
        let count = try await exact.count(of: Self.pipeline { _ in answer })
        #expect(count == .init(right: isRight ? 1 : 0, answers: 1))
    }

    @Test("all of them, however many at the same time", arguments: [1, 4, 100]) func counts(inFlight: Int) async throws
    {
        let requests = try (0..<30).map { number in
            let leaf = number % 3 == 0 ? "mint" : "green"
            return try TaughtRequest(
                json: JSONValue(
                    parsing:
                        #"{"query": "tea \#(number)", "expected": [{"function": "tea", "parameters": {"leaf": "\#(leaf)"}}]}"#
                ))
        }
        let exact = ExactCalls(requests, functions: [Self.tea], inFlight: inFlight)
        let count = try await exact.count(of: Self.pipeline { _ in #"{"name": "tea", "arguments": {"leaf": "mint"}}"# })
        #expect(count == .init(right: 10, answers: 30) && abs(count.share - 1.0 / 3) < 1e-12)
        #expect(ExactCalls.Count(right: 0, answers: 0).share == 0)
    }
}
