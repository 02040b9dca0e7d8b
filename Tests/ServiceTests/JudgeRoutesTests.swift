import Documents
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// `POST /v1/judge` and `POST /v1/judge/compare`: rules, votes, every refusal.
@Suite struct JudgeRoutesTests {
    private static let call = #"{"outcome": "call", "calls": [{"function": "lights_off"}]}"#

    @Test func rulesDecideWithoutTheModel() async throws {
        let server = try await TinyServer()
        let wrong = try await server.ask(
            "POST", "/v1/judge",
            body: #"{"query": "lights off", "outcome": "call", "calls": [{"function": "no_such"}]}"#)
        #expect(
            wrong.status == 200 && wrong.json["verdict"] == 0 && wrong.json["confidence"]?.doubleValue == 1,
            "\(wrong.text)")
        #expect(wrong.json["votes"]?.arrayValue?.isEmpty == true, "\(wrong.text)")
        let metrics = try await server.ask("GET", "/metrics")
        #expect(metrics.text.contains(#"kinglet_judgements_total{verdict="0"} 1"#))
        await server.running.stop()
    }

    @Test func theModelDecidesWhereRulesDoNot() async throws {
        let server = try await TinyServer()
        for votes in [1, 3] {
            let answer = try await server.ask(
                "POST", "/v1/judge",
                body:
                    #"{"query": "lights off", "outcome": "call", "calls": [{"function": "lights_off"}], "votes": \#(votes)}"#
            )
            let verdict = answer.json["verdict"]?.intValue
            #expect(answer.status == 200 && (verdict == 0 || verdict == 1), "\(answer.text)")
            #expect(answer.json["votes"]?.arrayValue?.count == votes, "\(answer.text)")
        }
        let answer = try await server.ask(
            "POST", "/v1/judge/compare",
            body: #"{"query": "lights off", "a": \#(Self.call), "b": {"outcome": "request_unclear"}}"#)
        let winner = answer.json["winner"]?.stringValue ?? ""
        #expect(answer.status == 200 && ["a", "b", "tie"].contains(winner), "\(answer.text)")
        await server.running.stop()
    }

    /// Judges of a folder, by name.
    @Test func judgesByName() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("answers: rules".utf8, as: "strict.yaml")
        _ = try folder.write("answers: token\nchecks: []".utf8, as: "quick.yaml")
        _ = try folder.write("answers: token\nadapter: nowhere".utf8, as: "taught.yaml")
        _ = try folder.write("model: other".utf8, as: "foreign.yaml")
        let server = try await TinyServer(["judging.folder": folder.path, "judging.judge": "strict"])
        func ask(_ judge: String?, _ path: String = "/v1/judge") async throws -> TinyAnswer {
            let name = judge.map { #", "judge": "\#($0)""# } ?? ""
            let answers =
                path == "/v1/judge"
                ? #""outcome": "call", "calls": [{"function": "lights_off"}]"#
                : #""a": \#(Self.call), "b": \#(Self.call)"#
            return try await server.ask("POST", path, body: #"{"query": "lights off", \#(answers)\#(name)}"#)
        }
        for name in [nil, "strict"] {
            let answer = try await ask(name)
            #expect(answer.json["verdict"] == 1 && answer.json["confidence"] == 0.5, "\(answer.text)")
        }
        let quick = try await ask("quick")
        #expect(
            quick.status == 200 && quick.json["votes"]?.arrayValue?.count == 1 && quick.json["rationale"] == "",
            "\(quick.text)")
        #expect(quick.json["usage"]?["completion_tokens"]?.intValue ?? 99 <= 4, "\(quick.text)")
        #expect(try await ask("local").json["votes"]?.arrayValue?.count == 1)
        let same = try await ask("quick", "/v1/judge/compare")
        #expect(
            same.json["winner"] == "tie" && same.json["rationale"]?.stringValue?.hasPrefix("Likely right: A ") == true)
        for (name, message) in [
            ("taught", "nowhere is not there; kinglet train judge makes it"),
            ("foreign", "it is for the model other; this is tiny"),
            ("nobody", "known judges: foreign, local, quick, strict, taught"),
        ] {
            let answer = try await ask(name)
            #expect(answer.status == 400 && answer.json["error"]?["param"] == "judge", "\(answer.text)")
            #expect(answer.json["error"]?["message"]?.stringValue?.contains(message) == true, "\(answer.text)")
        }
        await server.running.stop()
        withExtendedLifetime(folder) {}
    }

    static let judging: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "query"), (#"{"query": " ", "outcome": "call"}"#, 400, "invalid_value", "query"),
        (#"{"query": "a"}"#, 400, "missing_field", "outcome"),
        (#"{"query": "a", "outcome": "x"}"#, 400, "invalid_value", "outcome"),
        (#"{"query": "a", "outcome": "request_unclear", "votes": 2}"#, 400, "invalid_value", "votes"),
        (#"{"query": "a", "outcome": "request_unclear", "judge": "other"}"#, 400, "invalid_value", "judge"),
        (#"{"query": "a", "outcome": "request_unclear", "pool": "nowhere"}"#, 400, "unknown_pool", "pool"),
        (
            #"{"query": "a", "outcome": "request_unclear", "pool": "tiny", "functions": [{"name": "f"}]}"#, 400,
            "invalid_value", "functions"
        ),
        (#"{"query": "a", "outcome": "request_unclear", "functions": []}"#, 400, "invalid_value", "functions"),
        (#"{"query": "a", "outcome": "request_unclear", "context": 5}"#, 400, "wrong_type", "context"),
        (#"{"query": "a", "outcome": "request_unclear", "more": 5}"#, 400, "unknown_field", "more"),
    ]
    static let comparing: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "query"), (#"{"query": "a"}"#, 400, "missing_field", "a"),
        (#"{"query": "a", "a": \#(call)}"#, 400, "missing_field", "b"),
        (#"{"query": "a", "a": \#(call), "b": 5}"#, 400, "wrong_type", "b"),
        (#"{"query": "a", "a": \#(call), "b": {}}"#, 400, "missing_field", "b.outcome"),
        (#"{"query": "a", "a": \#(call), "b": \#(call), "votes": 1}"#, 400, "unknown_field", "votes"),
        (#"{"query": "a", "a": \#(call), "b": \#(call), "outcome": "call"}"#, 400, "unknown_field", "outcome"),
        (#"{"query": "a", "a": \#(call), "b": \#(call), "judge": "x"}"#, 400, "invalid_value", "judge"),
        (#"{"query": "a", "a": \#(call), "b": \#(call), "pool": "nowhere"}"#, 400, "unknown_pool", "pool"),
    ]
    @Test func refuses() async throws {
        try await RouteTables.check(Self.judging, post: "/v1/judge")
        try await RouteTables.check(Self.comparing, post: "/v1/judge/compare")
    }
}
