import Documents
import Foundation
import Functions
import Service
import Testing

@Suite struct GreetingTests {
    private static func pool(_ functions: [FunctionDefinition]) throws -> FunctionPool {
        try FunctionPool(name: "office", functions: functions)
    }

    private static func text(_ pool: FunctionPool?, adapter: Bool = false, keys: Bool = false) -> String {
        Greeting(
            addresses: ["http://127.0.0.1:8080", "http://[::1]:8080"], pool: pool, poolName: "office",
            hasAdapter: adapter, hasKeys: keys
        ).text
    }

    /// The body of the example, as a shell would hand it to curl.
    private static func body(of text: String) throws -> JSONValue {
        let start = try #require(text.range(of: "-d '")), end = try #require(text.lastIndex(of: "'"))
        return try JSONValue(parsing: Array(text[start.upperBound..<end].replacing("'\\''", with: "'").utf8))
    }

    static let functions: [([FunctionDefinition], query: String)] = [
        (
            [
                FunctionDefinition(name: "a", description: "x"),
                FunctionDefinition(name: "b", description: "y", examples: ["what's for lunch?", "z"]),
            ], "what's for lunch?"
        ),
        ([FunctionDefinition(name: "a", description: "book a \"quiet\" room")], "book a \"quiet\" room"),
        ([], "hello"),
    ]

    @Test(arguments: functions) func showsWhatThePoolAnswers(functions: [FunctionDefinition], query: String) throws {
        let text = Self.text(try Self.pool(functions))
        #expect(try Self.body(of: text) == ["query": .string(query)])
        #expect(text.contains("listens on http://127.0.0.1:8080 and http://[::1]:8080"))
        #expect(text.contains("curl -s http://127.0.0.1:8080/v1/functioncall") && !text.contains("authorization"))
    }

    @Test func namesAnAdapterAndAKeyWhereThereAreSome() throws {
        let pool = try Self.pool([FunctionDefinition(name: "a", description: "x")])
        #expect(try Self.body(of: Self.text(pool, adapter: true)) == ["query": "x", "adapter": "dis"])
        #expect(Self.text(pool, keys: true).contains(#"-H "authorization: Bearer $KEY" \"#))
    }

    @Test func showsNothingThatFails() {
        let text = Self.text(nil, adapter: true)
        #expect(text.contains("no pool \"office\"") && text.contains("--config FILE") && !text.contains("curl"))
    }
}
