import Datasets
import Documents
import Testing

@Suite struct DatasetStatisticsTests {
    /// Texts, their 2-grams, how many differ, and the entropy in bits.
    static let texts: [([String], Int, Int, Double)] = [
        ([], 0, 0, 0), (["a"], 0, 0, 0), (["ab"], 1, 1, 0), (["abab"], 3, 2, 0.9182958340544896),
        (["ab", "ab"], 2, 1, 0),
        (["ab", "cd"], 2, 2, 1), (["abcde"], 4, 4, 2), (["关灯", "开灯"], 2, 2, 1), (["aaaa"], 3, 1, 0), (["a b"], 2, 2, 1),
    ]

    @Test(arguments: texts) func measuresDiversity(_ texts: [String], all: Int, distinct: Int, entropy: Double) {
        let diversity = TextDiversity(texts)
        #expect(diversity.all == all && diversity.distinct == distinct)
        #expect(abs(diversity.entropy - entropy) < 1e-12)
        #expect(diversity.ratio == (all == 0 ? 0 : Double(distinct) / Double(all)))
    }

    @Test("law: a text said twice has half the ratio and the same entropy", arguments: 1..<20)
    func repeats(seed: Int) {
        let text = (0..<(seed * 3)).map { String(UnicodeScalar(UInt8(97 + ($0 * seed) % 7))) }.joined() + "xy"
        let (one, two) = (TextDiversity([text]), TextDiversity([text, text]))
        #expect(abs(two.ratio - one.ratio / 2) < 1e-12 && abs(two.entropy - one.entropy) < 1e-9)
    }

    static let languages: [(String, String)] = [
        ("lights off", "latin"), ("把灯关掉", "zh"), ("電気を消して", "ja"), ("불 꺼 줘", "ko"), ("выключи свет", "ru"),
        ("أطفئ الضوء", "ar"), ("σβήσε το φως", "el"), ("כבה את האור", "he"), ("ปิดไฟ", "th"), ("42", "none"),
        ("", "none"),
        ("play 音乐", "latin"),
    ]

    @Test(arguments: languages) func knowsScripts(_ text: String, code: String) {
        #expect(SampleLanguage.script(of: text) == code)
    }

    @Test func countsASet() throws {
        let set = try SampleSet([
            SampleSet.call("a", "light in the hall", more: #", "language": "en""#),
            SampleSet.call(
                "b", "licht im flur", #"{"room": "hall", "level": 5}"#, more: #", "context": {"locale": "de-DE"}"#),
            SampleSet.refusal("c", "开灯", more: #", "history": [{"role": "user", "content": "x"}]"#),
            SampleSet.refusal("d", "hm", "request_unclear"), "",
        ])
        let statistics = DatasetStatistics(try set.file())
        #expect(statistics.samples == 4 && statistics.functions == 2 && statistics.called == 1)
        #expect(statistics.parameters == 2 && statistics.withHistory == 1 && statistics.severalCalls == 0)
        #expect(statistics.outcomes == ["call": 2, "no_appropriate_function": 1, "request_unclear": 1])
        #expect(statistics.languages == ["en": 1, "de": 1, "zh": 1, "latin": 1])
        #expect(statistics.offered == 2 && statistics.queryLength == (17 + 13 + 2 + 2) / 4.0)
        #expect(statistics.rarest?.name == "set_light" && statistics.commonest?.calls == 2)
        #expect(statistics.json["outcomes"]?["call"] == 2 && statistics.json["samples"] == 4)
        let text = StatisticsTable([statistics], withPublished: true).text
        #expect(text.contains("        893           -           7          72      0.0207      7.6997"))
        #expect(text.contains("outcomes: call 2, no_appropriate_function 1, request_unclear 1"))
        #expect(!StatisticsTable([statistics], withPublished: false).text.contains("Snips"))
    }
}
