import Documents
import Evaluation
import Foundation
import Functions
import Inference
import InferenceTestSupport
import Judging
import OrderedCollections
import Synchronization
import TestSupport
import Testing

@Suite struct JudgeEvaluationTests {
    static let tea =
        #"{"name":"tea","description":"Brew tea.","parameters":{"type":"object","properties":{"leaf":{"type":"string"}},"required":["leaf"]}}"#

    /// Two questions: to the first a right and two wrong answers, to the second a right one alone.
    static func file() throws -> URL {
        func line(_ id: String, _ leaf: String, _ label: Int, _ kind: String, _ question: String) -> String {
            #"{"id":"\#(id)","query":"mint tea please","functions":[\#(tea)],"outcome":"call","calls":[{"function":"tea","parameters":{"leaf":"\#(leaf)"}}],"#
                + #""reference":{"outcome":"call","expected":[{"function":"tea","parameters":{"leaf":"mint"}}],"answers":"exact"},"#
                + #""label":\#(label),"kind":"\#(kind)","source":"own","source_id":"\#(question)"}"#
        }
        let lines = [
            line("a", "mint", 1, "right", "q1"), line("b", "green", 0, "wrong_value", "q1"),
            line("c", "oolong", 0, "wrong_value", "q1"), line("d", "mint", 1, "right", "q2"),
        ]
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("judge-\(UUID().uuidString).jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: url)
        return url
    }

    static func records(
        _ judge: Judge, hasReference: Bool = false, known: Set<String> = []
    ) async throws -> [JudgeRecord] {
        let file = try file()
        defer { try? FileManager.default.removeItem(at: file) }
        let (dataset, answers) = try Dataset.labelled(path: file.path)
        var records: [JudgeRecord] = []
        try await JudgeEvaluation(judge, hasReference: hasReference, inFlight: 2)
            .run(dataset, answers, known: known) { records.append($0) }
        return records.sorted { $0.id < $1.id }
    }

    @Test func rulesAloneNeedNoModel() async throws {
        let with = try await Self.records(Judge(name: "rules"), hasReference: true)
        #expect(
            with.map(\.verdict) == [true, false, false, true] && with.allSatisfy { !$0.isByModel && $0.error == nil })
        #expect(with.map(\.question) == ["own q1", "own q1", "own q1", "own q2"])
        #expect(with.first?.answer == #"tea {"leaf":"mint"}"# && with.first?.query == "mint tea please")
        // Without the reference they see that nobody spoke of the other leaves, and leave the rest open.
        let without = try await Self.records(Judge(name: "rules"))
        #expect(without.map(\.verdict) == [true, false, false, true] && without.map(\.confidence) == [0.5, 1, 1, 0.5])
    }

    @Test func theModelDecidesWhereItIsAsked() async throws {
        let generator = try ScriptedGenerator { _, request in
            .init(text: request.grammar == nil ? " it." : #"{"verdict": 1}"#, probability: 0.8)
        }
        let judge = try Judge(generator: generator)
        let all = try await Self.records(try #require(judge.withoutRules), hasReference: true)
        #expect(all.allSatisfy { $0.isByModel && $0.verdict == true && $0.rationale == "The user asks it." })
        let some = try await Self.records(judge)
        #expect(some.map(\.isByModel) == [true, false, false, true])
        // What is judged already is not judged again.
        #expect(try await Self.records(judge, known: Set(some.prefix(3).map(\.key))).map(\.id) == ["d"])
    }

    @Test func whatFailsStandsInItsRecord() async throws {
        let judge = try Judge(generator: ScriptedGenerator { _, _ in throw GenerationError.failed("no memory") })
        let records = try await Self.records(judge)
        #expect(records.map(\.error) == ["no memory", nil, nil, "no memory"])
        let report = JudgeReport(records)
        #expect(report.failures == ["a: no memory", "d: no memory"] && report.agreement.count == 2)
    }

    /// A full engine is asked again; one that stops ends the run, and nothing is kept of what it did not say.
    @Test func comesAgainWhereThereIsNoRoom() async throws {
        let asked = Mutex(0)
        let judge = try Judge(
            name: "token",
            byOneTokenOf: ScriptedGenerator { _, _ in
                let count = asked.withLock { value in
                    value += 1
                    return value
                }
                if count == 1 { throw GenerationError.overloaded(waiting: 9, retryAfterSeconds: 1) }
                return .init(text: "1", probability: 0.9)
            }, adapter: nil)
        let records = try await Self.records(judge, known: ["b", "c", "d"])
        #expect(records.map(\.verdict) == [true] && records.map(\.error) == [nil] && asked.withLock { $0 } == 2)
        let stopped = try Judge(generator: ScriptedGenerator { _, _ in throw GenerationError.draining })
        await #expect(throws: CancellationError.self) { _ = try await Self.records(stopped, known: ["b", "c"]) }
    }

    @Test func recordsSurviveTheFile() throws {
        var record = JudgeRecord(id: "a", kind: "wrong_value", question: "own q", label: false)
        (record.verdict, record.confidence, record.isByModel, record.promptTokens) = (true, 0.75, true, 12)
        (record.query, record.answer, record.rationale) = ("q", "a {}", "because")
        #expect(try JudgeRecord(json: JSONValue(parsing: record.json.text().utf8)) == record)
        (record.verdict, record.error) = (nil, "the queue is full")
        #expect(try JudgeRecord(json: JSONValue(parsing: record.json.text().utf8)) == record)
        for text in [#"{"id": "a"}"#, #"{"id": "a", "kind": "k", "question": "q", "label": 2}"#, "[]"] {
            #expect(throws: FieldError.self) { try JudgeRecord(json: JSONValue(parsing: text.utf8)) }
        }
    }

    @Test func resultsGoOn() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/results.jsonl"
        let record = JudgeRecord(id: "a", kind: "k", question: "q", label: true)
        try ResultsFile<JudgeRecord>(path: path, identity: ["judge": "x"]).append(record)
        let again = try ResultsFile<JudgeRecord>(path: path, identity: ["judge": "x"])
        #expect(again.records == [record] && again.known == ["a"])
        #expect(throws: DocumentError.self) { _ = try ResultsFile<JudgeRecord>(path: path, identity: ["judge": "y"]) }
    }

    @Test func aLimitDrawsTheSameAnswers() throws {
        let file = try Self.file()
        defer { try? FileManager.default.removeItem(at: file) }
        let answers = try Dataset.labelled(path: file.path).answers
        let two = LabelledAnswer.drawn(answers, limit: 2, seed: 3).map(\.sample.id)
        #expect(two == LabelledAnswer.drawn(answers.reversed(), limit: 2, seed: 3).map(\.sample.id))
        #expect(Array(two.prefix(1)) == LabelledAnswer.drawn(answers, limit: 1, seed: 3).map(\.sample.id))
        #expect(LabelledAnswer.drawn(answers, limit: 99, seed: 3).count == 4)
        // A question is in one split with all its answers.
        let parts = [RetrievalEvaluation.Task.Split.train, .valid].map { LabelledAnswer.drawn(answers, $0) }
        #expect(parts.map(\.count).reduce(0, +) == 4)
        #expect(Set(parts[0].map(\.question)).isDisjoint(with: parts[1].map(\.question)))
    }
}

@Suite struct JudgeReportTests {
    private static func record(
        _ id: String, _ label: Bool, _ verdict: Bool?, _ confidence: Double = 1, kind: String = "k",
        question: String = "q"
    ) -> JudgeRecord {
        var record = JudgeRecord(id: id, kind: kind, question: question, label: label)
        (record.verdict, record.confidence) = (verdict, confidence)
        return record
    }

    /// Kappa and its interval with the variance by the delta method, derivatives taken numerically.
    static let kappas: [(counts: [Int], kappa: Double, low: Double, high: Double)] = [
        ([20, 5, 10, 15], 0.4000000000, 0.1510923, 0.6489077),
        ([900, 40, 60, 1000], 0.8997594226, 0.8806142, 0.9189047),
        ([45, 15, 25, 15], 0.1304347826, -0.0629383, 0.3238078),
        ([3, 0, 1, 2], 0.6666666667, 0.1043772, 1.0000000),
        ([10, 10, 10, 10], 0.0000000000, -0.3098975, 0.3098975),
        ([0, 5, 5, 0], -1.0000000000, -1.0000000, -1.0000000),
        ([50, 0, 0, 50], 1.0000000000, 1.0000000, 1.0000000),
    ]

    /// - Parameter counts: right as right, wrong as right, right as wrong, wrong as wrong.
    private static func agreement(_ counts: [Int]) -> Agreement {
        var agreement = Agreement()
        let cells = [(true, true), (true, false), (false, true), (false, false)]
        for (cell, count) in zip(cells, counts) {
            for _ in 0..<count { agreement.add(verdict: cell.0, label: cell.1) }
        }
        return agreement
    }

    @Test(arguments: kappas) func kappaAndItsInterval(_ counts: [Int], kappa: Double, low: Double, high: Double) throws
    {
        let agreement = Self.agreement(counts), interval = try #require(agreement.kappaInterval)
        #expect(abs(try #require(agreement.kappa) - kappa) < 1e-9)
        #expect(abs(interval.lowerBound - low) < 1e-6 && abs(interval.upperBound - high) < 1e-6, "\(interval)")
    }

    @Test(arguments: [[0, 0, 0, 0], [9, 0, 0, 0], [0, 0, 0, 4]]) func noKappaWhereChanceExplainsAll(_ counts: [Int]) {
        #expect(Self.agreement(counts).kappa == nil && Self.agreement(counts).kappaInterval == nil)
    }

    @Test func pairsAreThoseOfOneQuestion() {
        let records = [
            Self.record("a", true, true, 0.9, kind: "right"), Self.record("b", false, true, 0.6, kind: "wrong_value"),
            Self.record("c", false, false, 0.7, kind: "no_match"), Self.record("d", true, false, 0.6, kind: "right"),
            Self.record("e", false, true, 1, kind: "no_match", question: "other"),
            Self.record("f", false, nil, kind: "no_match"),
        ]
        let part = JudgeReport(records)
        // 0.9 and 0.4 against 0.6 and 0.3: only 0.4 against 0.6 is lost.
        #expect(part.pairs.wins == 3 && part.pairs.losses == 1 && part.pairs.ties == 0)
        #expect(part.kinds["wrong_value"]?.pairs.accuracy == 0.5 && part.kinds["no_match"]?.pairs.accuracy == 1)
        #expect(part.kinds["right"]?.pairs.accuracy == nil)
        #expect(part.agreement.count == 5 && part.failures == ["f: no verdict"])
        #expect(part.kinds["no_match"]?.agreement == Share(1, of: 2))
    }

    @Test func aTieIsHalf() {
        var count = PairwiseCount()
        #expect(count.accuracy == nil && count.text == "-" && count.json.isNull)
        for wrong in [0.5, 0.5, 0.1, 0.9] { count.add(right: 0.5, wrong: wrong) }
        #expect(count.accuracy == 0.5 && count.count == 4)
        #expect(count.json["ties"] == 2 && count.json["accuracy"] == .number(0.5))
    }

    static let some = [
        record("a", true, true, kind: "right"), record("b", false, false, kind: "wrong|value"),
        record("c", true, false, 0.6, kind: "right", question: "<b>"), record("d", false, nil),
    ]

    @Test func reportsForProgramsAndPeople() {
        let report = JudgeReport(Self.some), json = report.json, text = report.markdown
        #expect(json["answers"] == 4 && json["agreement"]?["right"] == 2 && json["agreement"]?["samples"] == 3)
        #expect(json["confusion"]?["right_as_wrong"] == 1 && json["confusion"]?["wrong_as_wrong"] == 1)
        #expect(
            json["kinds"]?["right"]?["agreement"]?["samples"] == 2
                && json["kinds"]?["right"]?["pairwise"]?.isNull == true)
        #expect(json["failures"] == ["d: no verdict"])
        #expect(text.hasPrefix("Agreement 66.7 % (20.8-93.9) of 3, Cohen's kappa 0.400 ("), "\(text)")
        for part in [
            "| right | 1 | 1 |", "| wrong | 0 | 1 |", "| wrong\\|value | 0 | 1 | 100.0 %", "No verdict: 1",
            "- d: no verdict",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(JudgeReport([]).markdown.hasPrefix("Agreement - of 0, Cohen's kappa -, pairs - of 0."))
    }

    @Test func thePageNeedsNothingElse() {
        var record = Self.record("x", true, false, kind: "right")
        (record.query, record.answer, record.rationale) = ("<script>alert(1)</script>", "f {}", "Because & so")
        let html = JudgePage(title: "Judge <x>", about: ["judge": "taught"], records: Self.some + [record]).html
        for part in [
            "<title>Judge &lt;x&gt;</title>", "&lt;script&gt;alert(1)", "Because &amp; so", "<dt>judge</dt>",
            "Cohen's kappa",
            "default-src 'none'", "<h2>Mistakes</h2><p>2.</p>", "<h2>Pairs</h2>",
        ] {
            #expect(html.contains(part), "\(part)")
        }
        #expect(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"))
        let files = ReportFiles(title: "t", about: [:], judge: Self.some).files
        #expect(files.map(\.name) == ["report.json", "report.md", "report.html"])
        #expect(JudgePage(title: "t", about: [:], records: []).html.contains("<h2>Mistakes</h2><p>None.</p>"))
    }
}
