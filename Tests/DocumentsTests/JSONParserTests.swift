import Documents
import Foundation
import OrderedCollections
import TestSupport
import Testing

@Suite struct JSONParserTests {
    static let accepted: [(String, JSONValue)] = [
        (#" {"b": 1, "a": [true, null]} "#, ["b": 1, "a": [true, nil]]),
        (#""\u00e9\ud83d\ude00\n\/""#, "é😀\n/"),
        ("-0.5e1", .number(-5)),
        ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("[]", []),
        ("{}", [:]),
    ]
    @Test(arguments: accepted) func accepts(_ text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    static let refused: [(String, JSONParseError.Reason)] = [
        ("", .unexpectedEnd), ("{", .unexpectedEnd), ("tru", .unexpectedEnd), ("[1,]", .unexpectedByte),
        ("01", .trailingBytes), ("1.", .unexpectedEnd), ("1e999", .badNumber), ("-a", .badNumber),
        (#""\x""#, .badEscape), (#""\ud800""#, .badEscape), (#""\ud800\u0041""#, .badEscape),
        ("\"\u{1}\"", .controlCharacter), (#"{"a":1,"a":2}"#, .duplicateName("a")), ("nul!", .unexpectedByte),
        (String(repeating: "[", count: 100_000), .tooDeep),
    ]
    @Test(arguments: refused) func refuses(_ text: String, reason: JSONParseError.Reason) {
        #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONParseError)?.reason == reason }
    }

    @Test func refusesBytesThatAreNotUTF8() {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22, 0x5C, 0x6E, 0xFF, 0x22]) }
    }

    @Test("depth 64 is the limit") func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(64))
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(65)) }
    }

    @Test("property: what is written is read back", arguments: UInt64(0)..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let value = JSONValue.random(depth: 4, using: &random)
        #expect(try JSONValue(parsing: value.text(.compact)) == value)
        #expect(try JSONValue(parsing: value.text(.spaced)) == value)
        let foundation = try JSONSerialization.jsonObject(with: Data(value.utf8()), options: .fragmentsAllowed)
        let again = try JSONSerialization.data(withJSONObject: foundation, options: .fragmentsAllowed)
        #expect(try JSONValue(parsing: again).sorted == value.sorted)
    }

    @Test("property: damaged text never traps", arguments: UInt64(0)..<200)
    func damage(seed: UInt64) {
        var random = SeededGenerator(seed)
        var bytes = JSONValue.random(depth: 4, using: &random).utf8()
        for _ in 0..<3 where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        _ = try? JSONValue(parsing: bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
    }
}

extension JSONValue {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: depth > 0 ? 0..<8 : 0..<6, using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: -1_000_000...1_000_000, using: &random))
        case 3: return .number(Double(Int.random(in: -999...999, using: &random)) + 0.5)
        case 4, 5: return .string(randomText(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            var members = JSONObject()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                members[randomText(using: &random)] = .random(depth: depth - 1, using: &random)
            }
            return .object(members)
        }
    }

    private static func randomText(using random: inout SeededGenerator) -> String {
        let alphabet = Array("ab\"\\/\n\t\u{1}\u{7F}é漢😀 ")
        return String(
            (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
    }

    /// The same value with members in the order of their names.
    var sorted: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(JSONObject(uniqueKeysWithValues: members.map { ($0.key, $0.value.sorted) }.sorted { $0.0 < $1.0 }))
        case .number(let value): Int(exactly: value).map { .integer($0) } ?? self
        default: self
        }
    }
}

/// A byte order mark before a text is passed over, once; anywhere else it is an error.
@Suite struct ByteOrderMarkTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static let texts: [(before: [UInt8], text: String, value: JSONValue?, offset: Int)] = [
        (mark, "{\"a\": 1}", ["a": 1], 0), (mark, " [] ", [], 0), (mark, "\"\u{FEFF}\"", "\u{FEFF}", 0),
        ([], "1", 1, 0),
        (mark + mark, "1", nil, 3), ([0x20] + mark, "1", nil, 1), (mark, "", nil, 3), ([0xEF, 0xBB], "1", nil, 0),
        (mark, "{\"a\": }", nil, 9), ([0xFF, 0xFE], "1", nil, 0),
    ]

    @Test(arguments: texts) func parses(_ row: (before: [UInt8], text: String, value: JSONValue?, offset: Int)) {
        let bytes = row.before + Array(row.text.utf8)
        do throws(JSONParseError) {
            #expect(try JSONValue(parsing: bytes) == row.value)
        } catch {
            #expect(row.value == nil && error.offset == row.offset, "\(error)")
        }
    }
}
