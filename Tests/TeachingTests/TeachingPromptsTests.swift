import Documents
import Foundation
import FunctionCalling
import Functions
import Inference
import ModelFiles
import Teaching
import TestSupport
import Testing
import Tokenization

@Suite struct TeachingPromptsTests {
    private static func tokenizer() throws -> Tokenizer { try Tokenizer(.bytes(vocabularySize: 300)) }

    private static func smartHome() throws -> FunctionPool {
        try .load(path: TestFiles.repository.appendingPathComponent("Config/pools/smart-home.yaml").path)
    }

    private static func taught(_ json: String) throws -> TaughtRequest {
        try TaughtRequest(json: JSONValue(parsing: json))
    }

    private static func prompts(topK: Int = 10, limit: Int = 100_000) throws -> TeachingPrompts {
        try TeachingPrompts(pool: Self.smartHome(), tokenizer: tokenizer(), topK: topK, contextLength: limit)
    }

    /// sample, and the answer that is taught: arguments in the order of the schema
    static let answers: [(String, String)] = [
        (
            #"{"query":"red please","expected":[{"function":"light_set_color","parameters":{"room":"kitchen","color":"red"}}]}"#,
            #"{"name": "light_set_color", "arguments": {"color": "red", "room": "kitchen"}}"#
        ),
        (
            #"{"query":"sing","expected":[],"outcome":"no_appropriate_function"}"#,
            #"{"name": "no_appropriate_function"}"#
        ),
        (#"{"query":"set it","expected":[],"outcome":"request_unclear"}"#, #"{"name": "request_unclear"}"#),
        (
            #"{"query":"stop both","expected":[{"function":"navigation_stop","parameters":{}},{"function":"joke_tell","parameters":{}}]}"#,
            #"[{"name": "navigation_stop", "arguments": {}}, {"name": "joke_tell", "arguments": {}}]"#
        ),
    ]

    @Test(arguments: answers) func writesTheAnswer(sample: String, expected: String) async throws {
        let tokenizer = try Self.tokenizer()
        let call = try await Self.prompts().call(Self.taught(sample))
        #expect(call.answer == expected)
        #expect(tokenizer.decode(call.completion) == expected)
        #expect(call.completion.last == tokenizer.endTokens.first)
        #expect(tokenizer.decode(call.prompt, skippingSpecial: false).hasSuffix("<|im_start|>assistant\n"))
    }

    @Test("what is taught is what the pipeline puts before the model") func asServed() async throws {
        let pool = try Self.smartHome()
        let request =
            #"{"query":"make it warmer","history":[{"role":"user","content":"hello"}],"context":{"state":{"room":"hall"}},"#
        let taught = try Self.taught(request + #""expected":[],"outcome":"request_unclear"}"#)
        let tokenizer = try Self.tokenizer()
        let chat = try ChatTemplate(tokenizer: tokenizer)
        let call = try await Self.prompts(topK: 200).call(taught)
        let text = tokenizer.decode(call.prompt, skippingSpecial: false)
        let instructions = PromptBuilder.instructions(pool.functions, style: pool.prompt, maxCalls: 1)
        let expected = chat.render(
            [
                ChatMessage(role: .system, content: instructions), ChatMessage(role: .user, content: "hello"),
            ], addsGenerationPrompt: false)
        #expect(text.hasPrefix(expected))
        #expect(text.contains("hall") && text.contains("make it warmer"))
    }

    @Test("the right function is offered, however few are", arguments: [1, 3, 10]) func offers(topK: Int) async throws {
        let tokenizer = try Self.tokenizer()
        let sample = #"{"query":"play some jazz","expected":[{"function":"navigation_stop","parameters":{}}]}"#
        let call = try await Self.prompts(topK: topK).call(Self.taught(sample))
        let lines = tokenizer.decode(call.prompt, skippingSpecial: false).split(separator: "\n")
        let functions = lines.filter {
            $0.hasPrefix(#"{"name": ""#) && $0.contains(#""arguments""#) && $0.contains("description")
        }
        #expect(functions.count == topK)
        #expect(functions.contains { $0.contains("navigation_stop") })
    }

    @Test func anActivatedAdapterBeginsWithTheLastUserTurn() async throws {
        let prompts = try Self.prompts()
        let call = try await prompts.call(
            Self.taught(#"{"query":"hi","expected":[],"outcome":"request_unclear"}"#))
        let tokenizer = try Self.tokenizer()
        #expect(tokenizer.decode(prompts.invocation, skippingSpecial: false) == "<|im_start|>user\n")
        let starts = call.prompt.indices.filter { call.prompt[$0...].starts(with: prompts.invocation) }
        #expect(starts.count == 1)
    }

    /// What is wrong with a sample, and a part of what is said of it.
    static let refused: [(String, String)] = [
        (#"{"expected":[]}"#, "query"), (#"{"query":"a","expected":[]}"#, "expected"),
        (#"{"query":"a","outcome":"maybe","expected":[]}"#, "outcome"),
        (
            #"{"query":"a","history":[{"role":"bot","content":""}],"expected":[{"function":"f","parameters":{}}]}"#,
            "history[0].role"
        ),
        (#"{"query":" ","expected":[{"function":"f","parameters":{}}]}"#, "query"),
    ]

    @Test(arguments: refused) func refuses(sample: String, field: String) {
        let error = #expect(throws: FieldError.self) { _ = try Self.taught(sample) }
        #expect(error?.path == field)
    }

    @Test func aFunctionThatThePoolLacksIsRefused() async throws {
        let prompts = try Self.prompts()
        let taught = try Self.taught(#"{"query":"a","expected":[{"function":"fly_home","parameters":{}}]}"#)
        await #expect(throws: TeachingError.unknownFunction("fly_home", pool: "smart-home")) {
            _ = try await prompts.call(taught)
        }
        let short = try Self.prompts(limit: 50)
        let unclear = try Self.taught(#"{"query":"a","expected":[],"outcome":"request_unclear"}"#)
        await #expect(throws: FunctionCallError.self) { _ = try await short.call(unclear) }
    }

    private static let own =
        #"{"query":"brew tea","functions":[{"name":"brew","description":"Makes a drink.","parameters":{"type":"object","#
        + #""properties":{"drink":{"type":"string"}}}},{"name":"wash","description":"Washes up."}],"#

    @Test("without a pool each sample is offered its own functions, in their order")
    func functionsOfItsOwn() async throws {
        let tokenizer = try Self.tokenizer()
        let prompts = try TeachingPrompts(pool: nil, tokenizer: tokenizer, topK: 1, contextLength: 100_000)
        let call = try await prompts.call(
            Self.taught(Self.own + #""expected":[{"function":"brew","parameters":{"drink":"tea"}}]}"#))
        #expect(call.answer == #"{"name": "brew", "arguments": {"drink": "tea"}}"#)
        let text = tokenizer.decode(call.prompt, skippingSpecial: false)
        let first = try #require(text.range(of: "Makes a drink.")), second = try #require(text.range(of: "Washes up."))
        #expect(first.lowerBound < second.lowerBound && !text.contains("navigation_stop"))
        await #expect(throws: TeachingError.noFunctions) {
            _ = try await prompts.call(Self.taught(#"{"query":"a","expected":[],"outcome":"request_unclear"}"#))
        }
        await #expect(throws: TeachingError.unknownFunction("fly", pool: "of its own")) {
            _ = try await prompts.call(Self.taught(Self.own + #""expected":[{"function":"fly","parameters":{}}]}"#))
        }
    }

    @Test("a sample that allows several calls is answered with a list", arguments: [1, 4])
    func listsOfOne(allowed: Int) async throws {
        let prompts = try TeachingPrompts(
            pool: nil, tokenizer: Self.tokenizer(), topK: 1, contextLength: 100_000)
        let call = try await prompts.call(
            Self.taught(Self.own + #""max_calls":\#(allowed),"expected":[{"function":"wash","parameters":{}}]}"#))
        let one = #"{"name": "wash", "arguments": {}}"#
        #expect(call.answer == (allowed > 1 ? "[\(one)]" : one))
    }

    @Test("a pool that is given stands before a sample's own functions") func aPoolIsForAll() async throws {
        let tokenizer = try Self.tokenizer()
        let call = try await Self.prompts().call(
            Self.taught(Self.own + #""expected":[{"function":"navigation_stop","parameters":{}}]}"#))
        #expect(!tokenizer.decode(call.prompt, skippingSpecial: false).contains("Makes a drink."))
    }
}
