import Documents
import Foundation
import Functions
import Teaching
import TestSupport
import Testing

/// The templates that the shipped pool is taught from, beside the requests that it is measured by.
@Suite struct ShippedTemplatesTests {
    private static func path(_ name: String) -> String { TestFiles.repository.appendingPathComponent(name).path }

    /// Letters and digits alone, in lower case.
    private static func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }

    @Test func noRequestStandsAmongThePatterns() throws {
        var requests: [String: String] = [:]
        for file in ["Tests/Requests/smart-home.jsonl", "Benchmarks/smart-home.jsonl"] {
            let queries = try JSONLines.rows(Self.path(file)) { $0["query"]?.stringValue ?? "" }
            for query in queries { requests[Self.plain(query)] = "\(file): \(query)" }
        }
        #expect(requests.count > 500)
        let pool = try FunctionPool.parse(
            try InputFile.bytes(Self.path("Config/pools/smart-home.yaml"), limit: 1 << 20), name: "smart-home",
            isYAML: true)
        let set = try TemplateSet.load(folder: Self.path("Config/teaching/smart-home"), pool: pool)
        #expect(set.faults.isEmpty && set.templates.count > 20_000)
        for template in set.templates {
            for said in Self.sentences(of: template.say.parts, in: template) {
                if let request = requests[Self.plain(said)] {
                    Issue.record("\(template.place.file) \(template.place.path) says \(request)")
                }
            }
        }
    }

    /// pattern, and what it says without a value
    static let patterns: [(String, Set<String>)] = [
        ("lights on[ now]", ["lights on", "lights on now"]), ("(a|b)[ in the {room}]", ["a", "b"]),
        ("{_please}go", ["go", "please go"]), ("go to the {room}", []), ("tell {_room} something", []),
    ]

    @Test(arguments: patterns) func patternsSayTheirWords(_ pattern: String, said: Set<String>) throws {
        let template = try TeachingFixture.template(pattern)
        #expect(Self.sentences(of: template.say.parts, in: template) == said)
    }

    /// All that a pattern says without a value: its choices open, its politeness there and not. A slot that must be filled makes
    /// a sentence of many, which no request is.
    private static func sentences(of parts: [TemplatePattern.Part], in template: Template) -> Set<String> {
        parts.reduce([""]) { before, part in
            let next: Set<String>
            switch part {
            case .words(let words): next = [words]
            case .choice(let branches): next = all(branches, in: template)
            case .optional(let branches): next = all(branches, in: template).union([""])
            case .slot(let slot): next = politeness(slot, in: template)
            }
            return Set(before.flatMap { start in next.map { start + $0 } })
        }
    }

    private static func all(_ branches: [[TemplatePattern.Part]], in template: Template) -> Set<String> {
        branches.reduce(into: []) { $0.formUnion(sentences(of: $1, in: template)) }
    }

    /// The words of a slot that gives no value and may say nothing.
    private static func politeness(_ slot: TemplateSlot, in template: Template) -> Set<String> {
        guard !slot.givesValue, case .list(let name) = slot.source else { return [] }
        let entries = template.values.entries(
            name ?? slot.name, function: template.function?.name, template.language)
        let said = Set((entries ?? []).map(\.say))
        return said.contains("") ? said : []
    }
}
