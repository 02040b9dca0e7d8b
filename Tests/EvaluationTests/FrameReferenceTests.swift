import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import Testing

@Suite struct FrameReferenceTests {
    static func reference() throws -> FrameReference {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("frames-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let frames = """
            {"id": "1", "query": "mint tea", "domain": "tea", "intent": "Brew", "slots": [{"name": "leaf", "value": "mint", "start": 0, "end": 4}]}
            {"id": "2", "query": "both", "domain": "tea", "intent": "Grind#Brew", "slots": []}
            """
        try Data(frames.utf8).write(to: folder.appendingPathComponent("valid.frames.jsonl"))
        let adapter = #"""
            {"functions": {"brew_tea": {"domain": "tea", "intent": "Brew", "parameters": {"leaf": "leaf"}},
              "grind": {"domain": "tea", "intent": "Grind", "parameters": {}}}}
            """#
        let path = folder.appendingPathComponent("adapter.json").path
        try Data(adapter.utf8).write(to: URL(fileURLWithPath: path))
        return try FrameReference(data: folder.appendingPathComponent("valid.jsonl.gz").path, adapter: path)
    }

    static func call(_ name: String, _ parameters: JSONObject = [:]) -> FunctionCall {
        FunctionCall(function: name, parameters: parameters)
    }

    static let answers: [(String, [FunctionCall], Bool?)] = [
        ("1", [call("brew_tea", ["leaf": "Mint"])], true), ("1", [call("brew_tea", ["leaf": "assam"])], false),
        ("1", [call("brew_tea")], false), ("1", [call("grind", [:])], false), ("1", [], false),
        ("1", [call("brew_tea", ["leaf": "mint", "cup": "big"])], false),
        ("2", [call("brew_tea"), call("grind")], true), ("2", [call("brew_tea")], false),
        ("3", [call("brew_tea")], nil),
    ]
    @Test(arguments: answers) func comparesFrames(_ id: String, _ calls: [FunctionCall], _ isRight: Bool?) throws {
        let answer = FunctionAnswer(outcome: calls.isEmpty ? .noAppropriateFunction : .call, calls: calls)
        #expect(try Self.reference().isRight(answer, id: id) == isRight)
    }

    @Test func namesTheFramesThatAreMissing() {
        let error = #expect(throws: DocumentError.self) { try FrameReference(data: "/nowhere/a.jsonl", adapter: "x") }
        #expect(error?.reason.contains("/nowhere/a.frames.jsonl") == true)
    }
}
