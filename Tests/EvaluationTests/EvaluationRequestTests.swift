import Documents
import Evaluation
import Foundation
import FunctionCalling
import Testing

@Suite struct EvaluationRequestTests {
    private static func read(_ text: String) throws -> EvaluationRequest {
        var bounds = EvaluationBounds()
        bounds.samples = 2
        return try EvaluationRequest(json: JSONValue(parsing: text.utf8), bounds: bounds, limits: RequestLimits())
    }

    static let refused: [(body: String, path: String, reason: FieldError.Reason)] = [
        ("[]", "", .wrongType), ("{}", "dataset", .missing), (#"{"dataset": null}"#, "dataset", .missing),
        (#"{"dataset": 3}"#, "dataset", .wrongType), (#"{"samples": "x"}"#, "samples", .wrongType),
        (#"{"samples": []}"#, "samples", .outOfRange), (#"{"samples": [1, 2, 3]}"#, "samples", .outOfRange),
        (#"{"dataset": "a", "samples": [1]}"#, "samples", .outOfRange),
        (#"{"dataset": "a", "limit": 0}"#, "limit", .outOfRange),
        (#"{"dataset": "a", "seed": -1}"#, "seed", .outOfRange),
        (#"{"dataset": "a", "limit": 1.5}"#, "limit", .wrongType),
        (#"{"dataset": "a", "concurrency": 0}"#, "concurrency", .outOfRange),
        (#"{"dataset": "a", "concurrency": 9}"#, "concurrency", .outOfRange),
        (#"{"dataset": "a", "pool": 1}"#, "pool", .wrongType),
        (#"{"dataset": "a", "target": []}"#, "target", .wrongType),
        (#"{"dataset": "a", "target": {"x": 1}}"#, "target.x", .unknown),
        (#"{"dataset": "a", "target": {"retriever": "psychic"}}"#, "target.retriever", .outOfRange),
        (#"{"dataset": "a", "target": {"top_k": 65}}"#, "target.top_k", .outOfRange),
        (#"{"dataset": "a", "target": {"style": "loud"}}"#, "target.style", .outOfRange),
        (#"{"dataset": "a", "target": {"max_calls": 99}}"#, "target.max_calls", .outOfRange),
        (#"{"dataset": "a", "judge": {}}"#, "judge.name", .missing),
        (#"{"dataset": "a", "judge": "rules"}"#, "judge", .wrongType),
        (#"{"dataset": "a", "judge": {"name": "rules", "votes": 3}}"#, "judge.votes", .unknown),
        (#"{"dataset": "a", "judge": {"name": "rules", "reference": 1}}"#, "judge.reference", .wrongType),
        (#"{"dataset": "a", "path": "/etc"}"#, "path", .unknown),
    ]

    @Test(arguments: refused) func namesTheField(_ body: String, path: String, reason: FieldError.Reason) {
        #expect { try Self.read(body) } throws: { error in
            let error = error as? FieldError
            return error?.path == path && error?.reason == reason && error?.message.isEmpty == false
        }
    }

    static let accepted = [
        #"{"dataset": "bfcl/simple"}"#, #"{"samples": [{"id": "1"}, 5], "pool": "p"}"#,
        #"{"dataset": "a", "limit": 9223372036854775807, "seed": 7, "concurrency": 8}"#,
        #"{"dataset": "a", "target": {"retriever": "hybrid", "top_k": 5, "max_calls": 2, "style": "full"}}"#,
        #"{"dataset": "a", "target": {}}"#, #"{"dataset": "a", "pool": null, "target": null}"#,
    ]

    @Test("law: what is stored reads as what was asked", arguments: accepted) func survivesTheStore(_ body: String)
        throws
    {
        let request = try Self.read(body)
        #expect(try Self.read(request.json.text()) == request)
    }

    // MARK: Data sets by name

    @Test func namesAreThoseOfTheFilesThatAreThere() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for path in [
            "a.jsonl", "b.jsonl.gz", "bfcl/simple.jsonl", "bfcl/deep/x.jsonl", "pool.json", ".hidden.jsonl",
            "a.frames.jsonl",
            ".jsonl", "c.JSONL", "d.jsonl/e.jsonl",
        ] {
            let url = URL(fileURLWithPath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
        }
        // A folder that is called like a file is found, and cannot be read.
        #expect(DataFolder(folder).names == ["a", "b", "bfcl/simple", "d", "d.jsonl/e"])
        #expect(DataFolder(nil).names.isEmpty && DataFolder(folder + "/nowhere").names.isEmpty)
    }
}
