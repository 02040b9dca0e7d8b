import Documents
import Foundation
import FunctionCalling
import Functions
import InferenceTestSupport
import Judging
import TestSupport
import Testing

/// Files of `Config/judges`: what they say, and every way in which they may be wrong.
@Suite struct JudgeDefinitionTests {
    static func read(_ yaml: String) throws -> JudgeDefinition {
        let folder = try TemporaryFolder()
        let path = try folder.write(yaml.utf8, as: "mine.yaml")
        return try withExtendedLifetime(folder) { try JudgeDefinition.load(path: path) }
    }

    @Test func anEmptyFileIsTheUsualJudge() throws {
        let judge = try Self.read("# nothing\n")
        #expect(judge.name == "mine" && judge.form == .reasons && judge.settings == Judge.Settings())
        #expect(judge.adapter == nil && judge.remote == nil && judge.model == nil)
    }

    @Test func readsEveryKey() throws {
        let judge = try Self.read(
            """
            about: mine
            answers: reasons
            rubric: Be strict.
            votes: 3
            reason_tokens: 10
            temperature: 0.5
            threshold: 0.4
            checks: [schema, action]
            remote: {url: "http://gpu:8000/v1", model: QwQ-32B, key_variable: GPU_KEY, json_schema: false, timeout_seconds: 9, attempts: 2}
            examples:
              - {query: stop, functions: [{name: stop}], outcome: call, calls: [{function: stop}], verdict: 1, reason: It fits.}
            """)
        #expect(judge.about == "mine" && judge.settings.rubric == "Be strict." && judge.settings.votes == 3)
        #expect(judge.settings.rationaleTokens == 10 && judge.settings.temperature == 0.5)
        #expect(judge.settings.threshold == 0.4 && judge.settings.usesRules)
        let policy = judge.settings.policy
        #expect(!policy.referenceDecides && !policy.groundingDecides && policy.actionDecides)
        let remote = try #require(judge.remote)
        #expect(remote.url.absoluteString == "http://gpu:8000/v1" && remote.model == "QwQ-32B")
        #expect(remote.keyVariable == "GPU_KEY" && !remote.constrains && remote.timeout == .seconds(9))
        let example = try #require(judge.settings.examples.first)
        #expect(example.request.dialogue.query == "stop" && example.verdict == .right && example.reason == "It fits.")
        #expect(example.functions.map(\.name) == ["stop"] && example.request.answer.calls.map(\.function) == ["stop"])
    }

    @Test func noChecksMeansNoRules() throws {
        #expect(try !Self.read("checks: []").settings.usesRules)
        #expect(try Self.read("answers: token\nadapter: taught").adapter == "taught")
    }

    static let refused: [(String, String)] = [
        ("answers: maybe", "answers is \"maybe\"; it must be one of rules, reasons, token"),
        ("rubrik: x", "unknown field rubrik"), ("votes: 2", "votes must be odd"),
        ("votes: 11", "votes must be in 1 to 9"),
        ("threshold: 1", "threshold must be in"), ("reason_tokens: 0", "reason_tokens must be in"),
        ("checks: [schema, spelling]", "checks has \"spelling\"; known: schema, reference, grounding, action"),
        ("checks: [action]", "checks must have schema"), ("answers: rules\nchecks: []", "checks must not be empty"),
        ("answers: rules\nmodel: m", "answers is rules, which need no model"),
        ("adapter: taught", "adapter goes with answers: token"),
        ("answers: token\nremote: {url: \"http://a/v1\", model: m}", "answers must be reasons for a remote judge"),
        ("model: m\nremote: {url: \"http://a/v1\", model: m}", "remote excludes model and adapter"),
        ("remote: {url: gpu, model: m}", "remote.url must be an address"),
        ("remote: {url: \"http://a\"}", "remote.model"),
        ("examples: [{query: a, outcome: request_unclear, reason: x}]", "examples[0].verdict is missing"),
        ("examples: [{query: a, outcome: request_unclear, verdict: 1}]", "examples[0].reason is missing"),
        (
            "answers: token\nexamples: [{query: a, outcome: request_unclear, verdict: 1, reason: x}]",
            "examples are not shown where answers is token"
        ), ("[1, 2]", "must be an object"), ("a: [", "invalid YAML"),
    ]
    @Test(arguments: refused) func refuses(_ yaml: String, _ message: String) {
        let error = #expect(throws: DocumentError.self) { _ = try Self.read(yaml) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(message) && text.contains("mine.yaml"), "\(text)")
    }

    @Test func theBookKnowsWhoIsThere() throws {
        let rules = Judge(name: "rules")
        let book = JudgeBook(
            ["rules": .ready(rules), "taught": .unavailable(reason: "its adapter is not there")], standard: "rules")
        #expect(try book.judge(named: nil).name == "rules" && book.names == ["rules", "taught"])
        let missing = #expect(throws: FieldError.self) { _ = try book.judge(named: "other") }
        #expect(missing?.path == "judge" && missing?.message.hasSuffix("known judges: rules, taught") == true)
        let lacking = #expect(throws: FieldError.self) { _ = try book.judge(named: "taught") }
        #expect(lacking?.message == "the judge taught cannot be asked: its adapter is not there")
    }

    @Test func versionsDifferWithWhatVerdictsDependOn() throws {
        let generator = try ScriptedGenerator { _, _ in .init(text: "") }
        let plain = try Judge(generator: generator)
        var settings = Judge.Settings()
        settings.rubric = "Be strict."
        let strict = try Judge(generator: generator, settings: settings)
        let token = try Judge(name: "token", byOneTokenOf: generator, adapter: nil)
        let all = [
            plain.version, strict.version, token.version, Judge(name: "rules").version,
            try #require(plain.withoutRules).version,
        ]
        #expect(Set(all).count == all.count)
        #expect(try Judge(name: "other name", generator: generator).version == plain.version)
        #expect(Judge(name: "rules").withoutRules == nil)
    }
}
