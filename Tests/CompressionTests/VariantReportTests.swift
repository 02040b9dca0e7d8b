import Compression
import Documents
import Foundation
import OrderedCollections
import TestSupport
import Testing

@Suite struct VariantReportTests {
    /// Figures of a variant; those of the second are multiples of the first's.
    private static func figures(_ name: String, times factor: Double = 1, exact: Int = 80) throws -> VariantFigures {
        var figures = VariantFigures(try Variant("\(name)=models/\(name)"), format: "w8a8")
        figures[.size] = [
            "parameters": 494_000_000, "layers": 24, "hidden_size": 896, "intermediate_size": 4864,
            "vocabulary": 151_936, "bytes": .integer(Int(988_000_000 * factor)), "gflops": 43.31,
        ]
        figures[.perplexity] = ["value": .number(14 * factor), "tokens": 2048]
        figures[.calls] = ["samples": 100, "exact": .integer(exact), "function": 90, "right": 80, "failed": 0]
        figures[.serving] = [
            "load_seconds": 1.5, "weights_mib": .integer(Int(900 * factor)), "resident_mib": 1200, "peak_mib": 1500,
            "points": [
                ["cc": 1, "qps": .number(4 / factor), "rt_mean_ms": .number(250 * factor), "errors": 0],
                ["cc": 8, "qps": 10, "rt_mean_ms": 800, "errors": 0],
            ],
        ]
        return figures
    }

    private static func report() throws -> VariantReport {
        var partial = VariantFigures(try Variant("third <b>@fp8"), format: "fp8")
        partial[.serving] = ["points": [["cc": 32, "qps": 20, "rt_mean_ms": .null, "errors": 32]]]
        return VariantReport(
            [try figures("base"), try figures("half", times: 0.5, exact: 79), partial],
            facts: ["command": "kinglet compress report", "load": ["workload": "paper"]])
    }

    @Test("tables are as the paper has them: what is not known is a dash") func tables() throws {
        let tables = try Self.report().tables
        #expect(
            tables.map(\.title) == [
                "Shape and perplexity", "Calls that are right, %", "Loading and memory", "QPS by number of clients",
                "RT beside base, by number of clients",
            ])
        func row(_ table: Int, _ variant: Int) -> [String] { tables[table].rows[variant].map(ModelCard.text) }
        #expect(row(0, 0) == ["base", "w8a8", "24", "896/4864", "494.0", "43.31", "988.0", "14.000", "0.00 %"])
        #expect(row(0, 1) == ["half", "w8a8", "24", "896/4864", "494.0", "43.31", "494.0", "7.000", "-50.00 %"])
        #expect(row(0, 2) == ["third <b> fp8", "fp8"] + Array(repeating: "–", count: 7))
        #expect(
            row(1, 0) == ["base", "100", "80.00", "0.00", "90.00"]
                && row(1, 1) == ["half", "100", "79.00", "-1.00", "90.00"])
        #expect(row(2, 1) == ["half", "1.50", "450", "1200", "1500"])
        #expect(tables[3].columns == ["variant", "cc 1", "cc 8", "cc 32"])
        #expect(row(3, 0) == ["base", "4.00", "10.00", "–"] && row(3, 1) == ["half", "8.00", "10.00", "–"])
        #expect(row(3, 2) == ["third <b> fp8", "–", "–", "20.00"])
        #expect(row(4, 0) == ["base", "1.000", "1.000", "–"] && row(4, 1) == ["half", "0.500", "1.000", "–"])
        #expect(row(4, 2) == ["third <b> fp8", "–", "–", "–"])
    }

    @Test("a step that was not measured has no table", arguments: VariantFigures.Step.allCases)
    func without(step: VariantFigures.Step) throws {
        var one = try Self.figures("a")
        one[step] = nil
        let titles = VariantReport([one], facts: [:]).tables.map(\.title)
        let gone: [VariantFigures.Step: Int] = [.size: 1, .perplexity: 0, .calls: 1, .serving: 3]
        #expect(titles.count == 5 - (gone[step] ?? 0))
        #expect(VariantReport([VariantFigures(try Variant("a"), format: "f32")], facts: [:]).tables.isEmpty)
    }

    @Test("programs get the figures and what they come to beside the first") func json() throws {
        let json = try Self.report().json
        #expect(json["format"] == "kinglet-compression-1" && json["load"]?["workload"] == "paper")
        let variants = try #require(json["variants"]?.arrayValue)
        #expect(variants.count == 3 && variants[0]["ratio"] == nil)
        #expect(variants[1]["model"] == "models/half" && variants[1]["size"]?["layers"] == 24)
        let ratio = try #require(variants[1]["ratio"])
        #expect(ratio["to"] == "base" && ratio["perplexity"]?.doubleValue == 0.5)
        #expect(ratio["exact_points"]?.doubleValue == -1)
        let points = try #require(ratio["points"]?.arrayValue)
        #expect(points.count == 2 && points[0]["cc"] == 1)
        #expect(points[0]["qps"]?.doubleValue == 2 && points[0]["rt"]?.doubleValue == 0.5)
        #expect(variants[2]["calls"] == .null && variants[2]["ratio"]?["points"] == .array([]))
    }

    @Test("all three files are written, and again over what stands there") func files() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/tables"
        let report = try Self.report()
        for _ in 0..<2 { try report.write(to: path) }
        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
                "report.html", "report.json", "report.md",
            ])
        #expect(try JSONValue(parsing: text("report.json")) == report.json)
        let markdown = try text("report.md")
        #expect(markdown.hasPrefix("# What smaller models cost\n") && markdown.contains("| half | 8.00 | 10.00 | – |"))
        #expect(markdown.contains("- command: kinglet compress report"))
        #expect(throws: CompressionError.self) { try report.write(to: path + "/report.md/x") }
    }

    @Test("the page needs nothing else, and has a plot for what is known") func page() throws {
        let folder = try TemporaryFolder()
        func html(_ report: VariantReport) throws -> String {
            try report.write(to: folder.path)
            return try String(contentsOfFile: folder.path + "/report.html", encoding: .utf8)
        }
        let page = try html(Self.report())
        #expect(
            !page.contains("<script") && !page.contains("http:") && !page.contains("https:")
                && page.contains("third &lt;b&gt;"))
        #expect(!page.contains("third <b>"))
        let captions = ["QPS", "RT", "Exact calls", "Perplexity", "Memory", "Loading", "Exact calls by size"]
        for caption in captions { #expect(page.contains("<figcaption>\(caption), "), "\(caption)") }
        #expect(page.components(separatedBy: "<svg").count == captions.count + 1)
        #expect(page.contains("cc 8: 10") && page.contains("450 MiB: 79 %"))
        let some = try html(VariantReport([try Self.figures("one")], facts: [:]))
        #expect(!some.contains("Exact calls by size"))
        let none = try html(VariantReport([VariantFigures(try Variant("a"), format: "f32")], facts: [:]))
        #expect(!none.contains("<svg"))
    }
}
