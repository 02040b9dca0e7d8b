import Inference
import Documents
import TestSupport
import Testing

/// Grammars inside the engine: forced tokens, limits, counts.
@Suite struct EngineGrammarTests {
    private static let schemas = [
        #"{"const": "a text that nothing can change"}"#,
        #"{"type": "integer"}"#,
        #"{"enum": ["kitchen", "kitchenette", "hall"]}"#,
        #"{"type": "object", "properties": {"room": {"enum": ["kitchen", "hall"]}, "on": {"type": "boolean"}}, "required": ["room", "on"]}"#,
        #"{"type": "object", "properties": {"a": {"type": "string", "maxLength": 6}, "b": {"type": "integer"}}, "required": ["a"]}"#,
        #"{"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 2, "maxItems": 4, "uniqueItems": true}"#,
    ]

    private func requests(_ engine: Engine) async throws -> [GenerationRequest] {
        var requests: [GenerationRequest] = []
        for (index, schema) in Self.schemas.enumerated() {
            for seed in 0..<6 {
                var request = GenerationRequest(prompt: [Int32(index), Int32(seed), 5], maxTokens: 60)
                request.grammar = try await engine.compile(JSONValue(parsing: schema))
                if seed > 0 { (request.sampling.temperature, request.sampling.seed) = (1, UInt64(seed)) }
                if seed == 4 { request.stop = ["kit", "2"] }
                if seed == 5 { request.minTokens = 5 }
                requests.append(request)
            }
        }
        return requests
    }

    @Test("law: forcing tokens does not change an answer")
    func jumps() async throws {
        var answers: [[Generation]] = []
        for jumpsForward in [true, false] {
            let engine = try EnginePropertyTests.engine(
                blocks: 200, blockSize: 4, batch: 16, jumpsForward: jumpsForward)
            var generations: [Generation] = []
            for request in try await requests(engine) { generations.append(try await engine.generate(request)) }
            answers.append(generations)
            engine.stop()
        }
        for (jumping, plain) in zip(answers[0], answers[1]) {
            #expect(jumping.tokens.map(\.id) == plain.tokens.map(\.id))
            #expect(jumping.text == plain.text)
            #expect(jumping.finish == plain.finish)
        }
    }

    @Test func noMorePromptTokensAreCachedThanThereAre() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        var request = GenerationRequest(prompt: [1, 2, 3, 4, 5], maxTokens: 60)
        request.grammar = try await engine.compile(
            JSONValue(
                parsing:
                    #"{"type": "object", "properties": {"temperature": {"type": "boolean"}}, "required": ["temperature"]}"#
            ))
        let cold = try await engine.generate(request)
        let warm = try await engine.generate(request)
        #expect(cold.usage.cachedTokens == 0)
        #expect(warm.usage.cachedTokens == 5)
        #expect(warm.tokens.map(\.id) == cold.tokens.map(\.id))
        engine.stop()
    }

    @Test func aStopTextEndsAnAnswerBeforeItIsWhole() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        var request = GenerationRequest(prompt: [1], maxTokens: 60)
        request.grammar = try await engine.compile(JSONValue(parsing: Self.schemas[0]))
        request.stop = ["nothing"]
        let generation = try await engine.generate(request)
        #expect(generation.text == "\"a text that ")
        #expect(generation.finish == .stop)
        engine.stop()
    }

    @Test func anAnswerIsAsLongAsAskedWhereItsGrammarAllows() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        var request = GenerationRequest(prompt: [1], maxTokens: 12)
        request.grammar = try await engine.compile(JSONValue(parsing: #"{"type": "string"}"#))
        request.minTokens = 8
        #expect(try await engine.generate(request).tokens.count >= 8)
        request.grammar = try await engine.compile(JSONValue(parsing: #"{"enum": ["ab"]}"#))
        #expect(try await engine.generate(request).text == "\"ab\"")
        engine.stop()
    }
}
