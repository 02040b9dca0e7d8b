import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Synchronization
import Testing

@Suite struct StreamedCallTests {
    static let two = #"""
        [{"name": "light_turn_off", "arguments": {"room": "kitchen"}}, {"name": "timer_start", "arguments": {"duration": "PT10M"}}]
        """#

    /// What was told, in order, and the result.
    private static func run(
        _ json: JSONValue, choosing: PipelineSettings.Choosing = .greedy, answers: [String]
    ) async throws -> (told: [CallProgress], result: FunctionCallResult) {
        let next = Mutex(0), told = Mutex<[CallProgress]>([])
        let generator = try ScriptedGenerator { _ in
            next.withLock { index in
                defer { index += 1 }
                return answers[min(index, answers.count - 1)]
            }
        }
        let pipeline = try SmartHome.pipeline(generator, choosing: choosing)
        let result = try await pipeline.run(FunctionCallRequest(json: json)) { progress in
            told.withLock { $0.append(progress) }
        }
        return (told.withLock { $0 }, result)
    }

    /// The calls that the deltas add up to.
    private static func calls(_ told: [CallProgress]) throws -> [FunctionCall] {
        var calls: [(function: String, text: String)] = []
        for progress in told {
            switch progress {
            case .candidates: #expect(calls.isEmpty)
            case .call(let index, let function):
                #expect(index == calls.count)
                calls.append((function, ""))
            case .parameters(let index, let text): calls[index].text += text
            }
        }
        return try calls.map {
            FunctionCall(function: $0.function, parameters: try JSONValue(parsing: $0.text).objectValue ?? [:])
        }
    }

    @Test func candidatesComeFirstThenTheCall() async throws {
        let (told, result) = try await Self.run(
            ["query": "warmer by 1 in the bedroom", "stream": true], answers: [PipelineTests.warmer])
        guard case .candidates(let shown)? = told.first else {
            Issue.record("\(told)")
            return
        }
        #expect(shown.id == result.id && shown.candidates.count == 10 && shown.explanation == nil)
        #expect(told.count > 10, "a token a byte: the parameters come in pieces")
        #expect(try Self.calls(told).map(\.parameters) == result.calls.map(\.parameters))
        #expect(told.first?.name == "candidates" && told.last?.name == "delta")
        #expect(told.first?.json["candidates"]?.arrayValue?.first?["rank"] == 1)
        #expect(told[1].json == ["index": 0, "function": "climate_adjust_temperature"])
    }

    @Test func explanationComesWithTheCandidates() async throws {
        let (told, result) = try await Self.run(
            ["query": "warmer", "stream": true, "explain": true], answers: [PipelineTests.warmer])
        #expect(told[0].json["prompt"] == result.json["explain"]?["prompt"])
        #expect(told[0].json["knowledge"] == [] && result.explanation?.tokens.isEmpty == false)
    }

    static let names: JSONValue = ["light_turn_off", "timer_start"]
    static let functions: JSONValue = .array(
        (names.arrayValue ?? []).map { name in
            [
                "name": name, "description": "x",
                "parameters": [
                    "type": "object", "properties": ["room": ["type": "string"], "duration": ["type": "string"]],
                ],
            ]
        })

    @Test func severalCallsInOneStream() async throws {
        let (told, result) = try await Self.run(
            ["query": "kitchen lights off and ten minutes", "functions": Self.functions, "max_calls": 3],
            answers: [Self.two])
        #expect(result.calls.map(\.function) == ["light_turn_off", "timer_start"])
        #expect(try Self.calls(told).map(\.function) == result.calls.map(\.function))
        #expect(try Self.calls(told).map(\.parameters) == result.calls.map(\.parameters))
    }

    @Test(arguments: Outcome.reservedNames.sorted())
    func otherOutcomesAreNotTold(name: String) async throws {
        let (told, result) = try await Self.run(["query": "hm"], answers: [#"{"name": "\#(name)"}"#])
        #expect(told.count == 1 && result.outcome.rawValue == name)
    }

    /// Where the model refuses, it is asked for the call all the same; only that one is told.
    @Test func theCallThatIsAskedForAgainIsToldOnce() async throws {
        let (told, _) = try await Self.run(
            ["query": "a bit warmer in the bedroom"], choosing: .calibrated,
            answers: [#"{"name": "no_appropriate_function"}"#, PipelineTests.warmer])
        #expect(try Self.calls(told).map(\.function) == ["climate_adjust_temperature"])
    }

    @Test func withoutCandidatesTheEventIsEmpty() async throws {
        let (told, result) = try await Self.run(["query": "hm", "min_score": 1e6], answers: [""])
        #expect(told.map(\.json) == [["id": .string(result.id), "candidates": []]])
    }

    @Test func whatIsAtFaultBeforehandIsNotAnEvent() async throws {
        let told = Mutex(0)
        let pipeline = try SmartHome.pipeline(ScriptedGenerator(contextLength: 700) { _ in "" })
        await #expect(throws: FunctionCallError.self) {
            try await pipeline.run(FunctionCallRequest(query: "warmer")) { _ in told.withLock { $0 += 1 } }
        }
        #expect(told.withLock { $0 } == 0)
    }
}
