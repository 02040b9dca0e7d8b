import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Inference
import InferenceTestSupport
import Judging
import OrderedCollections
import Testing
import Verdicts

/// A judge beside the matcher: in records, reports and jobs.
@Suite(.timeLimit(.minutes(2))) struct SampleJudgeTests {
    static func records(_ judge: Judge, hasReference: Bool, cache: VerdictCache? = nil) async throws -> [CallsRecord] {
        let folder = try CallsEvaluationTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try CallsEvaluation.Source(
            path: folder.appendingPathComponent("own.jsonl").path, limit: nil, seed: 0)
        let generator = try ScriptedGenerator { _, _ in .init(text: #"{"name": "tea", "arguments": {"leaf": "Mint."}}"#)
        }
        var settings = PipelineSettings(), options = CallsEvaluation.Options()
        settings.choosing = .greedy
        options.judge = SampleJudge(RememberingJudge(judge, cache), hasReference: hasReference)
        let pipeline = try Pipeline(generator: generator, catalog: FunctionCatalog(), settings: settings)
        var records: [CallsRecord] = []
        try await CallsEvaluation(pipeline, options: options).run([source], known: []) { records.append($0) }
        return records.sorted { $0.id < $1.id }
    }

    @Test func saysOfEachAnswerWhetherItIsRight() async throws {
        let with = try await Self.records(Judge(name: "rules"), hasReference: true)
        #expect(with.map(\.judged?.isRight) == [true, false, false] && with.map(\.judged?.confidence) == [1, 1, 1])
        // Nobody spoke of mint when green tea was asked for; who sang is called for nothing, which no rule sees.
        let without = try await Self.records(Judge(name: "rules"), hasReference: false)
        #expect(without.map(\.judged?.isRight) == [true, false, false])
        #expect(without[2].judged?.reason.contains("of which nothing is said") == true)
        for record in with {
            #expect(try CallsRecord(json: JSONValue(parsing: record.json.text().utf8)).judged == record.judged)
        }
    }

    @Test func aJudgeThatFailsLeavesTheAnswer() async throws {
        var settings = Judge.Settings()
        settings.usesRules = false
        let judge = try Judge(
            generator: ScriptedGenerator { _, _ in throw GenerationError.failed("no memory") }, settings: settings)
        let records = try await Self.records(judge, hasReference: false)
        #expect(records.allSatisfy { $0.error == nil && $0.judged?.isRight == nil && $0.judged?.reason == "no memory" })
        let report = CallsReport(records)
        #expect(report.unjudged == 3 && report.all.judged.total == 0)
        #expect(
            report.markdown.contains("By the judge: - right of 0.")
                && report.markdown.contains("3 answers have no verdict."))
    }

    /// Of two teas the judge takes the one that was asked for, whichever the model would have given.
    @Test func theBestOfSeveralIsWhatCounts() async throws {
        let folder = try CallsEvaluationTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("own.jsonl").path
        let generator = try ScriptedGenerator { _, request in
            let leaf = request.sampling.temperature == 0 ? "oolong" : request.sampling.seed == 1 ? "mint" : "green"
            return .init(text: #"{"name": "tea", "arguments": {"leaf": "\#(leaf)"}}"#)
        }
        var settings = PipelineSettings()
        settings.choosing = .greedy
        var pipeline = try Pipeline(generator: generator, catalog: FunctionCatalog(), settings: settings)
        pipeline.rater = JudgeBook(["rules": .ready(Judge(name: "rules"))], standard: "rules")
        var right: [Int: [String]] = [:]
        for answers in [1, 3] {
            var options = CallsEvaluation.Options()
            (options.answers, options.chooser) = (answers, "rules")
            let source = try CallsEvaluation.Source(path: path, limit: nil, seed: 0)
            try await CallsEvaluation(pipeline, options: options).run([source], known: []) { record in
                #expect(record.error == nil)
                if record.isRight { right[answers, default: []].append(record.id) }
            }
        }
        #expect(right[1] == nil && right[3]?.sorted() == ["a", "c"])
    }

    static let described: [CallsRecord.Described?] = [
        nil, .init(text: "Sets a lamp.", rank: 3), .init(text: "Plays \"x\".", rank: nil),
    ]
    @Test(arguments: described) func whatFunctionsWereFoundByIsKept(_ described: CallsRecord.Described?) throws {
        let record = Records.call("a", isRight: true) { $0.described = described }
        let line = record.json.text()
        #expect(try CallsRecord(json: JSONValue(parsing: line.utf8)).described == described)
        #expect(line.contains("described") == (described != nil))
    }

    @Test func verdictsAreKept() async throws {
        let cache = try VerdictCache.inMemory()
        let judge = try Judge(
            name: "token", byOneTokenOf: ScriptedGenerator { _, _ in .init(text: "1", probability: 0.9) }, adapter: nil)
        for _ in 0..<2 { _ = try await Self.records(judge, hasReference: false, cache: cache) }
        #expect(try cache.count == 3)
    }

    @Test func reportsShowBoth() {
        func record(_ id: String, isRight: Bool, judged: Bool?) -> CallsRecord {
            Records.call(id, isRight: isRight) {
                $0.judged = SampleVerdict(isRight: judged, confidence: 0.9, reason: "because | so")
            }
        }
        let records = [
            record("a", isRight: true, judged: true), record("b", isRight: false, judged: true),
            record("c", isRight: true, judged: false), record("d", isRight: false, judged: nil),
        ]
        let report = CallsReport(records), judged = report.json["judged"]
        #expect(judged?["right"]?["right"] == 2 && judged?["right"]?["samples"] == 3)
        #expect(
            judged?["not_by_the_matcher"] == 1 && judged?["by_the_matcher_only"] == 1 && judged?["without_verdict"] == 1
        )
        #expect(report.json["functions"]?["lights_on"]?["judged_right"]?["samples"] == 3)
        #expect(report.markdown.contains("By the judge: 66.7 % (20.8-93.9) right of 3. 1 that the matcher refuses"))
        let files = Dictionary(
            uniqueKeysWithValues: ReportFiles(title: "t", about: [:], records: records).files.map { ($0.name, $0.text) }
        )
        #expect(files["report.html"]?.contains("<b>By the judge</b><strong>66.7 %</strong>") == true)
        #expect(files["report.html"]?.contains("right: because | so") == true)
        #expect(files["samples.csv"]?.contains("judged_right,judge_confidence,judge_reason") == true)
        // Without a judge nothing speaks of one.
        let plain = ReportFiles(title: "t", about: [:], records: [Records.call("a")]).files
        #expect(plain.allSatisfy { $0.name == "samples.csv" || !$0.text.lowercased().contains("judge") })
    }

    @Test func requestsNameAJudge() throws {
        func read(_ text: String) throws -> EvaluationRequest {
            try EvaluationRequest(
                json: JSONValue(parsing: text.utf8), bounds: EvaluationBounds(), limits: RequestLimits())
        }
        let request = try read(#"{"dataset": "a", "judge": {"name": "taught", "reference": false}}"#)
        #expect(request.judge == .init(name: "taught", hasReference: false))
        #expect(try read(request.json.text()) == request)
        #expect(try read(#"{"dataset": "a", "judge": {"name": "rules"}}"#).judge?.hasReference == true)
    }
}
