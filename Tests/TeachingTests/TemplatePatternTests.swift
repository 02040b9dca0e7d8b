import Digests
import Teaching
import TestSupport
import Testing

@Suite struct TemplatePatternTests {
    /// pattern, and everything that it can come to
    static let expansions: [(String, Set<String>)] = [
        ("lights on", ["lights on"]),
        ("(a|b)c", ["ac", "bc"]),
        ("(please |)go", ["please go", "go"]),
        ("go[ now]", ["go", "go now"]),
        ("go[ now| later]", ["go", "go now", "go later"]),
        ("a[b[c]]", ["a", "ab", "abc"]),
        ("((a|b)|c)", ["a", "b", "c"]),
        ("开[一下](灯|灯光)", ["开灯", "开灯光", "开一下灯", "开一下灯光"]),
        ("x()y", ["xy"]),
    ]

    @Test(arguments: expansions) func expands(pattern: String, expected: Set<String>) throws {
        #expect(try Self.drawn(pattern, times: 200) == expected)
    }

    /// pattern, and a part of what is said of it
    static let refused: [(String, String)] = [
        ("turn [on", "[ without its ]"), ("turn (on", "( without its )"), ("turn (on]", "( without its )"),
        ("turn on]", "] stands alone at character 8"), ("on|off", "| stands alone"), ("on)", ") stands alone"),
        ("{room", "{ without its }"), ("{ro{om}", "{ without its }"), ("room}", "} stands alone"),
        ("{}", "a slot has a name"), ("{_}", "a slot has a name"), ("{a b}", "a slot has a name"),
        ("{a:b c}", "b c is neither a list's name nor one of"), ("{a:}", "neither a list's name"),
        ("{a:number}", "number LOW..HIGH"), ("[[[[[a]]]]]", "groups nest more than 4 deep"),
    ]

    @Test(arguments: refused) func refuses(pattern: String, message: String) {
        let error = #expect(throws: TemplateError.self) { _ = try TemplatePattern(pattern) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    /// slot, its name, whether it gives a value, what it draws from
    static let slots: [(String, String, Bool, TemplateSlot.Source)] = [
        ("room", "room", true, .list(nil)), ("_please", "please", false, .list(nil)),
        ("to:city", "to", true, .list("city")), ("_a : b.c", "a", false, .list("b.c")),
        ("items:some dish 1..3", "items", true, .builtIn(.some(list: "dish", 1...3))),
        ("days: weekdays", "days", true, .builtIn(.weekdays)), ("x:weekdays_own", "x", true, .list("weekdays_own")),
    ]

    @Test(arguments: slots) func reads(_ text: String, name: String, givesValue: Bool, source: TemplateSlot.Source)
        throws
    {
        let slot = try TemplateSlot(text)
        #expect(slot.name == name)
        #expect(slot.givesValue == givesValue)
        #expect(slot.source == source)
    }

    @Test func findsItsSlotsInTheirOrder() throws {
        let pattern = try TemplatePattern("{a}[ {b:x}(|{c}[{_d}])] {a}")
        #expect(pattern.slots.map(\.text) == ["a", "b:x", "c", "_d", "a"])
    }

    @Test("property: a pattern draws what a plain model of it lists, and all of it", arguments: UInt64(0)..<60)
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let (pattern, expected) = Self.random(depth: 2, using: &random)
        let drawn = try Self.drawn("s" + pattern, times: 400)
        #expect(drawn.isSubset(of: Set(expected.map { "s" + $0 })), "\(pattern)")
        if expected.count <= 6 { #expect(drawn.count == expected.count, "\(pattern)") }
    }

    /// A pattern and the list of its expansions, made side by side.
    private static func random(depth: Int, using random: inout SeededGenerator) -> (String, Set<String>) {
        var pattern = "", expected: Set<String> = [""]
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let part: (String, Set<String>)
            switch depth > 0 ? Int.random(in: 0..<3, using: &random) : 0 {
            case 0:
                let word = ["a", "ö", "灯", "it's"].randomElement(using: &random) ?? ""
                part = (word, [word])
            case 1:
                let inner = Self.random(depth: depth - 1, using: &random)
                part = ("[\(inner.0)]", inner.1.union([""]))
            default:
                let first = Self.random(depth: depth - 1, using: &random)
                let second = Self.random(depth: depth - 1, using: &random)
                part = ("(\(first.0)|\(second.0))", first.1.union(second.1))
            }
            pattern += part.0
            expected = Set(expected.flatMap { before in part.1.map { before + $0 } })
        }
        return (pattern, expected)
    }

    private static func drawn(_ pattern: String, times: Int) throws -> Set<String> {
        let template = try TeachingFixture.template(pattern)
        var texts: Set<String> = []
        for seed in 0..<times {
            var draw = PatternDraw(template, using: SplitMix64(UInt64(seed) &* 0x9E37_79B9_7F4A_7C15))
            texts.insert(try draw.text(of: template.say))
        }
        return texts
    }
}
