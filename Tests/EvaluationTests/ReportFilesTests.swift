import Documents
import Evaluation
import Foundation
import Functions
import OrderedCollections
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ReportFilesTests {
    /// Texts that a parser of markup, a spreadsheet or a terminal may take for something else.
    static let nasty = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]>&amp;&#60;", "'; --", "=1+2", "@SUM(A1)",
        "-2+3",
        "a,\"b\"\r\nc", "\u{0}\u{1}\u{8}\u{1B}[31m", "\u{FFFE}\u{FFFF}", "\u{202E}txt", "日本語 👩‍👩‍👧", "<!--", "&lt;",
        "\u{85}\u{2028}",
    ]

    static func records() -> [CallsRecord] {
        nasty.enumerated().flatMap { index, text in
            [
                Records.call("\(index) \(text)", text, isRight: false) { record in
                    (record.query, record.category, record.language, record.detail) = (text, text, text, text)
                    record.set = text
                },
                Records.call("\(index) failed", text) { ($0.error, $0.isRight) = (text, false) },
            ]
        }
    }

    /// Counts elements and collects texts; FoundationXML's parser.
    private final class Reader: NSObject, XMLParserDelegate {
        var names: [String: Int] = [:], attributes: [[String: String]] = [], text = ""
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            names[name, default: 0] += 1
            self.attributes.append(attributes)
        }
        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test func junitIsXMLWhateverTheTexts() throws {
        let parser = XMLParser(data: Data(CallsJUnit(Self.records()).xml.utf8)), reader = Reader()
        parser.delegate = reader
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
        let count = Self.nasty.count
        #expect(
            reader.names["testcase"] == 2 * count && reader.names["failure"] == count && reader.names["error"] == count)
        // A set a text, and one for the failures.
        #expect(reader.names["testsuite"] == count + 1)
        let top = try #require(reader.attributes.first)
        #expect(top["tests"] == "\(2 * count)" && top["failures"] == "\(count)" && top["errors"] == "\(count)")
        #expect(reader.text.contains("query: <script>alert(1)</script>"))
        #expect(reader.attributes.contains { $0["message"] == "a,\"b\"\r\nc" })
    }

    @Test func junitOfOneRightSample() {
        let xml = CallsJUnit([Records.call("a")]).xml
        #expect(xml.contains(#"<testcase classname="own/valid.lights_on" name="a" time="0.02"/>"#))
        #expect(
            xml.contains(#"<testsuite name="own/valid" tests="1" failures="0" errors="0" skipped="0" time="0.02">"#))
    }

    /// Rows of RFC 4180.
    private static func rows(_ csv: String) -> [[String]] {
        var rows: [[String]] = [[]], field = "", isQuoted = false
        var scalars = csv.unicodeScalars.makeIterator(), next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            switch scalar {
            case "\"" where isQuoted && next == "\"":
                field.append("\"")
                next = scalars.next()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted, "\n" where !isQuoted:
                rows[rows.count - 1].append(field)
                field = ""
                if scalar == "\n" { rows.append([]) }
            case "\r" where !isQuoted: break
            default: field.unicodeScalars.append(scalar)
            }
        }
        return rows.filter { !$0.isEmpty }
    }

    @Test func csvHasARowASampleAndNoFormula() throws {
        let records = Self.records(), rows = Self.rows(CallsTable(records).csv)
        let head = try #require(rows.first)
        #expect(rows.count == records.count + 1 && rows.allSatisfy { $0.count == head.count })
        let query = try #require(head.firstIndex(of: "query")), right = try #require(head.firstIndex(of: "right"))
        for (record, row) in zip(records, rows.dropFirst()) {
            let wanted = record.query ?? ""
            #expect(row[query] == (wanted.first.map { "=+-@".contains($0) } ?? false ? "'\(wanted)" : wanted))
            #expect(row[right] == "0" && !row.contains { $0.hasPrefix("=") || $0.hasPrefix("@") })
        }
    }

    @Test func thePageNeedsNothingAndRunsNothing() {
        let page = CallsPage(title: "<b>&", about: ["model": "<i>x</i>", "seed": 3], records: Self.records()).html
        let tags = page.matches(of: /<([a-zA-Z][a-zA-Z0-9]*)/).map { String($0.1) }
        let known: Set<String> = [
            "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "div", "b", "strong", "span",
            "small",
            "section", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "dl", "dt", "dd", "ul", "li",
            "svg", "rect", "path", "text", "circle",
        ]
        #expect(Set(tags).isSubset(of: known), "\(Set(tags).subtracting(known))")
        #expect(!page.contains("<script") && !page.contains("<b>&<") && page.contains("&lt;b&gt;&amp;"))
        #expect(
            !page.contains("<th></th>")
                && page.contains(#"class="wide" tabindex="0" role="region" aria-label="Outcomes""#))
        #expect(page.firstMatch(of: /(src|href|url\()=?["'(]?https?:/) == nil)
        #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        for tag in ["section", "div", "svg", "dl", "details", "table", "span", "p"] {
            #expect(tags.count { $0 == tag } == page.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
        }
    }

    @Test func thePageSaysWhatTheReportSays() {
        let page = CallsPage(title: "t", about: ["model": "tiny"], records: CallsReportTests.records).html
        for text in [
            "57.1 %", "(25.0-84.2)", "Languages", "Categories", "Domains", "music", "Confidence", "Wrong answers",
            "the queue is full",
            "room is hall, not kitchen", "<dt>model</dt><dd dir=\"auto\">tiny</dd>",
        ] { #expect(page.contains(text), "\(text)") }
        #expect(!page.contains("Retrieval"))
        let found = CallsPage(
            title: "t", about: [:], records: [Records.call("a") { ($0.candidates, $0.rank) = (5, 2) }]
        ).html
        #expect(found.contains("<h2>Retrieval</h2>") && !found.contains("How it was made"))
    }

    @Test func longRunsMakeNoEndlessPage() {
        let records = (0..<5000).map { Records.call("\($0)", "f\($0)_x", isRight: false) { $0.query = "q" } }
        let page = CallsPage(title: "t", about: [:], records: records).html
        #expect(page.utf8.count < 400_000 && page.contains("the first 200 of them here"))
        #expect(page.contains("4940 more with fewer samples"))
    }

    @Test func noSamplesAreAPageToo() {
        #expect(CallsPage(title: "t", about: [:], records: []).html.contains("Wrong answers"))
    }

    @Test func filesAreWrittenAnew() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reports-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for records in [Self.records(), [Records.call("a")]] {
            try ReportFiles(title: "t", about: [:], records: records).write(to: folder.path)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["junit.xml", "report.html", "report.json", "report.md", "samples.csv"])
        let bytes = try Data(contentsOf: folder.appendingPathComponent("report.json"))
        #expect(try JSONValue(parsing: bytes)["samples"] == 1)
        #expect(throws: DocumentError.self) {
            try ReportFiles(title: "t", about: [:], records: []).write(to: folder.path + "/nowhere")
        }
    }
}
