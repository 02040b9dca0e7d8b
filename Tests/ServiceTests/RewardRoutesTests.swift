import Documents
import Service
import ServiceTestSupport
import Testing

/// `POST /v1/reward`, and `POST /get_reward` in the forms of two trainers.
@Suite struct RewardRoutesTests {
    private static let right =
        #"<think>lights_off</think><answer>{\"function\": \"lights_off\", \"parameters\": {}}</answer>"#

    @Test func rewardsABatch() async throws {
        let server = try await TinyServer()
        let answer = try await server.ask(
            "POST", "/v1/reward",
            body: #"""
                {"pool": "tiny", "samples": [
                  {"response": "\#(Self.right)", "reference": {"outcome": "call", "expected": [{"function": "lights_off"}]}},
                  {"response": "hm", "label": "[{\"function\": \"lights_off\"}]"},
                  {"prompt": "p: ", "response": "p: \#(Self.right)", "functions": [{"name": "g"}], "label": null}]}
                """#)
        #expect(answer.status == 200 && answer.json["reward"] == "paper", "\(answer.text)")
        let results = answer.json["results"]?.arrayValue ?? []
        #expect(results.map { $0["reward"]?.doubleValue } == [3, -2, -2], "\(answer.text)")
        #expect(results.map { $0["score"]?.intValue } == [1, 0, 0])
        #expect(results.first?["parts"]?["format"]?.doubleValue == 1)
        await server.running.stop()
    }

    @Test func answersOpenRLHF() async throws {
        let server = try await TinyServer()
        let label = #"{\"function\": \"lights_off\", \"parameters\": {}}"#
        let one = try await server.ask(
            "POST", "/get_reward",
            body:
                #"{"query": ["turn it off\#(Self.right)"], "prompts": ["turn it off"], "labels": ["\#(label)"], "more": 1}"#
        )
        #expect(one.status == 200, "\(one.text)")
        #expect(one.json["rewards"]?.arrayValue?.map(\.doubleValue) == [3])
        #expect(one.json["scores"]?.arrayValue?.map(\.doubleValue) == [1])
        #expect(one.json["extra_logs"]?["answer"]?.arrayValue?.map(\.doubleValue) == [2])
        let odd = try await server.ask(
            "POST", "/get_reward?reward=rlla&pool=tiny", body: #"{"query": ["", "x", "y"], "labels": [5, {"a": []}]}"#)
        #expect(odd.status == 200 && odd.json["rewards"]?.arrayValue?.count == 3, "\(odd.text)")
        let empty = try await server.ask("POST", "/get_reward", body: #"{"query": []}"#)
        #expect(empty.status == 200 && empty.json["rewards"]?.arrayValue?.isEmpty == true, "\(empty.text)")
        await server.running.stop()
    }

    @Test func answersLLaMAFactory() async throws {
        let server = try await TinyServer()
        let answer = try await server.ask(
            "POST", "/get_reward?pool=tiny", body: #"{"model": "model", "messages": ["\#(Self.right)", "no"]}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["scores"]?.arrayValue?.map(\.doubleValue) == [1, -2])
        await server.running.stop()
    }

    static let own: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "samples"), (#"{"samples": []}"#, 400, "invalid_value", "samples"),
        (#"{"samples": 5}"#, 400, "wrong_type", "samples"), (#"{"samples": [5]}"#, 400, "wrong_type", "samples[0]"),
        (#"{"samples": [{}]}"#, 400, "missing_field", "samples[0].response"),
        (#"{"samples": [{"response": 5}]}"#, 400, "wrong_type", "samples[0].response"),
        (#"{"samples": [{"response": "a", "x": 1}]}"#, 400, "unknown_field", "samples[0].x"),
        (#"{"samples": [{"response": "a"}], "reward": "best"}"#, 400, "invalid_value", "reward"),
        (#"{"samples": [{"response": "a"}], "pool": "nowhere"}"#, 400, "unknown_pool", "pool"),
        (
            #"{"samples": [{"response": "a"}], "pool": "tiny", "functions": [{"name": "f"}]}"#, 400, "invalid_value",
            "functions"
        ),
        (#"{"samples": [{"response": "a", "reference": {}}]}"#, 400, "missing_field", "samples[0].reference.outcome"),
        (
            #"{"samples": [{"response": "a", "label": [], "reference": {"outcome": "call"}}]}"#, 400, "invalid_value",
            "samples[0].label"
        ),
    ]
    static let trainers: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "query"), (#"{"query": 5}"#, 400, "wrong_type", "query"),
        (#"{"query": ["a", 5]}"#, 400, "wrong_type", "query[1]"),
        (#"{"messages": [["a"]]}"#, 400, "wrong_type", "messages[0]"),
    ]

    @Test func refuses() async throws {
        try await RouteTables.check(Self.own, post: "/v1/reward")
        try await RouteTables.check(Self.trainers, post: "/get_reward")
        try await RouteTables.check(
            [(#"{"query": "a"}"#, 400, "invalid_value", "reward")], post: "/get_reward?reward=best")
        try await RouteTables.check([(#"{"query": "a"}"#, 400, "unknown_pool", "pool")], post: "/get_reward?pool=no")
    }
}
