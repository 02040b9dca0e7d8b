import Assembly
import Configuration
import Documents
import Foundation
import Functions
import Inference
import Judging
import OrderedCollections
import Testing
import TestSupport

/// The folder of judges: who is there, and why others cannot be asked.
@Suite struct JudgeFilesTests {
    private static func files(
        _ texts: [(String, String)], standard: String = "local"
    ) throws -> JudgeFiles {
        let folder = try TemporaryFolder()
        for (name, text) in texts { _ = try folder.write(text.utf8, as: name) }
        var settings = Settings()
        (settings.folder, settings.judging.folder, settings.judging.judge) = (folder.path, ".", standard)
        return try withExtendedLifetime(folder) { try JudgeFiles(settings, environment: ["MY_KEY": "secret"]) }
    }

    private static func message(_ book: JudgeBook, _ name: String) -> String {
        let error = #expect(throws: FieldError.self) { _ = try book.judge(named: name) }
        return error?.message ?? ""
    }

    @Test func asksModelsOnlyWhereThereAreSome() throws {
        let files = try Self.files([
            ("strict.yaml", "answers: rules"),
            ("big.json", #"{"remote": {"url": "http://gpu/v1", "model": "big", "key_variable": "MY_KEY"}}"#),
            ("own.yaml", "about: mine"), ("taught.yaml", "answers: token\nadapter: nowhere"), ("notes.txt", "none"),
        ])
        #expect(files.definitions.map(\.name) == ["big", "own", "strict", "taught"])
        let book = try files.book(local: Judge(name: "local"), model: nil)
        #expect(book.names == ["big", "local", "own", "strict", "taught"])
        #expect(try book.judge(named: "strict").form == .rules && book.judge(named: "big").form == .reasons)
        #expect(Self.message(book, "own") == "the judge own cannot be asked: it asks a model, and none is loaded")
        #expect(try book.judge(named: nil).name == "local")
    }

    @Test func aFileMayBeTheStandard() throws {
        let files = try Self.files([("strict.yaml", "answers: rules")], standard: "strict")
        #expect(try files.book(local: Judge(name: "local"), model: nil).judge(named: nil).name == "strict")
        let wrong = try Self.files([], standard: "strikt")
        let error = #expect(throws: DocumentError.self) { _ = try wrong.book(local: Judge(name: "local"), model: nil) }
        #expect(error.map { "\($0)" }?.contains("\"strikt\"; known judges: local") == true)
        let own = try Self.files([("local.yaml", "answers: rules\nabout: mine")])
        #expect(try own.book(local: Judge(name: "local"), model: nil).judge(named: "local").form == .rules)
    }

    static let damaged: [([(String, String)], String)] = [
        ([("a.yaml", "answers: rules"), ("a.json", "{}")], "another file is the judge a too"),
        ([("a.yaml", "answer: rules")], "unknown field answer"), ([("a.json", "{")], "a.json"),
    ]
    @Test(arguments: damaged) func refuses(_ texts: [(String, String)], _ message: String) {
        let error = #expect(throws: DocumentError.self) { _ = try Self.files(texts) }
        #expect(error.map { "\($0)" }?.contains(message) == true)
    }

    @Test func opensWithoutAModelWhereNoneIsNeeded() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("answers: rules".utf8, as: "strict.yaml")
        var settings = Settings()
        (settings.folder, settings.judging.folder, settings.model.path) = (folder.path, ".", "no-such-model")
        let opened = try await OpenedJudge.open("strict", settings)
        #expect(opened.judge.form == .rules)
        opened.stop()
        let unknown = await #expect(throws: FieldError.self) { _ = try await OpenedJudge.open("other", settings) }
        #expect(unknown?.message == "no judge is named \"other\"; known judges: local, strict")
        withExtendedLifetime(folder) {}
    }

    /// A judge on another server, as its file says: rubric and examples first, its key, an answer by JSON Schema.
    @Test func asksAnotherServer() async throws {
        let server = try ScriptedServer { request in
            guard request.field("authorization") == "Bearer secret" else {
                return .json("{}", status: "401 Unauthorized")
            }
            let content = #"{\"rationale\": \"No room was said.\", \"verdict\": 0}"#
            return .json(
                #"{"choices": [{"index": 0, "finish_reason": "stop", "#
                    + #""message": {"role": "assistant", "content": "\#(content)"}}], "#
                    + #""usage": {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}}"#)
        }
        let files = try Self.files([
            (
                "big.yaml",
                """
                remote: {url: "http://127.0.0.1:\(server.port)/v1", model: big, key_variable: MY_KEY, attempts: 1}
                rubric: Be strict.
                votes: 3
                examples:
                  - query: stop
                    functions: [{name: stop}]
                    outcome: call
                    calls: [{function: stop}]
                    verdict: 1
                    reason: It fits.
                """
            )
        ])
        let judge = try files.book(local: Judge(name: "local"), model: nil).judge(named: "big")
        let request = JudgeRequest(
            dialogue: JudgedDialogue(query: "lights on"),
            answer: FunctionAnswer(outcome: .call, calls: [FunctionCall(function: "light", parameters: [:])]))
        let judgement = try await judge.judge(
            request, functions: [FunctionDefinition(name: "light", description: "Lights")])
        #expect(judgement.verdict == .wrong && judgement.votes == [.wrong, .wrong, .wrong])
        #expect(judgement.rationale == "No room was said." && judgement.cost.usage.promptTokens == 27)
        let body = try JSONValue(parsing: try #require(server.bodies.first).utf8)
        let messages = body["messages"]?.arrayValue ?? []
        #expect(messages.map { $0["role"] } == ["system", "user", "assistant", "user"] && body["model"] == "big")
        #expect(messages.first?["content"] == "Be strict.")
        #expect(messages.dropFirst(2).first?["content"] == #"{"rationale": "It fits.", "verdict": 1}"#)
        #expect(body["response_format"]?["type"] == "json_schema")
    }

    /// Those that ship: `local` is not among them, and rules need no model.
    @Test func theShippedOnesAreWhole() throws {
        var settings = Settings()
        settings.folder = TestFiles.repository.appendingPathComponent("Config").path
        let files = try JudgeFiles(settings)
        #expect(files.definitions.map(\.name) == ["brief", "rules", "taught"])
        for definition in files.definitions { #expect(!definition.about.isEmpty, "\(definition.name)") }
        #expect(files.definitions[0].settings.examples.map(\.verdict) == [.right, .wrong])
        #expect(files.definitions[2].form == .token && files.definitions[2].adapter == "taught")
    }
}
