import Datasets
import Documents
import OrderedCollections
import TestSupport
import Testing

@Suite struct ForeignFormatTests {
    private static func converted(
        _ format: ForeignFormat, _ text: String, answers: String? = nil
    ) throws -> (lines: [JSONValue], set: ConvertedSet) {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            let path = try folder.write(text.utf8, as: "in.json")
            let other = try answers.map { try folder.write($0.utf8, as: "answers.json") }
            let set = try format.read([path], answers: other, text: nil)
            let output = set.lines(name: "s")
            let check = try folder.write(output.map { $0.text() }.joined(separator: "\n").utf8, as: "out.jsonl")
            if !output.isEmpty { #expect(try DatasetCheck(path: check).errors == 0) }
            return (output, set)
        }
    }

    static let xlam = #"""
        [{"id": 7, "query": "news", "answers": "[{\"name\": \"get news\", \"arguments\": {\"n\": 3, \"tags\": [\"a\"]}}]",
          "tools": "[{\"name\": \"get news\", \"description\": \"d\", \"parameters\": {\"n\": {\"type\": \"int\"}, \"tags\": {\"type\": \"List[str], optional\"}, \"x\": {\"type\": \"dict\", \"default\": {}}}}]"},
         {"id": 8, "query": "hm", "answers": [], "tools": [{"name": "f", "parameters": {}}]},
         {"id": 9, "query": "no", "answers": [{"name": "g", "arguments": {}}], "tools": [{"name": "f", "parameters": {}}]}]
        """#

    @Test func readsXLAM() throws {
        let (lines, set) = try Self.converted(.xlam, Self.xlam)
        #expect(lines.map { $0["id"]?.stringValue } == ["xlam-7", "xlam-8"])
        #expect(lines[0]["expected"] == [["function": "get_news", "parameters": ["n": 3, "tags": ["a"]]]])
        let schema = lines[0]["functions"]?.arrayValue?.first?["parameters"]
        #expect(schema?["required"] == ["n"] && schema?["properties"]?["n"]?["type"] == "integer")
        #expect(schema?["properties"]?["tags"] == ["type": "array", "items": ["type": "string"]])
        #expect(lines[1]["outcome"] == "no_appropriate_function" && set.notes.count == 1)
    }

    @Test func readsBFCL() throws {
        let question = #"""
            {"id": "multiple_1", "question": [[{"role": "user", "content": "area"}]], "function": [{"name": "geo.area", "parameters": {"type": "dict", "properties": {"a": {"type": "float"}, "unit": {"type": "string"}}, "required": ["a"]}}]}
            {"id": "irrelevance_1", "question": [[{"role": "system", "content": "s"}, {"role": "user", "content": "x"}]], "function": [{"name": "f", "parameters": {"type": "dict", "properties": {}}}]}
            {"id": "multiple_2", "question": [[{"role": "user", "content": "x"}]], "function": [{"name": "f", "parameters": {"type": "dict", "properties": {}}}]}
            """#
        let answer = #"{"id": "multiple_1", "ground_truth": [{"geo.area": {"a": [5.0, 5], "unit": ["cm", ""]}}]}"#
        let (lines, set) = try Self.converted(.bfcl, question, answers: answer)
        #expect(lines.count == 2 && set.notes.values.first == 1)
        #expect(lines[0]["answers"] == "possible" && lines[0]["expected"]?.arrayValue?.first?["function"] == "geo.area")
        #expect(lines[1]["outcome"] == "no_appropriate_function" && lines[1]["history"]?.arrayValue?.count == 1)
    }

    @Test func readsOpenAI() throws {
        let tools =
            #"[{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}}]"#
        let text =
            #"{"tools": \#(tools), "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}, {"role": "user", "content": "do"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}]}, {"role": "tool", "content": "ok"}, {"role": "assistant", "content": "done"}]}"#
        let (lines, set) = try Self.converted(.openai, text)
        #expect(lines.count == 1 && lines[0]["query"] == "do" && lines[0]["history"]?.arrayValue?.count == 2)
        #expect(lines[0]["expected"] == [["function": "f", "parameters": ["a": 1]]])
        #expect(set.notes.count == 1)
    }

    /// An answer as Python writes it, and its arguments; nil: it is no call.
    static let calls: [(String, JSONValue?)] = [
        (#"[Get Weather(city="Rome", days=3)]"#, ["city": "Rome", "days": 3]), ("[Get Weather()]", [:]),
        (
            #"[Get Weather(a='it\'s', b=[1, 2.5], c={'k': True, "l": None}, d=(1,))]"#,
            ["a": "it's", "b": [1, 2.5], "c": ["k": true, "l": nil], "d": [1]]
        ),
        ("Sorry.", nil), ("[Get Weather(city=)]", nil), ("[Get Weather(city=Rome)]", nil), ("[Get Weather(", nil),
        ("[]", nil),
        (#"[Other(a=1)]"#, nil),
    ]

    @Test(arguments: calls) func readsToolACE(_ answer: String, arguments: JSONValue?) throws {
        let row: JSONValue = [
            "system":
                #"You can use these. Here is a list of functions in JSON format that you can invoke:\n[{"name": "Get Weather", "description": "", "parameters": {"type": "dict", "properties": {"city": {"type": "string"}, "days": {"type": "int"}, "a": {}, "b": {}, "c": {}, "d": {}}}}]. Go on."#,
            "conversations": [["from": "user", "value": "w"], ["from": "assistant", "value": .string(answer)]],
        ]
        let lines = try Self.converted(.toolace, row.text()).lines
        #expect(lines.count == (arguments == nil ? 0 : 1))
        #expect(lines.first?["expected"]?.arrayValue?.first?["parameters"] == arguments)
    }

    static let refused: [(ForeignFormat, String)] = [
        (.xlam, #"{"query": "a"}"#), (.xlam, "{"), (.bfcl, #"{"id": 5}"#), (.openai, #"{"messages": []}"#),
        (.toolace, #"{"system": "none"}"#),
        (.xlam, #"{"query": "a", "tools": [{"x": 1}], "answers": []}"#), (.openai, "5"),
    ]

    @Test(arguments: refused) func refuses(_ format: ForeignFormat, text: String) {
        #expect(throws: (any Error).self) { try Self.converted(format, text) }
    }
}
