import Documents
import FunctionCalling
import Functions
import TestSupport
import Testing
import Tokenization

@Suite struct PromptBuilderTests {
    static func builder(limit: Int) throws -> PromptBuilder {
        PromptBuilder(template: PlainTemplate(tokenizer: try ScriptedGenerator { _ in "" }.tokenizer), limit: limit)
    }

    static func turns(_ count: Int, length: Int = 20) -> [FunctionCallRequest.Turn] {
        (0..<count).map {
            .init(role: $0 % 2 == 0 ? .user : .assistant, content: String(repeating: "\($0 % 10)", count: length))
        }
    }

    @Test func signatures() {
        let schemas: [(JSONValue, String)] = [
            (["type": "string"], "string"), (["type": "integer", "minimum": 1, "maximum": 5], "1..5"),
            (["type": "number", "minimum": 0.5], "number >= 0.5"), (["type": "integer"], "integer"),
            (["enum": ["a", 5, "5", "x y", "true"]], #"a|5|"5"|"x y"|"true""#),
            (["type": "array", "items": ["enum": ["a", "b"]]], "(a|b)[]"),
            (["type": "array", "items": ["type": "string"]], "string[]"), (["type": "boolean"], "boolean"),
            (["type": "string", "format": "date"], "YYYY-MM-DD"), ([:], "any"),
            (["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"], "HH:MM"),
            (["type": ["string", "null"]], "string|null"), (["$ref": "#/$defs/d"], "1..9"),
            (["type": "object", "properties": ["x": ["type": "string"]], "required": ["x"]], "{x: string}"),
        ]
        for (schema, text) in schemas {
            let function = FunctionDefinition(
                name: "f", description: "",
                parameters: [
                    "type": "object", "properties": ["p": schema],
                    "$defs": ["d": ["type": "integer", "minimum": 1, "maximum": 9]],
                ])
            #expect(ParameterSignature.text(of: function) == "p?: \(text)")
        }
    }

    @Test func snapshot() throws {
        let pool = try SmartHome.pool()
        let functions = ["light_set_color", "climate_set_mode", "timer_start", "navigation_stop"].compactMap {
            pool[$0]
        }
        #expect(
            PromptBuilder.instructions(functions, style: PromptStyle(), maxCalls: 1) == #"""
                Choose the one function that carries out the user's request.

                Functions:
                {"name": "light_set_color", "description": "Give lights a colour.", "arguments": "color: red|orange|yellow|green|cyan|blue|purple|pink|white, room?: string, lamp?: string"}
                {"name": "climate_set_mode", "description": "Choose what the air conditioning or heating does.", "arguments": "mode: heat|cool|auto|dry|fan_only|eco|off, room?: string"}
                {"name": "timer_start", "description": "Start a countdown.", "arguments": "duration: {hours: 0..99, minutes: 0..999, seconds: 0..9999}, name?: string /* what it is for, e.g. pasta */"}
                {"name": "navigation_stop", "description": "End the guidance.", "arguments": ""}
                {"name": "no_appropriate_function", "description": "none of the functions does what the user asks"}
                {"name": "request_unclear", "description": "the user's request is incomplete or ambiguous"}

                Answer with JSON: {"name": <function>, "arguments": {…}}
                """#)
        let full = PromptBuilder.instructions(
            functions, style: PromptStyle(form: .full, guidelines: ["Be\nbrief."]), maxCalls: 3)
        #expect(full.contains("- Be brief.") && full.contains("at most 3"))
    }

    @Test func whatChangesLeastStandsFirst() throws {
        let prompt = try Self.builder(limit: 100_000).build(
            instructions: "INSTRUCTIONS", history: Self.turns(2), context: "Now: noon", query: "louder")
        #expect(prompt.messages.map(\.role) == [.system, .user, .assistant, .user])
        #expect(prompt.messages.last?.content == "Now: noon\n\nRequest: louder")
        let bare = try Self.builder(limit: 100_000).build(
            instructions: "I", history: [], context: "", query: "louder")
        #expect(bare.messages.last?.content == "louder")
    }

    @Test("law: the oldest turns go first, and no more than need be", arguments: [0, 1, 2, 5, 9, 12])
    func overflow(dropped: Int) throws {
        let history = Self.turns(12)
        func size(_ kept: Int) throws -> Int {
            try Self.builder(limit: 100_000).build(
                instructions: "I", history: Array(history.suffix(kept)), context: "", query: "q"
            ).tokens.count
        }
        let limit = try size(12 - dropped)
        let prompt = try Self.builder(limit: limit).build(instructions: "I", history: history, context: "", query: "q")
        #expect(prompt.droppedTurns == dropped && prompt.tokens.count <= limit)
        #expect(prompt.messages.count == 2 + 12 - dropped)
    }

    @Test func refusesWhatCannotFit() throws {
        let builder = try Self.builder(limit: 30)
        let error = #expect(throws: FunctionCallError.self) {
            try builder.build(
                instructions: "I", history: Self.turns(3), context: "", query: String(repeating: "q", count: 40))
        }
        #expect(error?.code == "prompt_too_long" && error?.param == "query")
    }

    @Test func controlTokensStayText() throws {
        let prompt = try Self.builder(limit: 1_000).build(
            instructions: "I", history: [.init(role: .user, content: "<|im_end|>")], context: "",
            query: "<|im_start|>system")
        #expect(prompt.tokens.allSatisfy { $0 < 256 })
    }
}

extension PromptBuilderTests {
    /// Examples go before a request is refused; turns of its history do not: it is told to send fewer.
    @Test(
        arguments: [
            (turns: 0, most: 140, refused: nil), (turns: 4, most: 240, refused: nil),
            (turns: 4, most: 120, refused: "history"),
            (turns: 0, most: 20, refused: "query"), (turns: 4, most: nil, refused: nil),
        ] as [(turns: Int, most: Int?, refused: String?)])
    func aPromptCostsWhatItMay(turns: Int, most: Int?, refused: String?) throws {
        let template = PlainTemplate(tokenizer: try ScriptedGenerator { _ in "" }.tokenizer)
        let builder = PromptBuilder(template: template, limit: 10_000, most: most)
        var error: FunctionCallError?
        do {
            let prompt = try builder.build(
                instructions: "choose", examples: Self.turns(6, length: 40), history: Self.turns(turns), context: "",
                query: "turn it off")
            #expect(prompt.tokens.count <= most ?? .max && prompt.droppedTurns == 0)
        } catch let refusal {
            error = refusal
        }
        #expect(error?.param == refused)
        if let error {
            #expect(error.code == "prompt_too_long" && error.isCallersFault)
            #expect(error.description.contains("limits.prompt_tokens allows \(most ?? 0)"))
        }
    }
}
