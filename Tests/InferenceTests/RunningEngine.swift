import Documents
import Foundation
import Grammar
import Inference
import Judging
import Kernels
import ModelFiles
import Models
import TestSupport
import Testing
import Tokenization

/// Engines on the real model; its weights are packed once for all tests, to 8 and to 4 bits.
enum RunningEngine {
    static let isHere: ConditionTrait = .enabled(
        if: TestFiles.model != nil && isOptimised, "the model is missing (make model), or this is a debug build")

    private static var isOptimised: Bool {
        var isDebug = false
        assert({ isDebug = true }() == ())
        return !isDebug
    }

    private static let pool = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
    private static let bytes = Result { try load(.w8a8) }, nibbles = Result { try load(.w4a8) }

    private static func load(_ format: WeightFormat) throws -> Qwen2Weights {
        try Qwen2Weights(ModelFile.open(path: try #require(TestFiles.model)), format: format, on: pool)
    }

    /// - Parameter format: `w8a8` or `w4a8`.
    static func make(
        _ format: WeightFormat = .w8a8, blocks: Int = 1024, _ change: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> Engine {
        let weights = try (format == .w4a8 ? nibbles : bytes).get()
        let shape = try weights.cacheShape()
        var configuration = EngineConfiguration(kvBlocks: blocks)
        configuration.blockSize = shape.blockSize
        change(&configuration)
        let cache = Handover(value: try KVCache(shape: shape, blocks: blocks))
        let pool = pool
        return try Engine(
            modelName: "test", tokenizer: try #require(ModelVocabulary.tokenizer),
            vocabulary: try #require(ModelVocabulary.shared), contextLength: weights.description.contextLength,
            configuration: configuration
        ) {
            Qwen2Decoder(weights: weights, cache: cache.value, on: pool)
        }
    }

    /// Given to the engine's thread, which alone uses it from then on.
    private struct Handover: @unchecked Sendable {
        let value: KVCache
    }
}

/// Requests of every kind, from a seed.
struct VariedRequests {
    private static let stems = [
        "You are the voice of a small house. Answer in JSON and be brief. The rooms are: kitchen, hall, bedroom, office, "
            + "bathroom, garden. The devices are: lamp, blind, radiator, fan, door, speaker. ",
        "The following is a list of cities with a sentence about each. Oslo lies at the end of a fjord. Lyon has two rivers. "
            + "Kyoto has more temples than streets. ", "def ", "",
    ]
    private static let tails = [
        "Turn off the lamp in the hall", "Open the blind", "It is too cold in the office", "fibonacci(n):\n", "把客厅的灯打开",
        "Tell me about Bergen", "1, 2, 3,", "{\"room\": \"", "What is the time",
        "Play jazz in the garden, not too loud",
    ]
    private static let schemas = [
        #"{"type": "object", "properties": {"room": {"enum": ["kitchen", "hall", "bedroom"]}, "on": {"type": "boolean"}}, "required": ["room", "on"]}"#,
        #"{"type": "object", "properties": {"city": {"type": "string", "maxLength": 12}, "days": {"type": "integer", "minimum": 1, "maximum": 14}}, "required": ["city"]}"#,
        #"{"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}"#,
        #"{"enum": ["request_unclear", "no_appropriate_function", "call"]}"#,
        #"{"type": "string", "pattern": "^[A-Z][a-z]{2,8}$"}"#,
    ]

    private var random: SeededGenerator
    private let engine: Engine
    private var grammars: [CompiledGrammar] = []

    /// - Parameter engine: whose tokeniser and grammars the requests use; any engine answers them.
    init(seed: UInt64, engine: Engine) async throws {
        random = SeededGenerator(seed)
        self.engine = engine
        for schema in Self.schemas { grammars.append(try await engine.compile(JSONValue(parsing: schema))) }
    }

    mutating func next() -> GenerationRequest {
        let stem = Self.stems.randomElement(using: &random) ?? ""
        let tails = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            Self.tails.randomElement(using: &random) ?? ""
        }
        var request = GenerationRequest(
            prompt: engine.tokenizer.encode(stem + tails.joined(separator: ". ")),
            maxTokens: Int.random(in: 1...12, using: &random))
        if Bool.random(using: &random) {
            request.grammar = grammars.randomElement(using: &random)
            request.maxTokens += 24
        }
        if Bool.random(using: &random) {
            request.sampling.seed = random.next()
            request.sampling.temperature = .random(in: 0.3...1.5, using: &random)
            request.sampling.topK = [0, 0, 5, 40].randomElement(using: &random) ?? 0
            request.sampling.topP = [1, 1, 0.9, 0.5].randomElement(using: &random) ?? 1
            request.sampling.minP = [0, 0, 0.05].randomElement(using: &random) ?? 0
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            request.sampling.repetitionPenalty = 1.2
            request.sampling.frequencyPenalty = 0.5
            request.sampling.logitBias = [13: -100, 11: 2]
        }
        if Int.random(in: 0..<4, using: &random) == 0 { request.stop = [".", "\n", "all", "\": "] }
        if Int.random(in: 0..<3, using: &random) == 0 { request.topLogprobs = .random(in: 0...5, using: &random) }
        if Int.random(in: 0..<4, using: &random) == 0 { request.minTokens = .random(in: 1...6, using: &random) }
        request.priority = .random(in: 0...9, using: &random)
        request.cacheSalt = .random(in: 0...1, using: &random)
        return request
    }

    mutating func next(_ count: Int) -> [GenerationRequest] { (0..<count).map { _ in next() } }
}

/// What must not depend on the company: everything but times and cache hits.
struct Answer: Hashable, Sendable {
    let tokens: [GeneratedToken]
    let text: String
    let finish: FinishReason

    init(_ generation: Generation) { (tokens, text, finish) = (generation.tokens, generation.text, generation.finish) }
}

extension Engine {
    /// Answers in the order of the requests, at most `atOnce` at the same time.
    func answers(to requests: [GenerationRequest], atOnce: Int) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            var answers: [Answer?] = Array(repeating: nil, count: requests.count)
            for (index, request) in requests.enumerated() {
                if index >= atOnce, let done = try await group.next() { answers[done.0] = done.1 }
                group.addTask { (index, Answer(try await self.generate(request))) }
            }
            for try await done in group { answers[done.0] = done.1 }
            return answers.compactMap { $0 }
        }
    }
}
