import Documents
import Foundation
import Grammar
import TestSupport
import Testing

/// One table of formats, one parser of patterns: what decoding writes is valid to the validator.
@Suite struct StringFormatTests {
    static func isValid(_ text: String, _ schema: JSONValue) -> Bool {
        (try? SchemaValidator(schema).validate(.string(text))) != nil
    }

    /// A text that the automaton accepts, drawn edge by edge.
    static func sample(_ automaton: ScalarAutomaton, using random: inout SeededGenerator) -> String? {
        var text = String.UnicodeScalarView(), state = 0
        for step in 0..<400 {
            if automaton.isAccepting[state], step > 60 || Int.random(in: 0...3, using: &random) == 0 { break }
            guard let edge = automaton.edges[state].randomElement(using: &random) else { break }
            let value = UInt32.random(in: edge.range, using: &random)
            // Surrogates are no characters.
            text.append(Unicode.Scalar(value) ?? Unicode.Scalar(edge.range.lowerBound) ?? "?")
            state = edge.target
        }
        return automaton.isAccepting[state] ? String(text) : nil
    }

    @Test("whatever decoding writes of a format is valid", arguments: StringFormat.all.map(\.name))
    func formatsAgree(name: String) throws {
        let format = try #require(StringFormat.named(name))
        let automaton = try #require(try PatternAutomaton.make(format.pattern, limit: GrammarLimits().patternStates))
        var random = SeededGenerator(UInt64(name.utf8.count)), drawn = 0
        for _ in 0..<400 {
            guard let text = Self.sample(automaton, using: &random) else { continue }
            drawn += 1
            #expect(format.accepts(text) && Self.isValid(text, ["format": .string(name)]), "\(name): \(text)")
        }
        #expect(drawn > 100)
        #expect(!format.accepted.isEmpty && SchemaKeywords.formats.contains(name))
    }

    static let table: [(format: String, good: [String], bad: [String])] = [
        (
            "duration", ["P1Y2M3D", "PT5M", "P3W", "P1DT1H"],
            ["P", "PT", "P1Y2D", "1D", "P1S", "P1W2D", "PT1H1S", "P-1D"]
        ),
        (
            "hostname", ["a", "a.b-c.example", String(repeating: "a", count: 63), "1.2.3.4.5.6.7.8.9.10"],
            ["", "-a", "a-", "a..b", "a b", "é.example", String(repeating: "a", count: 64), "a."]
        ),
        (
            "ipv6", ["::", "::1", "1::", "2001:db8::8:800:200c:417a", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"],
            ["", ":", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1.2.3", "1:2:3:4:5:6:7::8", "g::"]
        ),
        (
            "uri", ["https://example.com/a?b=c#d", "urn:isbn:1", "mailto:a@b.c", "http://[::1]:80/", "a:%41"],
            ["", "example.com", "//a", "1a:b", "a:b c", "a:%4", "a:é", ":a"]
        ),
        ("ipv4", ["10.0.0.255"], ["10.0.0", "10.0.0.256", "010.0.0.1", "1.2.3.4 "]),
        ("email", ["a@b", "first.last+tag@example.com"], ["a", "a@", "@b", "a @b", "a@b@c"]),
        ("time", ["23:59:60Z", "00:00:00.123+01:00"], ["23:59", "25:00:00Z", "23:59:61Z"]),
        ("int32", ["anything"], []), ("binary", ["\u{0}"], []),
    ]
    @Test(arguments: table) func validatorTakes(_ format: String, _ good: [String], _ bad: [String]) {
        for text in good { #expect(Self.isValid(text, ["format": .string(format)]), "\(text)") }
        for text in bad { #expect(!Self.isValid(text, ["format": .string(format)]), "\(text)") }
    }

    @Test func enumBesideFormatKeepsTheFormat() throws {
        let grammar = try GrammarTesting.compile(["enum": ["2026-02-28", "2026-02-30", "soon"], "format": "date"])
        #expect(GrammarTesting.accepts(grammar, #""2026-02-28""#))
        #expect(!GrammarTesting.accepts(grammar, #""2026-02-30""#) && !GrammarTesting.accepts(grammar, #""soon""#))
    }

    /// Patterns of every construct that is read.
    struct PatternMaker {
        var random: SeededGenerator

        mutating func pick<Element>(_ list: [Element], or other: Element) -> Element {
            list.randomElement(using: &random) ?? other
        }

        mutating func pattern(_ depth: Int = 0) -> String {
            let body = (0..<Int.random(in: 1...3, using: &random)).map { _ in part(depth) }.joined()
            guard depth == 0 else { return body }
            return (Bool.random(using: &random) ? "^" : "") + body + (Bool.random(using: &random) ? "$" : "")
        }

        private mutating func part(_ depth: Int) -> String {
            let atoms = [
                "a", "b", "0", "\\d", "\\w", "\\s", "[a-c]", "[^a]", ".", "\\x41", "\\u0062", "\\u{1F600}", "-", "\\.",
                "[\\d_-]",
            ]
            var atom = pick(atoms, or: "a")
            if depth < 2, Int.random(in: 0...2, using: &random) == 0 {
                let open = pick(["(", "(?:", "(?<name>"], or: "(")
                let other = Bool.random(using: &random) ? "|" + pattern(depth + 1) : ""
                atom = open + pattern(depth + 1) + other + ")"
            }
            return atom + pick(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}?", "{2,}"], or: "")
        }
    }

    @Test("automaton and validator read a pattern alike", arguments: UInt64(0)..<150)
    func patternsAgree(seed: UInt64) throws {
        var maker = PatternMaker(random: SeededGenerator(seed))
        let pattern = maker.pattern()
        var random = maker.random
        guard let automaton = try PatternAutomaton.make(pattern, limit: GrammarLimits().patternStates),
            !automaton.isEmpty
        else { return }
        let schema: JSONValue = ["pattern": .string(pattern)]
        for _ in 0..<30 {
            guard let text = Self.sample(automaton, using: &random) else { continue }
            #expect(automaton.matches(text) && Self.isValid(text, schema), "\(pattern) wrote \(text.debugDescription)")
            // And what is near it: both say the same.
            var scalars = Array(text.unicodeScalars)
            if !scalars.isEmpty { scalars.remove(at: Int.random(in: scalars.indices, using: &random)) }
            scalars.insert(["a", "b", "0", " ", "-"].randomElement(using: &random) ?? "a", at: 0)
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let other = String(view)
            #expect(automaton.matches(other) == Self.isValid(other, schema), "\(pattern): \(other.debugDescription)")
        }
    }

    static let bounds: [(pattern: String, isKept: Bool)] = [
        (String(repeating: "(", count: 60) + "a" + String(repeating: ")", count: 60), true),
        (String(repeating: "(", count: 70) + "a" + String(repeating: ")", count: 70), false),
        ("^" + String(repeating: "a", count: 1_100), true), (String(repeating: "a", count: 4_097), false),
        ("^(?<year>\\d{4})-(?<rest>\\u{1F600}|x)$", true), ("^[a-z]{1,3000}$", true), ("(?=a)b", false),
        ("a\\b", false),
    ]
    @Test("a pattern is kept by both or by neither", arguments: bounds) func boundsAgree(
        _ pattern: String, _ isKept: Bool
    ) {
        let schema: JSONValue = ["type": "string", "pattern": .string(pattern)]
        #expect(((try? SchemaCheck.check(schema)) != nil) == isKept)
        let error = { () -> String in
            do throws(SchemaValidator.Violation) { try SchemaValidator(schema).validate("a") } catch {
                return error.message
            }
            return ""
        }()
        #expect(error.contains("is not known") != isKept, "\(error.prefix(200))")
    }
}
