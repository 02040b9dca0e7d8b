import Documents
import Foundation
import TestSupport
import Testing

@Suite struct PublicPoolTests {
    static let pools = ["snips", "atis", "nlu-evaluation", "slurp", "clinc150", "banking77", "crosswoz", "bfcl"]

    @Test(
        "every function of the public pools compiles",
        arguments: pools.filter { TestFiles.dataSet("\($0)/pool.json") != nil })
    func poolsCompile(_ name: String) throws {
        let url = try #require(TestFiles.dataSet("\(name)/pool.json"))
        let pool = try JSONValue(parsing: String(contentsOf: url, encoding: .utf8))
        for function in pool["functions"]?.arrayValue ?? [] {
            let parameters = function["parameters"] ?? ["type": "object", "properties": [:]]
            #expect(throws: Never.self) { try GrammarTesting.compile(parameters) }
        }
    }
}
