import Digests
import Documents
import Foundation
import FunctionCalling
import Functions
import Grammar
import Inference
import ModelFiles
import Models
import Retrieval
import Synchronization
import TestSupport
import RetrievalTestSupport
import Testing

@Suite struct RetrievalPriorTests {
    /// The shortcut loses nothing: scoring only who could come out ahead finds the one who does among all.
    @Test func theBestOfAllIsTheBestOfTheContenders() throws {
        var random = SeededGenerator(7)
        var contested = 0, overruled = 0
        for _ in 0..<5000 {
            let count = Int.random(in: 2...6, using: &random)
            let raw = (0..<count).map { _ in Double.random(in: -12...0, using: &random) }
            let sum = log(raw.reduce(0) { $0 + exp($1) })
            let logprobs = raw.map { $0 - sum }
            let found = (0..<count).map { Candidate(name: "f\($0)", score: .random(in: -0.2...0.9, using: &random)) }
            let weight = Double.random(in: 0.1...20, using: &random)
            let prior = try #require(RetrievalPrior(found, weight: weight))
            let chosen = try #require(logprobs.indices.max { logprobs[$0] < logprobs[$1] })
            let best = try #require(
                logprobs.indices.max {
                    logprobs[$0] + weight * found[$0].score < logprobs[$1] + weight * found[$1].score
                })
            let bounds = logprobs.enumerated().map { ("f\($0)", $1 + .random(in: 0...2, using: &random)) }
            let contenders = prior.contenders(
                for: "f\(chosen)", probability: exp(logprobs[chosen]),
                bounds: Dictionary(uniqueKeysWithValues: bounds.filter { _ in Bool.random(using: &random) }))
            // Scores are known up to what all answers begin with.
            let scored = logprobs.indices.filter { $0 == chosen || contenders.contains("f\($0)") }
                .map { ("f\($0)", logprobs[$0] - 3) }
            let overruling = prior.overruling(
                "f\(chosen)", probability: exp(logprobs[chosen]), logprobs: Dictionary(uniqueKeysWithValues: scored))
            #expect(overruling?.name == (best == chosen ? nil : "f\(best)"))
            if let overruling {
                overruled += 1
                #expect(abs(overruling.logprob - logprobs[best]) < 1e-9 && (0...1).contains(overruling.probability))
            }
            contested += contenders.isEmpty ? 0 : 1
        }
        #expect(overruled > 500 && contested > overruled && contested < 4500)
    }

    /// A name is at most as likely as its beginning, whoever else begins so; behind what all names begin with, as well.
    @Test func aNameIsNoLikelierThanItsFirstToken() throws {
        let tokenizer = try ScriptedGenerator { _ in "" }.tokenizer
        func bounds(_ text: String, chosenAt place: Int, _ others: [(String, Double)]) -> [String: Double] {
            let tokens = text.utf8.enumerated().map { offset, byte in
                GeneratedToken(
                    id: Int32(byte), bytes: [byte], logprob: 0, isForced: offset != place,
                    alternatives: offset != place
                        ? [] : others.map { .init(id: Int32($0.0.utf8.first ?? 0), logprob: Float(log($0.1))) })
            }
            return NameTokens(tokens, tokenizer).bounds(of: ["ab", "ac", "b", "z"]).mapValues { exp($0) }
        }
        func isNear(_ found: [String: Double], _ wanted: [String: Double]) -> Bool {
            found.count == wanted.count && wanted.allSatisfy { abs((found[$0] ?? 9) - $1) < 1e-6 }
        }
        #expect(
            isNear(
                bounds(#"{"name": "ab""#, chosenAt: 10, [("a", 0.7), ("b", 0.2), ("c", 0.1)]),
                ["ab": 0.7, "ac": 0.7, "b": 0.2, "z": 0.1]))
        #expect(
            isNear(
                bounds(#"{"name": "ab""#, chosenAt: 11, [("b", 0.8), ("c", 0.15), ("q", 0.05)]),
                ["ab": 0.8, "ac": 0.15, "b": 0.05, "z": 0.05]))
        #expect(bounds(#"{"name": "ab""#, chosenAt: 2, [("n", 1)]) == [:])
    }

    /// Who is so sure is not overruled by any that retrieval puts ahead by 0.3 or less, and who is less sure may be.
    @Test(arguments: [0.5, 3, 15, 40.0]) func whoIsSureEnoughIsNotContested(weight: Double) throws {
        for doubt in [0.1, 0.25, 0.299, 0.301, 0.5].map({ exp(-$0 * weight) }) {
            for lead in [0, 0.15, 0.3] {
                let found = [Candidate(name: "own", score: 0.2), Candidate(name: "other", score: 0.2 + lead)]
                let prior = try #require(RetrievalPrior(found, weight: weight))
                let overruling = prior.overruling(
                    "own", probability: 1 - doubt, logprobs: ["own": log(1 - doubt), "other": log(doubt)])
                let isSure = RetrievalPrior.cannotChange(1 - doubt, weight: weight)
                #expect(isSure == (doubt < exp(-0.3 * weight)))
                // As much as the doubt itself is not counted.
                if isSure, doubt < 0.4 { #expect((overruling?.probability ?? 0) < 0.5 + doubt) }
            }
        }
    }

    @Test func nothingIsWeighedWithoutWeightOrChoice() {
        let one = [Candidate(name: "a", score: 1)]
        #expect(RetrievalPrior(one, weight: 15) == nil && RetrievalPrior(one + one, weight: 0) == nil)
    }

    /// The model writes a call of `bbbb` although the request is made of the other's letters, or refuses.
    private struct Scene {
        var weight = 15.0
        /// Logarithm of the probability of the other name.
        var likelihood: Float
        var tells = false
        /// It has an adapter for the pool, whose prompts show the names.
        var taught = false
        var refuses = false
        var encoder: any TextEncoder = LetterEncoder()
    }

    private static func run(
        _ scene: Scene
    ) async throws -> (result: FunctionCallResult, requests: [GenerationRequest], told: [CallProgress]) {
        let functions = ["aaaa", "bbbb"].map { text in
            FunctionDefinition(name: text, description: text, parameters: ["type": "object"])
        }
        let adapter = ServedAdapter(
            name: "own", lesson: AdapterLesson(layout: "names"), weights: LoRAWeights(fingerprint: Fingerprint(of: [1]))
        )
        let generator = try ScriptedGenerator(
            adapters: scene.taught ? [adapter] : [], likelihood: { $0.contains("aaaa") ? scene.likelihood : -0.05 }
        ) { request in
            if scene.refuses { return #"{"name": "no_appropriate_function"}"# }
            let offersAll = request.grammar.map { Matcher($0).takes(#"{"name": "bbbb"#) } ?? false
            return #"{"name": "\#(offersAll ? "bbbb" : "aaaa")", "arguments": {}}"#
        }
        var settings = PipelineSettings()
        settings.retrievalWeight = scene.weight
        let catalog = FunctionCatalog(pools: [
            try await .make(FunctionPool(name: "own", functions: functions), PoolIndexing(encoder: scene.encoder))
        ])
        catalog.store(ChoosingTests.always, for: "own")
        let pipeline = Pipeline(
            generator: generator, catalog: catalog, settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
        var request = FunctionCallRequest(query: "aaab")
        request.pool = "own"
        let told = Mutex<[CallProgress]>([])
        let listener: CallProgress.Listener = { progress in told.withLock { $0.append(progress) } }
        let result = try await pipeline.run(request, telling: scene.tells ? listener : nil)
        return (result, generator.requests, told.withLock { $0 })
    }

    @Test(arguments: [false, true]) func takesTheFunctionThatBothTogetherSpeakFor(tells: Bool) async throws {
        let (result, requests, told) = try await Self.run(Scene(likelihood: -3, tells: tells))
        #expect(result.calls.map(\.function) == ["aaaa"] && (0.9..<1.1).contains(result.choice?[.retrieved] ?? 0))
        #expect(requests.count == 4 && requests.count { !$0.scored.isEmpty } == 2)
        // Four letters and a quote at -0.01 each, and 2.95 less likely than that.
        #expect(abs((result.choice?[.name] ?? 0) - (-0.05 - 2.95)) < 1e-3)
        let prompts = requests.reduce(0) { $0 + ($1.scored.isEmpty ? $1.prompt.count : $1.scored.count) }
        #expect(result.usage.promptTokens == prompts)
        // What was overruled ends with its name; its stream told what was cached, whole answers here have nothing.
        #expect(result.usage.cachedTokens == 7)
        let written = [#"{"name": "bbbb""#, #"{"name": "aaaa", "arguments": {}}"#].map(\.utf8.count)
        #expect(result.usage.completionTokens == written.reduce(0, +))
        let calls = told.compactMap { progress in
            if case .call(let index, let function) = progress { "\(index) \(function)" } else { nil as String? }
        }
        #expect(calls == (tells ? ["0 aaaa"] : []))
    }

    @Test func theModelStandsWhereItIsSureEnough() async throws {
        let (result, requests, told) = try await Self.run(Scene(likelihood: -12, tells: true))
        #expect(result.calls.map(\.function) == ["bbbb"] && requests.count == 3)
        #expect(told.contains(.call(index: 0, function: "bbbb")))
        let (alone, asked, _) = try await Self.run(Scene(weight: 0, likelihood: -3))
        #expect(alone.calls.map(\.function) == ["bbbb"] && asked.count == 1)
    }

    /// Retrieval has its say in the name alone: the confidence is that of the name, and no features are weighed.
    @Test(arguments: [false, true]) func aTaughtModelsNameIsWeighedToo(tells: Bool) async throws {
        let (result, requests, _) = try await Self.run(Scene(likelihood: -3, tells: tells, taught: true))
        #expect(result.calls.map(\.function) == ["aaaa"] && result.choice == nil)
        #expect(requests.count == 4 && requests.allSatisfy { $0.adapter != nil })
        #expect((0.9..<1).contains(result.calls.first?.confidence ?? 0))
        let (sure, asked, _) = try await Self.run(Scene(likelihood: -12, tells: tells, taught: true))
        #expect(sure.calls.map(\.function) == ["bbbb"] && asked.count == 3)
        let (alone, once, _) = try await Self.run(Scene(weight: 0, likelihood: -3, tells: tells, taught: true))
        #expect(alone.calls.map(\.function) == ["bbbb"] && once.count == 1)
    }

    @Test func behindABusyEncoderTheModelsNameStands() async throws {
        let (result, requests, _) = try await Self.run(Scene(likelihood: -3, taught: true, encoder: BusyEncoder()))
        #expect(result.calls.map(\.function) == ["bbbb"] && requests.count == 1)
        await #expect(throws: EmbeddingError.self) {
            _ = try await Self.run(Scene(likelihood: -3, encoder: BusyEncoder()))
        }
    }

    /// It was taught when to refuse: whom retrieval found is not asked for all the same.
    @Test func aTaughtModelsRefusalStands() async throws {
        let (result, requests, _) = try await Self.run(Scene(likelihood: -0.1, taught: true, refuses: true))
        #expect(result.outcome == .noAppropriateFunction && result.calls.isEmpty && requests.count == 1)
    }
}

/// Takes functions, and no query.
private struct BusyEncoder: TextEncoder {
    let dimensions = 26, identity = "busy"

    func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        if kind == .query { throw EmbeddingError.overloaded(waitingTokens: 9, retryAfterSeconds: 1) }
        return try await LetterEncoder().encode(texts, kind: kind)
    }
}

extension Matcher {
    fileprivate func takes(_ text: String) -> Bool {
        var matcher = self
        return text.utf8.allSatisfy { matcher.accept(Int32($0)) }
    }
}
