import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections
import Testing

@Suite struct CallsReportTests {
    static let records = [
        Records.call("a") { ($0.language, $0.category) = ("en", "simple") },
        Records.call("b", isRight: false) { ($0.language, $0.category) = ("de", "simple") },
        Records.call("c", "heating.set") { $0.language = "de" },
        Records.call("d", "sing") { $0.domain = "music" },
        Records.refusal("e"), Records.refusal("f", isRight: false),
        Records.call("g") { ($0.error, $0.isRight, $0.isFunctionRight) = ("the queue is full", false, false) },
    ]

    @Test func countsByEachWord() {
        let report = CallsReport(Self.records)
        #expect(report.count == 7 && report.all.right == Share(4, of: 7) && report.all.function == Share(5, of: 7))
        #expect(
            report.functions.mapValues(\.right) == [
                "lights_on": Share(1, of: 3), "heating.set": Share(1, of: 1), "sing": Share(1, of: 1),
            ])
        #expect(
            report.domains.mapValues(\.right) == [
                "lights": Share(1, of: 3), "heating": Share(1, of: 1), "music": Share(1, of: 1),
            ])
        #expect(report.languages.mapValues(\.right) == ["en": Share(1, of: 1), "de": Share(1, of: 2)])
        #expect(report.categories.mapValues(\.right) == ["simple": Share(1, of: 2)])
    }

    /// What failed is wrong, but is no outcome, takes no time and has no confidence.
    @Test func failuresAreCountedApart() {
        let report = CallsReport(Self.records)
        #expect(report.failures == ["own/valid g: the queue is full"])
        #expect(
            report.confusion == [
                .call: [.call: 4], .noAppropriateFunction: [.noAppropriateFunction: 1, .requestUnclear: 1],
            ])
        #expect(
            report.milliseconds == [10, 10, 20, 20, 20, 20]
                && report.ofAnswers.bins.map(\.right.total).reduce(0, +) == 6)
        let rates = report.precisionAndRecall(.noAppropriateFunction)
        #expect(rates.precision == Share(1, of: 1) && rates.recall == Share(1, of: 2))
    }

    static let names: [(function: String, domain: String?)] = [
        ("climate_set", "climate"), ("climate.set", "climate"), ("sing", nil), ("_hidden", nil), ("a_b_c", "a"),
        ("", nil),
    ]

    @Test(arguments: names) func domainOfAName(_ function: String, domain: String?) {
        #expect(Records.call("x", function).domain == domain)
    }

    @Test func recallNeedsARetriever() {
        #expect(CallsReport(Self.records).recall.isEmpty)
        let ranks: [Int?] = [1, 2, 4, nil]
        let records = ranks.enumerated().map { index, rank in
            Records.call("\(index)") { ($0.candidates, $0.rank) = (4, rank) }
        }
        // A refusal has no function to be found, and a failure no candidates.
        let report = CallsReport(records + [Records.refusal("r"), Self.records[6]])
        #expect(report.recall.map(\.k) == [1, 2, 3, 4])
        #expect(report.recall.map(\.share.count) == [1, 2, 2, 3] && report.recall.allSatisfy { $0.share.total == 4 })
        #expect(report.json["recall"]?["4"]?["rate"] == .number(0.75))
        #expect(report.markdown.contains("Recall: @1 25.0 %"))
    }

    @Test func jsonSaysItAll() {
        let json = CallsReport(Self.records).json
        #expect(json["right"]?["right"] == 4 && json["samples"] == 7 && json["invalid_calls"] == 0)
        #expect(json["domains"]?["music"]?["right"]?["rate"] == .number(1))
        #expect(json["confusion"]?["no_appropriate_function"]?["request_unclear"] == 1)
        #expect(json["tokens_per_sample"]?["prompt"] == .number(66.7))
        #expect(json["recall"] == nil && json["failures"]?.arrayValue?.count == 1)
        #expect(json["calibration"]?["answers"]?["bins"]?.arrayValue?.count == 2)
    }

    @Test func markdownKeepsItsTables() {
        let name = "a|b\nc"
        let text = CallsReport([Records.call("x", name) { $0.category = "x\r\ny|z" }]).markdown
        #expect(text.contains("| a\\|b c | 1 |") && text.contains("| x y\\|z | 1 |"))
        for line in text.split(separator: "\n") where line.hasPrefix("| ") { #expect(line.hasSuffix("|")) }
    }

    @Test func nothingIsNoReasonToFail() {
        let report = CallsReport([])
        #expect(report.mean == 0 && report.all.right.text == "-" && report.recall.isEmpty)
        #expect(report.json["samples"] == 0 && report.json["ms"]?["p95"] == .number(0))
        #expect(report.markdown.contains("Invalid calls: 0"))
    }

    /// What a line of the results says is what was recorded.
    @Test func recordsSurviveTheFile() throws {
        var record = Records.call("x", isRight: false)
        (record.query, record.language, record.category) = ("\u{202E}licht \"an\"\n", "de", "indirect")
        (record.candidates, record.rank, record.violation) = (10, 3, "room: is not in the enum")
        let back = try CallsRecord(json: JSONValue(parsing: record.json.text().utf8))
        #expect(
            back.expected.map(\.function) == ["lights_on"] && back.expected.first?.parameters == ["room": "kitchen"])
        #expect(back.query == record.query && back.rank == 3 && back.candidates == 10 && back.domain == "lights")
        #expect(back.json == record.json)
        var old = record.json.objectValue ?? [:]
        for name in ["query", "expected", "domain", "language", "category", "candidates", "rank"] { old[name] = nil }
        let older = try CallsRecord(json: .object(old))
        #expect(older.domain == "lights" && older.query == nil && older.expected.isEmpty)
        #expect(throws: FieldError.self) { try CallsRecord(json: ["id": "x"]) }
        old["rank"] = 0
        #expect(throws: FieldError.self) { try CallsRecord(json: .object(old)) }
    }
}
