import ModelFiles
import TestSupport
import Testing

@Suite(.enabled(if: TestFiles.model != nil, "the model is missing: make model"))
struct RealModelTests {
    @Test func describesIt() throws {
        let file = try ModelFile.open(path: try #require(TestFiles.model))
        let model = file.description, tokenizer = file.tokenizer
        #expect((model.layers, model.hiddenSize, model.intermediateSize) == (24, 896, 4864))
        #expect((model.heads, model.kvHeads, model.headSize) == (14, 2, 64))
        #expect((model.vocabularySize, model.contextLength, model.ropeBase) == (151_936, 32_768, 1e6))
        #expect(model.hasQKVBias && !model.tiesEmbeddings && model.rotaryPairing == .halves)
        #expect(file.parameterCount == 630_167_424 && file.sizeInBytes == 491_400_064)
        #expect(tokenizer.tokens.count == 151_936 && tokenizer.merges.count == 151_387)
        #expect(tokenizer.specialTokens.count == 22 && tokenizer.specialTokens["<tool_call>"] == 151_657)
        #expect(tokenizer.endOfText == [151_645, 151_643])
        #expect(tokenizer.tokens[151_935].isEmpty)
    }

    #if !DEBUG
        @Test("processor time: a third of a second to open, one to read and dequantise all weights")
        func speed() throws {
            let path = try #require(TestFiles.model)
            var file = try ModelFile.open(path: path)
            let opening = try (0..<3).map { _ in try processorSeconds { file = try ModelFile.open(path: path) } }.min()
            let reading = try processorSeconds {
                for name in file.description.tensorNames {
                    let tensor = try file.tensor(name), step = max(1, 65_536 / tensor.columns)
                    var buffer = [Float](repeating: 0, count: step * tensor.columns)
                    buffer.withUnsafeMutableBufferPointer { buffer in
                        guard let base = buffer.baseAddress else { return }
                        for row in stride(from: 0, to: tensor.rows, by: step) {
                            tensor.dequantize(rows: row..<min(row + step, tensor.rows), into: base)
                        }
                    }
                }
            }
            #expect(try #require(opening) < 0.3)  // 0.05 s on an EPYC core of 2026
            #expect(reading < 1)  // 0.25 s
        }
    #endif
}
