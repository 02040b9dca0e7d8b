import Documents
import Foundation
import FunctionCalling
import Functions
import Grammar
import Inference
import TestSupport
import Testing

@Suite struct AnswerFormatTests {
    static let functions = [
        FunctionDefinition(
            name: "light_set", description: "",
            parameters: [
                "type": "object", "properties": ["level": ["$ref": "#/$defs/percent"], "room": ["type": "string"]],
                "required": ["level"], "$defs": ["percent": ["type": "integer", "minimum": 0, "maximum": 100]],
            ]),
        FunctionDefinition(name: "light_set_scene", description: ""),
        FunctionDefinition(name: "a.b-c", description: ""),
    ]

    static func accepts(_ text: String, _ format: AnswerFormat) async throws -> Bool {
        let generator = try ScriptedGenerator { _ in text }
        var request = GenerationRequest(prompt: [1], maxTokens: 100)
        request.grammar = try await generator.compile(format.schema)
        return (try? await generator.generate(request)) != nil
    }

    static let single: [(String, Bool)] = [
        (#"{"name": "light_set", "arguments": {"level": 5}}"#, true),
        (#"{"name": "light_set", "arguments": {"level": 5, "room": "bath"}}"#, true),
        (#"{"name": "light_set", "arguments": {"level": 101}}"#, false),
        (#"{"name": "light_set", "arguments": {}}"#, false), (#"{"name": "light_set"}"#, false),
        (#"{"name": "light_set_scene", "arguments": {}}"#, true), (#"{"name": "a.b-c", "arguments": {}}"#, true),
        (#"{"name": "light", "arguments": {}}"#, false), (#"{"name": "no_appropriate_function"}"#, true),
        (#"{"name": "request_unclear"}"#, true), (#"{"name": "request_unclear", "arguments": {}}"#, false),
        (#"[{"name": "a.b-c", "arguments": {}}]"#, false),
    ]
    @Test(arguments: single) func oneCall(text: String, isAllowed: Bool) async throws {
        let format = AnswerFormat(Self.functions)
        #expect(try await Self.accepts(text, format) == isAllowed)
        if isAllowed { _ = try format.parse(text) }
    }

    static let several: [(String, Int?)] = [
        (#"[{"name": "a.b-c", "arguments": {}}]"#, 1),
        (#"[{"name": "a.b-c", "arguments": {}}, {"name": "light_set", "arguments": {"level": 7}}]"#, 2),
        (
            #"[{"name": "a.b-c", "arguments": {}}, {"name": "a.b-c", "arguments": {}}, {"name": "a.b-c", "arguments": {}}]"#,
            nil
        ),
        (#"[]"#, nil), (#"{"name": "no_appropriate_function"}"#, 0), (#"{"name": "a.b-c", "arguments": {}}"#, nil),
    ]
    @Test(arguments: several) func upToTwoCalls(text: String, calls: Int?) async throws {
        let format = AnswerFormat(Self.functions, maxCalls: 2)
        #expect(try await Self.accepts(text, format) == (calls != nil))
        if let calls { #expect(try format.parse(text).calls.count == calls) }
    }

    @Test("property: exactly the names of the candidates", arguments: UInt64(0)..<20)
    func exactlyTheNames(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let alphabet = ["a", "b", "_", ".", "-", "A1"]
        let names = Set(
            (0..<12).map { _ in
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    alphabet[Int.random(in: alphabet.indices, using: &random)]
                }.joined()
            })
        let inside = names.sorted().prefix(names.count / 2 + 1)
        let format = AnswerFormat(inside.map { FunctionDefinition(name: $0, description: "") })
        for name in names {
            let text = #"{"name": "\#(name)", "arguments": {}}"#
            #expect(try await Self.accepts(text, format) == inside.contains(name))
        }
    }

    @Test func pointersLeadBackToTheFunction() {
        let one = AnswerFormat(Self.functions), two = AnswerFormat(Self.functions, maxCalls: 2)
        let pointer = one.function(at: "/anyOf/0/properties/arguments/properties/room/pattern")
        #expect(pointer?.index == 0 && pointer?.pointer == "/parameters/properties/room/pattern")
        let deep = two.function(at: "/anyOf/0/items/anyOf/2/properties/arguments/required")
        #expect(deep?.index == 2 && deep?.pointer == "/parameters/required")
        #expect(one.function(at: "/anyOf/9/x") == nil && one.function(at: "") == nil)
    }

    @Test func referencesMoveButDataStays() {
        let moved = LocalReferences.moved(
            ["$ref": "#/$defs/x", "enum": [["$ref": "#/a"]], "properties": ["$ref": ["$ref": "#"]]], to: "/p")
        #expect(
            moved == ["$ref": "#/p/$defs/x", "enum": [["$ref": "#/a"]], "properties": ["$ref": ["$ref": "#/p"]]])
    }

    @Test func confidenceIsOfTheName() {
        func token(_ text: String, _ probability: Double, forced: Bool = false) -> GeneratedToken {
            GeneratedToken(id: 0, bytes: Array(text.utf8), logprob: Float(log(probability)), isForced: forced)
        }
        let single = [
            token(#"{"name": ""#, 1, forced: true), token("light", 0.5), token("_set", 0.8), token(#"","#, 0.9),
            token(#" "arguments": {"name": "x"}}"#, 0.1),
        ]
        #expect(ChoiceConfidence.ofNames(in: single).map { ($0 * 1000).rounded() } == [360])
        let several = [
            token(#"[{"name": "a"#, 0.5), token(#"", "arguments": {"name": {"name": "q"}}}, {"name": ""#, 0.5),
            token(#"b\"]}""#, 0.2), token("}]", 0.3),
        ]
        #expect(ChoiceConfidence.ofNames(in: several).map { ($0 * 1000).rounded() } == [250, 200])
        #expect(ChoiceConfidence.ofNames(in: []) == [] && NameSpans.find(in: Array(#"{"name": "x"#.utf8)) == [])
    }
}
