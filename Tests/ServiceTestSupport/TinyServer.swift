import Adapters
import Assembly
import Configuration
import Documents
import Foundation
import FunctionCalling
import Functions
import Grammar
import Inference
import ModelFiles
import Models
import Service
import TestSupport
import Tokenization

/// A running server on an engine that knows no language: for keys, rates and limits none is needed.
package struct TinyServer {
    package let running: RunningServer
    package let port: UInt16

    /// - Parameters:
    ///   - flags: as of the command line.
    ///   - pace: microseconds that a step of the engine takes.
    ///   - embedding: the encoder behind /v1/embeddings.
    ///   - doors: routes of targets above Service.
    package init(
        _ flags: [String: String] = [:], yaml: String = "", environment: [String: String] = [:], pace: UInt32 = 0,
        embedding: LoadedEmbedder = .off, doors: [RunningServer.DoorMaker] = [],
        engine change: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("kinglet.yaml")
        try Data("state: state\n\(yaml)".utf8).write(to: file)
        let flags = ["server.port": "0", "calling.pool": "tiny"].merging(flags) { $1 }
        let settings = try Settings.load(flags: flags, environment: [:], file: file.path)
        running = try await RunningServer.start(
            settings, LoadedModel(engine: Self.engine(pace, change)), embedding: embedding, catalog: Self.catalog(),
            doors: doors, environment: environment)
        port = UInt16(running.address.split(separator: ":").last ?? "") ?? 0
    }

    package func ask(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil
    ) async throws -> TinyAnswer {
        try await TinyClient.ask(port, method, path, headers: headers, body: body.map { Array($0.utf8) })
    }

    /// Posts bytes, whatever they are.
    package func post(_ path: String, headers: [String: String] = [:], bytes: [UInt8]) async throws -> TinyAnswer {
        try await TinyClient.ask(port, "POST", path, headers: headers, body: bytes)
    }

    /// Posts, and hangs up when `text` has come.
    package func hangUp(_ path: String, body: String, after text: String) async throws {
        try await TinyClient.hangUp(port, path, body: body, after: text)
    }

    /// Posts, and hangs up while the server is at work.
    package func leave(_ path: String, body: String) async throws {
        try await TinyClient.hangUp(port, path, body: body, after: "never", patience: 200_000)
    }

    /// A completion of some tokens, which the model always makes in full.
    package func complete(_ tokens: Int = 1, key: String? = nil) async throws -> TinyAnswer {
        try await ask(
            "POST", "/v1/completions", headers: key.map { ["authorization": "Bearer \($0)"] } ?? [:],
            body: #"{"prompt": "abc", "max_tokens": \#(tokens), "ignore_eos": true}"#)
    }

    private static func engine(_ pace: UInt32, _ change: (inout EngineConfiguration) -> Void) throws -> Engine {
        let tokenizer = try Tokenizer(description)
        var configuration = EngineConfiguration(kvBlocks: 512)
        configuration.blockSize = 16
        configuration.maxBatchTokens = 256
        change(&configuration)
        let size = tokenizer.count
        return try Engine(
            modelName: "tiny", tokenizer: tokenizer, vocabulary: GrammarVocabulary(tokenizer), contextLength: 4096,
            configuration: configuration, makeDecoder: { PacedDecoder(vocabularySize: size, pace: pace) })
    }

    private static func catalog() throws -> FunctionCatalog {
        let function = FunctionDefinition(name: "lights_off", description: "turn the lights off")
        let adapter = try AdapterRules(
            name: "tiny", json: ["functions": ["lights_off": ["domain": "lights", "intent": "off"]]])
        return FunctionCatalog(
            pools: [IndexedPool(try FunctionPool(name: "tiny", functions: [function]))], adapters: [adapter])
    }

    /// Single bytes and the two tokens of ChatML.
    private static var description: TokenizerDescription {
        var next: UInt32 = 0x100  // GPT-2's alphabet: what does not print is a character from U+0100 on.
        let bytes = (0..<256).map { byte -> String in
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            defer { if !isPrintable { next += 1 } }
            return String(Unicode.Scalar(isPrintable ? UInt32(byte) : next) ?? " ")
        }
        let template = """
            {% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + \
            '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
            """
        return TokenizerDescription(
            tokens: bytes + ["<|im_start|>", "<|im_end|>"], merges: [],
            specialTokens: ["<|im_start|>": 256, "<|im_end|>": 257], preTokenizer: .qwen2, normalizesNFC: true,
            chatTemplate: template, endOfText: [257])
    }
}

/// Always the same letter, unless a grammar asks for another; as slow as wanted.
private final class PacedDecoder: Decoder {
    let vocabularySize: Int
    private let pace: UInt32

    init(vocabularySize: Int, pace: UInt32) { (self.vocabularySize, self.pace) = (vocabularySize, pace) }

    func forward(_ batch: RaggedBatch, while isWanted: () -> Bool) -> Bool {
        if pace > 0 { usleep(pace) }
        return true
    }

    func logits(outputs places: [Int], into rows: UnsafeMutablePointer<Float>) {
        for row in places.indices {
            for token in 0..<vocabularySize { rows[row * vocabularySize + token] = Self.logit(token) }
        }
    }

    func logits(output: Int, tokens: [Int32], into row: UnsafeMutablePointer<Float>) {
        for (place, token) in tokens.enumerated() { row[place] = Self.logit(Int(token)) }
    }

    private static func logit(_ token: Int) -> Float { token == 97 ? 8 : -Float(token) / 64 }
}
