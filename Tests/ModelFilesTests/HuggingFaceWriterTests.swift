import OrderedCollections
import Foundation
import ModelFiles
import Documents
import TestSupport
import Testing

@Suite struct HuggingFaceWriterTests {
    @Test("a folder that is written is the model that was read: sizes, tokens, every number")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let source = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path)
        try HuggingFaceModelWriter(source.description, source.tokenizer).write(to: folder.path + "/copy") {
            try source.tensor($0).dequantized()
        }
        let copy = try ModelFile.open(path: folder.path + "/copy")
        var expected = source.description
        expected.name = "copy"
        #expect(copy.description == expected)
        let (old, new) = (source.tokenizer, copy.tokenizer)
        #expect(new.tokens == old.tokens && new.specialTokens == old.specialTokens)
        #expect(new.merges.map(\.0) == old.merges.map(\.0) && new.merges.map(\.1) == old.merges.map(\.1))
        #expect(new.preTokenizer == old.preTokenizer && new.normalizesNFC == old.normalizesNFC)
        #expect(new.endOfText == old.endOfText && new.chatTemplate == old.chatTemplate)
        #expect(new.beginOfText == old.beginOfText && new.addsBeginOfText == old.addsBeginOfText)
        for name in source.description.tensorNames {
            // The source is bf16: nothing is lost.
            #expect(try copy.tensor(name).dequantized() == source.tensor(name).dequantized(), "\(name)")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/copy").sorted() == [
                "config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
            ])
    }

    @Test("a Qwen3 keeps its norms, and transformers' class") func qwen3() throws {
        let folder = try TemporaryFolder()
        var model = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path).description
        (model.architecture, model.hasQKVBias, model.hasHeadNorms, model.name) = (.qwen3, false, true, "copy")
        model.headSize = 12
        let tokenizer = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path).tokenizer
        try HuggingFaceModelWriter(model, tokenizer).write(to: folder.path + "/copy") { name in
            (0..<model.shape(of: name).reduce(1, *)).map { Float($0 % 64) }
        }
        let copy = try ModelFile.open(path: folder.path + "/copy")
        #expect(copy.description == model)
        #expect(try copy.tensor(.keyNorm(1)).dequantized() == (0..<12).map { Float($0) })
        let config = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: folder.path + "/copy/config.json")))
        #expect(config["architectures"] == ["Qwen3ForCausalLM"] && config["attention_bias"] == false)
    }

    @Test(
        "every way of cutting text is written as it is read", arguments: TokenizerDescription.PreTokenizer.allCases,
        [
            true, false,
        ])
    func preTokenizers(kind: TokenizerDescription.PreTokenizer, adds: Bool) throws {
        let folder = try TemporaryFolder()
        let source = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path)
        var tokenizer = source.tokenizer
        (tokenizer.preTokenizer, tokenizer.normalizesNFC, tokenizer.chatTemplate) = (kind, adds, nil)
        (tokenizer.beginOfText, tokenizer.addsBeginOfText) = (adds ? 286 : nil, adds)
        try HuggingFaceModelWriter(source.description, tokenizer).write(to: folder.path) {
            try source.tensor($0).dequantized()
        }
        let read = try ModelFile.open(path: folder.path).tokenizer
        #expect(read.preTokenizer == kind && read.normalizesNFC == adds && read.chatTemplate == nil)
        #expect(read.beginOfText == tokenizer.beginOfText && read.addsBeginOfText == adds)
    }

    @Test("a failure leaves what stood there, and no half file") func failure() throws {
        struct Broken: Error {}
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.safetensors"
        try SafetensorsWriter([.init(name: "a", type: .f32, shape: [2]) { [1, 2] }], metadata: ["step": "7"])
            .write(to: path)
        #expect(throws: Broken.self) {
            try SafetensorsWriter([.init(name: "a", type: .f32, shape: [2]) { throw Broken() }]).write(to: path)
        }
        let file = try MappedFile(path: path)
        #expect(try Safetensors.tensors(of: file).map { $0.dequantized() } == [[1, 2]])
        #expect(try Safetensors.metadata(of: file) == ["step": "7"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
        #expect(throws: (any Error).self) {
            try SafetensorsWriter([]).write(to: folder.path + "/nowhere/a.safetensors")
        }
    }

    /// f32, and the bf16 next to it, ties to the even one.
    static let rounded: [(UInt32, UInt16)] = [
        (0x3F80_0000, 0x3F80), (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81),
        (0x3F81_8000, 0x3F82), (0xBF80_8001, 0xBF81), (0x0000_0000, 0), (0x8000_0000, 0x8000), (0x7F7F_0000, 0x7F7F),
    ]

    @Test(arguments: rounded) func roundsToBrainHalves(bits: UInt32, expected: UInt16) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.safetensors"
        try SafetensorsWriter([.init(name: "a", type: .bf16, shape: [1]) { [Float(bitPattern: bits)] }]).write(to: path)
        let tensor = try #require(try Safetensors.tensors(of: MappedFile(path: path)).first)
        #expect(tensor.type == .bf16)
        #expect(tensor.dequantized().map { UInt16($0.bitPattern >> 16) } == [expected])
    }

    @Test func headsThatArePermutedAreRefused() throws {
        let source = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path)
        var model = source.description
        model.rotaryPairing = .adjacent
        #expect(throws: ModelFileError.self) { _ = try HuggingFaceModelWriter(model, source.tokenizer) }
    }
}
