import Benchmarking
import Grammar
import Inference
import ModelFiles
import TestSupport
import Testing
import Tokenization

@Suite struct GrammarSamplesTests {
    @Test func everySampleCompilesAndItsExamplesFit() throws {
        let functions = GrammarSamples.functions()
        #expect(functions.count == GrammarSamples.texts.count)
        let vocabulary = GrammarVocabulary(try Tokenizer(.bytes(vocabularySize: 300)))
        var random = SeededGenerator(1)
        let cases = GrammarBenchmark.cases(ofFunctions: functions, using: &random)
        let report = GrammarBenchmark.run(cases, vocabulary: vocabulary)
        #expect(report.refused == [])
        #expect(report.tokens > 500)
    }
}
