import Documents
import Foundation
import Grammar
import Inference
import TestSupport
import Testing

/// Our masks against llguidance's, token for token, along the walks of the fixture.
///
/// Known differences, which the walks avoid:
/// - Our numbers have at most 18 digits before and 17 after the point, and exponents of at most two digits; theirs any.
/// - In a range around zero they admit `-0` for integers; we write zero one way where bounds are given.
/// - Below a `maximum` of 30.75 they refuse 30.7; we admit it.
/// - With the pattern `^[^"\\]*$` they admit escaped quotes and backslashes, which the pattern excludes; we do not.
/// - Control characters of an enum's strings: they admit `\\u0009` beside `\\t`; we write one form.
/// - Names of undeclared members: they admit `\\u` escapes and repeated names; we neither, so that names differ.
/// - `type` absent: they leave other types open beside `properties`, `pattern` and so on; we take the type that is meant.
/// - `additionalProperties` absent beside `properties`: open there, closed here.
/// - They refuse `uniqueItems`, unknown `format`s and `oneOf`; we keep it, ignore them, and keep it where it is provable.
@Suite struct TokenMaskParityTests {
    private static func fnv(_ mask: TokenMask, below limit: Int32) -> (count: Int, hash: UInt32) {
        var (count, hash): (Int, UInt32) = (0, 2_166_136_261)
        for token in mask.tokens where token < limit {
            hash = (hash ^ UInt32(token)) &* 16_777_619
            count += 1
        }
        return (count, hash)
    }

    @Test(.enabled(if: TestFiles.model != nil, "the model is missing: make model"))
    func equalsLLGuidance() throws {
        let vocabulary = try #require(ModelVocabulary.shared)
        let other = ProcessInfo.processInfo.environment["KINGLET_LLGUIDANCE_MASKS"]
        let file = other.map { URL(fileURLWithPath: $0) } ?? TestFiles.fixture("llguidance_masks.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let records = try #require(try JSONValue(parsing: text).arrayValue)
        var (equal, differences) = (0, [String]())
        for record in records {
            let schema = try #require(record["schema"])
            let grammar: CompiledGrammar
            do {
                grammar = try CompiledGrammar.compile(schema: schema, vocabulary: vocabulary)
            } catch {
                differences.append("\(schema.text(.compact)): \(error)")
                continue
            }
            for walk in record["walks"]?.arrayValue ?? [] {
                var matcher = Matcher(grammar)
                let tokens = (walk["tokens"]?.arrayValue ?? []).compactMap(\.intValue)
                for (index, step) in (walk["steps"]?.arrayValue ?? []).enumerated() {
                    let expected = (step.arrayValue ?? []).compactMap(\.intValue)
                    let mask = Self.fnv(matcher.mask(), below: 151_643)
                    if [mask.count, Int(mask.hash), matcher.canEnd ? 1 : 0] == expected {
                        equal += 1
                    } else {
                        let written = tokens.prefix(index).map {
                            String(decoding: vocabulary.tokenBytes[$0], as: UTF8.self)
                        }
                        differences.append(
                            "\(schema.text(.compact)) after \(written): \(mask.count) tokens, end \(matcher.canEnd); "
                                + "llguidance \(expected[0]), end \(expected[2])")
                    }
                    guard index < tokens.count else { break }
                    guard matcher.accept(Int32(tokens[index])) else {
                        differences.append("\(schema.text(.compact)): token \(index) of \(tokens) refused")
                        break
                    }
                }
            }
        }
        print("\(equal) masks equal llguidance's")
        #expect(
            differences.isEmpty, "\(differences.count) differ; first: \(differences.prefix(40).joined(separator: "\n"))"
        )
        #expect(other != nil || equal > 2_500)
    }
}
