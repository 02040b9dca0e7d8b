import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections
import Testing

@Suite struct JudgeRequestTests {
    static let full: JSONValue = [
        "query": "wake me at 11 pm", "history": [["role": "user", "content": "hi"]], "context": ["locale": "en-US"],
        "functions": [["name": "alarm", "description": "", "parameters": ["type": "object", "properties": [:]]]],
        "outcome": "call", "calls": [["function": "alarm", "parameters": ["time": "23:00"], "confidence": 0.9]],
        "reference": [
            "outcome": "call", "expected": [["function": "alarm", "parameters": ["time": ["23:00"]]]],
            "answers": "possible",
        ],
        "votes": 3, "judge": "local",
    ]

    static func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
        var members = full.objectValue ?? [:]
        members[name] = value
        return .object(members)
    }

    @Test func readsAll() throws {
        let request = try JudgeRequest(json: Self.full)
        #expect(request.dialogue.query == "wake me at 11 pm" && request.dialogue.history.count == 1)
        #expect(request.dialogue.context == ["locale": "en-US"])
        #expect(request.functions?.map(\.name) == ["alarm"] && request.pool == nil)
        #expect(request.answer.calls.first?.parameters == ["time": "23:00"])
        #expect(request.reference?.answers == .possible && request.votes == 3 && request.judge == "local")
        let least = try JudgeRequest(json: ["query": "hi", "outcome": "request_unclear"])
        #expect(least.answer.calls.isEmpty && least.votes == nil && least.reference == nil && least.functions == nil)
    }

    static let refused: [(JSONValue, String, FieldError.Reason)] = [
        ("x", "", .wrongType),
        (changed("query", nil), "query", .missing), (changed("query", 3), "query", .wrongType),
        (changed("query", " \n"), "query", .outOfRange),
        (changed("query", .string(String(repeating: "x", count: 16_001))), "query", .outOfRange),
        (changed("history", [["role": "tool", "content": ""]]), "history[0].role", .outOfRange),
        (changed("history", [["role": "user", "content": "", "name": "x"]]), "history[0].name", .unknown),
        (
            changed("history", .array(Array(repeating: ["role": "user", "content": ""], count: 201))), "history",
            .outOfRange
        ),
        (changed("context", [1]), "context", .wrongType),
        (changed("pool", "smart-home"), "functions", .outOfRange), (changed("functions", []), "functions", .outOfRange),
        (changed("functions", [["description": "no name"]]), "functions[0]", .wrongType),
        (changed("outcome", nil), "outcome", .missing), (changed("outcome", "maybe"), "outcome", .outOfRange),
        (changed("calls", ["x"]), "calls[0]", .wrongType),
        (changed("calls", [["parameters": [:]]]), "calls[0].function", .missing),
        (changed("calls", [["function": "f", "arguments": [:]]]), "calls[0].arguments", .unknown),
        (changed("calls", [["function": "f", "parameters": []]]), "calls[0].parameters", .wrongType),
        (changed("calls", .array(Array(repeating: ["function": "f"], count: 65))), "calls", .outOfRange),
        (changed("reference", []), "reference", .wrongType),
        (
            changed("reference", ["outcome": "call", "expected": [], "answers": "fuzzy"]), "reference.answers",
            .outOfRange
        ),
        (changed("reference", ["expected": []]), "reference.outcome", .missing),
        (
            changed("reference", ["outcome": "request_unclear", "expected": [["function": "f"]]]), "reference.expected",
            .outOfRange
        ),
        (changed("votes", 2), "votes", .outOfRange), (changed("votes", 11), "votes", .outOfRange),
        (changed("votes", 1.5), "votes", .wrongType), (changed("judge", 1), "judge", .wrongType),
        (changed("temperature", 1), "temperature", .unknown),
    ]
    @Test(arguments: refused) func refuses(_ body: JSONValue, path: String, reason: FieldError.Reason) {
        let error = #expect(throws: FieldError.self) { try JudgeRequest(json: body) }
        #expect(error?.path == path && error?.reason == reason)
    }

    @Test func readsComparisons() throws {
        let answer: JSONValue = ["outcome": "request_unclear"]
        let request = try CompareRequest(json: ["query": "hi", "pool": "p", "a": answer, "b": answer])
        #expect(request.pool == "p" && request.first == request.second)
        for (body, path): (JSONValue, String) in [
            (["query": "hi", "a": answer], "b"), (["a": answer, "b": answer], "query"),
            (["query": "hi", "a": answer, "b": 1], "b"),
            (["query": "hi", "a": answer, "b": answer, "votes": 3], "votes"),
            (["query": "hi", "a": answer, "b": answer, "c": 1], "c"),
            (["query": "hi", "a": answer, "b": ["outcome": "call", "x": 1]], "b.x"),
        ] {
            let error = #expect(throws: FieldError.self) { try CompareRequest(json: body) }
            #expect(error?.path == path)
        }
    }
}
