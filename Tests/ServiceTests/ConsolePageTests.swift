import Foundation
import Service
import Testing

/// The console's page: how it is put together, and what may not stand in it.
@Suite struct ConsolePageTests {
    static let frames: [(frame: String, parts: [String: String], page: String)] = [
        ("", [:], ""), ("plain", ["a": "x"], "plain"), ("{{a}}", ["a": "x"], "x"),
        ("<{{a}}|{{b}}>", ["a": "1", "b": "2"], "<1|2>"), ("{{a}}{{a}}", ["a": "1"], "11"),
        ("<{{unknown}}>", [:], "<>"), ("{{a", ["a": "x"], "{{a"), ("a}} {{b}}", ["b": "x"], "a}} x"),
        // A part's own braces are left alone.
        ("{{a}}-{{b}}", ["a": "{{b}}", "b": "}}{{"], "{{b}}-}}{{"),
    ]
    @Test(arguments: frames) func isPutTogether(frame: String, parts: [String: String], page: String) {
        #expect(ConsolePage.page(frame: frame, parts: parts) == page)
    }

    @Test func hasEveryPieceOnce() {
        let html = ConsolePage.html
        #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
        #expect(html.contains(ConsolePage.style) && html.contains(ConsolePage.script))
        for view in ["ask", "pools", "knowledge", "adapters", "labels", "evaluations", "live"] {
            #expect(html.components(separatedBy: "id=\"view-\(view)\"").count == 2, "\(view)")
            #expect(html.contains("href=\"#\(view)\""), "\(view)")
        }
        #expect(ConsolePage.script.hasPrefix("\"use strict\";\n"))
        #expect(html.components(separatedBy: "<script").count == 2 && html.components(separatedBy: "<style").count == 2)
    }

    /// What the policy would refuse, and what would read text as markup.
    static let forbidden = [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "javascript:",
        " style=\"", " onclick=", " onload=", " onerror=", " onsubmit=", "<link", "<iframe", "src=", "@import", ":url(",
        " url(",
        "</script>\n<script",
    ]
    @Test(arguments: forbidden) func hasNothingThatThePolicyRefuses(text: String) {
        #expect(!ConsolePage.html.contains(text))
    }

    /// The name space of SVG is a name; nothing is fetched from it.
    @Test func namesNoOtherPlace() {
        let html = ConsolePage.html.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!html.contains("http://") && !html.contains("https://"))
    }

    /// Every element that the script asks for by its id is in the page, and every label's field.
    @Test func everyIdIsThere() {
        let html = ConsolePage.html
        let ids = Set(html.matches(of: #/ id="([\w-]+)"/#).map { String($0.output.1) })
        let asked = Set(ConsolePage.script.matches(of: #/\$\("([\w-]+)"\)/#).map { String($0.output.1) })
        #expect(asked.subtracting(ids).isEmpty && asked.count > 50, "\(asked.subtracting(ids).sorted())")
        let named = html.matches(of: #/ (?:for|aria-labelledby|aria-describedby)="([\w-]+)"/#).map {
            String($0.output.1)
        }
        #expect(Set(named).subtracting(ids).isEmpty && named.count > 20)
    }
}
