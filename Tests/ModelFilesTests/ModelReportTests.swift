import ModelFiles
import OrderedJSON
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
            "model.embed_tokens.weight   bf16, 320 x 32, 20,480 bytes",
        ] {
            #expect(text.contains(part), "\(part) is not in:\n\(text)")
        }
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
}
