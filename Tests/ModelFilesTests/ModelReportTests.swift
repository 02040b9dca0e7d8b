import Documents
import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite struct ModelReportTests {
    @Test func showsSizesAndTypes() throws {
        let report = ModelReport(try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path))
        let text = report.text(withTensors: true)
        for part in [
            "architecture  qwen2, 36,", "layers        2, hidden 32, feed-forward 48",
            "4 heads of 8, 2 for keys and values",
            "320 tokens, 30 merges, 4 special, pre-tokenizer qwen2", "<|im_end|> (288), <|endoftext|> (286)",
        ] {
            #expect(text.contains(part), "\(part) is not in:\n\(text)")
        }
        #expect(text.contains(/model\.embed_tokens\.weight +bf16, 320 x 32, 20,480 bytes/))
        #expect(!report.text().contains("embed_tokens"))
    }

    @Test("JSON: parameters and bytes add up") func json() throws {
        let file = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path)
        let json = ModelReport(file).json(withTensors: true)
        #expect(json["parameters"]?.intValue == file.parameterCount)
        #expect(json["types"]?["bf16"]?["bytes"]?.intValue == file.parameterCount * 2)
        #expect(json["tensors"]?.arrayValue?.count == file.tensors.count)
        #expect(try JSONValue(parsing: json.text(.spaced)) == json)
    }

    @Test(.enabled(if: TestFiles.encoder != nil, "all-minilm-l6-v2 is not in the model cache; run make model"))
    func showsAnEncoder() throws {
        let path = try #require(TestFiles.encoder)
        #expect(BertFile.isBert(path: path))
        let report = BertReport(try BertFile.open(path: path)), text = report.text(withTensors: true)
        for line in [
            "layers        6, hidden 384, feed-forward 1536", "attention     12 heads of 32, both directions",
            "vectors       384 wide, pooled by mean, length 1",
        ] {
            #expect(text.contains(line), "\(text.prefix(900))")
        }
        #expect(text.contains(/embeddings\.word_embeddings\.weight +f32, 30522 x 384, 46,881,792 bytes/))
        let json = report.json(withTensors: true)
        #expect(json["pooling"] == "mean" && (json["tensors"]?.arrayValue?.count ?? 0) > 100)
    }
}
