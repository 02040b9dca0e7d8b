import Documents
import Testing

/// What is wrong with a text in YAML is said in one line, with the place where the parser knows it.
@Suite struct YAMLFaultTests {
    static let faults: [(String, [String])] = [
        ("a: [", ["invalid YAML", "2:1", "did not find expected node content"]), ("a: {b: 1", ["invalid YAML"]),
        ("a: 'b", ["invalid YAML", "quoted scalar"]), ("a: 1\n b: 2\n", ["invalid YAML"]),
        ("\ta: 1\n", ["invalid YAML"]),
        ("a: *nobody\n", ["1:4", "undefined alias"]), ("%TAG\n", ["invalid YAML"]), ("- a\nb: 1\n", ["invalid YAML"]),
        ("a: \"\\q\"\n", ["invalid YAML"]), ("? [", ["invalid YAML"]),
    ]
    @Test(arguments: faults) func areSaidInOneLine(text: String, parts: [String]) {
        do {
            let value = try YAMLDocument.parse(text)
            Issue.record("\(text) is taken as \(value.text())")
        } catch {
            for part in parts { #expect("\(error)".contains(part), "\(text): \(error)") }
            #expect(!"\(error)".contains("\n") && !"\(error)".hasSuffix(":"), "\(text): \(error)")
        }
    }

    static let sound: [(String, JSONValue)] = [
        ("", .null), ("# only\n", .null), ("a: 1", ["a": 1]), ("\u{FEFF}a: yes", ["a": "yes"]),
        ("[a, 2, null]", ["a", 2, .null]),
        ("a: 12:30", ["a": "12:30"]), ("a: &x {b: 1}\nc: *x", ["a": ["b": 1], "c": ["b": 1]]),
        ("a: |\n  b\n  c\n", ["a": "b\nc\n"]),
    ]
    @Test(arguments: sound.indices) func soundTextsAreRead(_ row: Int) throws {
        #expect(try YAMLDocument.parse(Self.sound[row].0) == Self.sound[row].1, "\(Self.sound[row].0)")
    }
}
