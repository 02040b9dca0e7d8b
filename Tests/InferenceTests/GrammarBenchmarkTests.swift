import Documents
import Foundation
import Grammar
import Inference
import TestSupport
import Testing

/// The benchmark on BFCL's functions with the real vocabulary. Times are printed; only their order of magnitude is a test,
/// since the machine may be busy.
@Suite(.serialized) struct GrammarBenchmarkTests {
    @Test(
        .enabled(if: TestFiles.model != nil, "the model is missing: make model"),
        .enabled(if: TestFiles.dataSet("bfcl/pool.json") != nil, "the data set bfcl is missing"))
    func masksOfPublicFunctions() throws {
        let vocabulary = try #require(ModelVocabulary.shared)
        let url = try #require(TestFiles.dataSet("bfcl/pool.json"))
        let pool = try JSONValue(parsing: String(contentsOf: url, encoding: .utf8))
        let functions = try #require(pool["functions"]?.arrayValue)
        var random = SeededGenerator(3)
        let cases = GrammarBenchmark.cases(ofFunctions: functions, using: &random)
        let report = GrammarBenchmark.run(cases, vocabulary: vocabulary)
        print(report)
        #expect(report.refused.isEmpty, "\(report.refused.prefix(5))")
        // What jump-forward writes is what the tokeniser would have written.
        #expect(report.uncanonicalTokens == 0)
        #expect(report.coldMasks.percentile(0.5) < .microseconds(200))
        #expect(report.compile.percentile(0.5) < .milliseconds(20))
    }
}
