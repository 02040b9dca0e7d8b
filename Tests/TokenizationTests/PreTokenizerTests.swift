import Documents
import Foundation
import ModelFiles
import TestSupport
import Testing
import Tokenization

@Suite struct PreTokenizerTests {
    @Test func piecesAreThoseOfTheRegularExpressions() throws {
        let lines = TokenFixture.lines(of: "pieces.txt")
        #expect(lines.count > 1_300)
        for line in lines {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            let text = try #require(try JSONValue(parsing: fields[0]).stringValue)
            for (kind, field) in [(PreTokenizer(kind: .gpt2), fields[1]), (PreTokenizer(kind: .smollm), fields[2])] {
                let expected = field.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
                #expect(
                    kind.pieces(of: text).map { String($0.utf8.count) } == expected, "\(kind) \(text.debugDescription)")
            }
        }
    }

    /// What Qwen2's expression does where it surprises.
    static let qwen2: [(String, [String])] = [
        ("", []),
        ("I'LL don'ſ", ["I", "'LL", " don", "'ſ"]),
        ("it’s", ["it", "’s"]),
        ("'lorem", ["'lorem"]),
        ("a  b", ["a", " ", " b"]),
        ("a  1", ["a", " ", " ", "1"]),
        ("123", ["1", "2", "3"]),
        ("x \n\n  y", ["x", " \n\n", " ", " y"]),
        ("end.\n\n\tx", ["end", ".\n\n", "\tx"]),
        ("a\u{A0}!", ["a", "\u{A0}", "!"]),
        (" !\r\n", [" !\r\n"]),
        ("trailing   ", ["trailing", "   "]),
        ("##a", ["##", "a"]),
    ]

    @Test(arguments: qwen2) func cutsAsQwen2(_ text: String, pieces: [String]) {
        #expect(PreTokenizer(kind: .qwen2).pieces(of: text) == pieces)
    }

    @Test func classesAreThoseOfHuggingFace() throws {
        var expected = [UInt8](repeating: 0, count: 0x110000)
        let lines = TokenFixture.lines(of: "scalar-classes.txt")
        #expect(lines.count > 700)
        for line in lines {
            let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
            let (first, last) = (try #require(Int(fields[0], radix: 16)), try #require(Int(fields[1], radix: 16)))
            let classes: [(Character, UInt8)] = [
                ("L", ScalarClasses.letter), ("N", ScalarClasses.number), ("S", ScalarClasses.whitespace),
                ("D", ScalarClasses.digit),
            ]
            let found = classes.filter { fields[2].contains($0.0) }.reduce(0) { $0 | $1.1 }
            for scalar in first...last { expected[scalar] = found }
        }
        let all = ScalarClasses.letter | ScalarClasses.number | ScalarClasses.whitespace | ScalarClasses.digit
        let wrong = (UInt32(0)..<0x110000).filter { ScalarClasses.shared($0) & all != expected[Int($0)] }
        #expect(wrong.isEmpty, "first: \(wrong.prefix(8).map { String($0, radix: 16) })")
    }
}
