import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Synchronization
import Testing

/// The best of several answers: which one, by what draws, and what it takes.
@Suite struct BestTests {
    /// Rates answers by the number in them, and takes note of what it was asked.
    final class NumberRater: AnswerRating {
        struct Unknown: Error {}
        let rates: [Int: Double]
        private let asked = Mutex<[(value: Int?, request: FunctionCallRequest, functions: [String])]>([])

        init(_ rates: [Int: Double]) { self.rates = rates }

        var requests: [(value: Int?, request: FunctionCallRequest, functions: [String])] { asked.withLock { $0 } }

        func judge(of request: FunctionCallRequest) throws -> String {
            guard request.judge != "nobody" else { throw Unknown() }
            return request.judge ?? "standard"
        }

        func rate(
            _ answer: (outcome: Outcome, calls: [FunctionCall]), to request: FunctionCallRequest,
            functions: [FunctionDefinition], deadline: ContinuousClock.Instant?
        ) async throws -> AnswerRate {
            let value = answer.calls.first?.parameters["level"]?.intValue
            asked.withLock { $0.append((value, request, functions.map(\.name))) }
            var usage = Usage()
            (usage.promptTokens, usage.completionTokens) = (1000, 1)
            return AnswerRate(right: value.flatMap { rates[$0] } ?? 0.01, usage: usage)
        }
    }

    /// Answers the first question with the first of the numbers, a draw with the one at its seed; 0: it refuses.
    static func generator(_ numbers: [Int]) throws -> ScriptedGenerator {
        try ScriptedGenerator { request in
            let number = numbers[request.sampling.temperature == 0 ? 0 : Int(request.sampling.seed ?? 0) % 10]
            return number == 0
                ? #"{"name": "request_unclear"}"# : #"{"name": "dim", "arguments": {"level": \#(number)}}"#
        }
    }

    static let dim: JSONValue = [
        "name": "dim", "description": "Dim the light.",
        "parameters": ["type": "object", "properties": ["level": ["type": "integer"]], "required": ["level"]],
    ]

    static func request(_ n: Int, _ more: JSONObject = [:]) throws -> FunctionCallRequest {
        var body: JSONObject = ["query": "dim the light", "functions": [dim], "n": .integer(n)]
        body.merge(more) { $1 }
        return try FunctionCallRequest(json: .object(body))
    }

    static func pipeline(_ generator: ScriptedGenerator, _ rater: (any AnswerRating)?) throws -> Pipeline {
        var pipeline = try SmartHome.pipeline(generator)
        pipeline.rater = rater
        return pipeline
    }

    static let choices: [(numbers: [Int], rates: [Int: Double], chosen: Int?, different: Int, times: Int)] = [
        ([5, 6, 7], [5: 0.2, 6: 0.9, 7: 0.3], 6, 3, 1),
        ([5, 6, 6], [5: 0.9, 6: 0.3], 5, 2, 1),  // The judge comes before the majority,
        ([5, 6, 6], [5: 0.5, 6: 0.5], 6, 2, 2),  // which decides where it does not,
        ([5, 6, 7], [5: 0.5, 6: 0.5, 7: 0.5], 5, 3, 1),  // and else the answer that would be given alone.
        ([5, 5, 5], [5: 0.4], 5, 1, 3), ([0, 6, 7], [6: 0.02, 7: 0.8], 7, 3, 1), ([5, 0, 0], [5: 0], nil, 2, 2),
    ]
    @Test(arguments: choices) func theLikeliestIsGiven(
        _ row: (numbers: [Int], rates: [Int: Double], chosen: Int?, different: Int, times: Int)
    ) async throws {
        let rater = NumberRater(row.rates)
        let result = try await Self.pipeline(Self.generator(row.numbers), rater).run(Self.request(row.numbers.count))
        #expect(result.calls.first?.parameters["level"] == row.chosen.map { .integer($0) })
        #expect(result.outcome == (row.chosen == nil ? .requestUnclear : .call))
        let best = try #require(result.best)
        #expect((best.made, best.different, best.times) == (row.numbers.count, row.different, row.times))
        #expect(best.judge == "standard" && best.right == row.chosen.map { row.rates[$0] ?? 0 } ?? 0.01)
        // Equal answers are judged once.
        #expect(rater.requests.count == row.different && rater.requests.allSatisfy { $0.functions == ["dim"] })
    }

    @Test func theFirstIsTheOneGivenAloneAndOthersAreDrawn() async throws {
        let generator = try Self.generator([5, 6, 7, 8])
        let pipeline = try Self.pipeline(generator, NumberRater([8: 1]))
        let result = try await pipeline.run(Self.request(4, ["temperature": 1.25, "judge": "strict"]))
        let first = try #require(generator.requests.first)
        #expect(first.sampling.temperature == 0 && first.sampling.seed == nil)
        let others = generator.requests.dropFirst().map(\.sampling)
        #expect(others.allSatisfy { $0.temperature == 1.25 } && Set(others.map(\.seed)) == [1, 2, 3])
        #expect(generator.requests.allSatisfy { $0.prompt == first.prompt })
        #expect(result.best?.judge == "strict" && result.calls.first?.parameters["level"] == 8)

        let seeded = try Self.generator([5, 6, 7, 8])
        _ = try await Self.pipeline(seeded, NumberRater([:])).run(Self.request(3, ["seed": 40]))
        #expect(Set(seeded.requests.map(\.sampling.seed)) == [40, 41, 42])
        #expect(seeded.requests.map(\.sampling.temperature) == [0, 0.8, 0.8])
        // The largest seed there is has followers, too.
        let last = try Self.generator([5, 6, 7, 8])
        _ = try await Self.pipeline(last, NumberRater([:])).run(Self.request(3, ["seed": .integer(.max)]))
        #expect(Set(last.requests.map(\.sampling.seed)) == [UInt64(Int.max), 0, 1])
    }

    @Test func theUsageIsOfAll() async throws {
        let one = try await Self.pipeline(Self.generator([5]), nil).run(Self.request(1))
        let best = try await Self.pipeline(Self.generator([5, 6, 6]), NumberRater([:])).run(Self.request(3))
        #expect(best.usage.promptTokens == 3 * one.usage.promptTokens + 2 * 1000)
        #expect(best.usage.completionTokens == 3 * one.usage.completionTokens + 2)
        let json = best.json["best_of"]
        #expect(
            json?.objectValue?.keys.elements == [
                "n", "different", "times", "judge", "right", "judge_usage", "judge_ms",
            ])
        #expect(json?["judge_usage"]?["prompt_tokens"] == 2000 && json?["times"] == 2 && one.json["best_of"] == nil)
    }

    @Test func onlyCandidatesAreTold() async throws {
        let told = Mutex<[CallProgress]>([])
        let result = try await Self.pipeline(Self.generator([5, 6, 7]), NumberRater([7: 1]))
            .run(Self.request(3, ["stream": true])) { progress in told.withLock { $0.append(progress) } }
        #expect(told.withLock { $0.map(\.name) } == ["candidates"] && result.calls.first?.parameters["level"] == 7)
    }

    @Test func theJudgeIsToldWhoAsks() async throws {
        let rater = NumberRater([:])
        let pipeline = try Self.pipeline(Self.generator([5, 6]), rater)
        _ = try await pipeline.run(Self.request(2, ["priority": 7, "context": ["locale": "de-DE"]]))
        #expect(rater.requests.allSatisfy { $0.request.priority == 7 && $0.request.context.locale == "de-DE" })
        #expect(Set(rater.requests.map(\.value)) == [5, 6])
    }

    @Test func nobodyThereIsAFaultBeforeAnythingIsComputed() async throws {
        let generator = try Self.generator([5, 6])
        let error = await #expect(throws: FunctionCallError.self) {
            _ = try await Self.pipeline(generator, nil).run(Self.request(2))
        }
        #expect(error?.param == "n" && error?.isCallersFault == true)
        await #expect(throws: NumberRater.Unknown.self) {
            _ = try await Self.pipeline(generator, NumberRater([:])).run(Self.request(2, ["judge": "nobody"]))
        }
        #expect(generator.requests.isEmpty)
        let alone = try await Self.pipeline(generator, nil).run(Self.request(1))
        #expect(alone.calls.first?.parameters["level"] == 5 && alone.best == nil)
    }

    static let contexts: [(given: JSONValue, json: JSONValue)] = [
        ([:], [:]), (["locale": "de-DE", "state": ["room": "hall"]], ["locale": "de-DE", "state": ["room": "hall"]]),
        (["time": "2026-11-24T07:30:20+08:00"], ["time": "2026-11-24T07:30+08:00"]),
        (["time": "2026-11-24T07:30:00-03:30"], ["time": "2026-11-24T07:30-03:30"]),
        (["time": "2026-11-24T07:30:00"], ["time": "2026-11-24T07:30"]),
        (
            ["time": "2026-11-24T07:30:00Z", "timezone": "Asia/Shanghai"],
            ["time": "2026-11-24T15:30", "timezone": "Asia/Shanghai"]
        ),
    ]
    @Test(arguments: contexts) func aContextGoesOnAsItCame(_ row: (given: JSONValue, json: JSONValue)) throws {
        let request = try FunctionCallRequest(json: ["query": "a", "context": row.given])
        #expect(.object(request.context.json) == row.json)
        let again = try FunctionCallRequest(json: ["query": "a", "context": row.json])
        #expect(again.context.json == request.context.json)
    }
}
