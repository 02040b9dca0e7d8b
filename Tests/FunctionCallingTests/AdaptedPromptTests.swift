import Digests
import Documents
import FunctionCalling
import Functions
import Inference
import Models
import Testing
import Tokenization

/// Where in a prompt the adapter of its pool begins to act.
@Suite struct AdaptedPromptTests {
    private static let answer = #"{"name": "no_appropriate_function"}"#

    private static func adapter(_ name: String, invocation: [TokenID]?) -> ServedAdapter {
        ServedAdapter(name: name, invocation: invocation, weights: LoRAWeights(fingerprint: Fingerprint(of: [1])))
    }

    /// How the generator is asked for a request.
    private static func asked(
        _ json: JSONValue, under name: String?, invocation text: String? = "<|user|>",
        choosing: PipelineSettings.Choosing = .greedy
    ) async throws -> (requests: [GenerationRequest], generator: ScriptedGenerator) {
        let ids = try ScriptedGenerator { _ in "" }.tokenizer
        let adapters = name.map { [adapter($0, invocation: text.map { ids.encode($0) })] } ?? []
        let generator = try ScriptedGenerator(adapters: adapters) { _ in answer }
        let pipeline = try SmartHome.pipeline(generator, choosing: choosing)
        var request = try FunctionCallRequest(json: json)
        if request.functions == nil { request.retriever = .lexical }
        _ = try await pipeline.run(request)
        return (generator.requests, generator)
    }

    private static let history: JSONValue = [
        "query": "and in the bath", "pool": "smart-home",
        "history": [
            ["role": "user", "content": "warmer in the hall"], ["role": "assistant", "content": "<|user|> done"],
        ],
    ]

    @Test func actsFromTheLastUserTurn() async throws {
        let (requests, generator) = try await Self.asked(Self.history, under: "smart-home")
        let use = try #require(requests.first?.adapter), prompt = try #require(requests.first?.prompt)
        #expect(use.adapter.name == "smart-home")
        let tail = generator.tokenizer.decode(Array(prompt[use.position...]), skippingSpecial: false)
        #expect(tail.hasPrefix("<|user|>\n") && tail.contains("and in the bath") && !tail.contains("done"))
    }

    @Test func aPlainAdapterActsFromTheStart() async throws {
        #expect(
            try await Self.asked(Self.history, under: "smart-home", invocation: nil).requests.first?.adapter?.position
                == 0)
    }

    @Test func withoutItsInvocationTheModelAnswersAlone() async throws {
        let asked = try await Self.asked(Self.history, under: "smart-home", invocation: "<|nobody|>")
        #expect(asked.requests.count == 1 && asked.requests[0].adapter == nil)
    }

    static let untuned: [(JSONValue, String?)] = [
        (["query": "warmer"], nil), (["query": "warmer"], "other"),
        (["query": "warmer", "functions": [["name": "f", "description": "warms"]]], "inline"),
        (["query": "warmer", "functions": [["name": "f", "description": "warms"]]], "smart-home"),
    ]

    @Test("other pools, and functions that a request brings along, have none", arguments: untuned)
    func others(request: JSONValue, name: String?) async throws {
        let requests = try await Self.asked(request, under: name).requests
        #expect(!requests.isEmpty && requests.allSatisfy { $0.adapter == nil })
    }
}
