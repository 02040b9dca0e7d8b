import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// One sample's result: a line of the results file.
public struct CallsRecord: Sendable, Hashable {
    public var id: String
    /// Folder and name of the data file, e.g. `bfcl/simple`.
    public var set: String
    public var expectedOutcome: Outcome
    /// Of the first expected call.
    public var expectedFunction: String?
    public var answer: FunctionAnswer
    public var confidence: Double
    /// By the data sets' own matcher.
    public var isRight: Bool
    /// Outcome and names of the functions, whatever the parameters.
    public var isFunctionRight: Bool
    /// By the leaderboard's matcher; nil where the sample is none of its.
    public var isRightByAST: Bool?
    /// Whether the adapter leads back to the legacy frame; nil without frames.
    public var isFrameRight: Bool?
    /// Why it is wrong.
    public var detail: String?
    /// What in a call breaks its function's schema; nothing, if decoding keeps its promise.
    public var violation: String?
    /// The pipeline refused or failed.
    public var error: String?
    public var promptTokens = 0, cachedTokens = 0, completionTokens = 0
    public var milliseconds = 0.0
    /// What the choice was made from, for `kinglet calibrate`.
    public var features: JSONObject = [:]

    /// The verdict that counts for its set.
    public var counts: Bool { isRightByAST ?? isRight }

    /// A record of a sample and its answer.
    public init(
        id: String, set: String, reference: Reference, answer: FunctionAnswer = .init(outcome: .call, calls: [])
    ) {
        (self.id, self.set, self.answer) = (id, set, answer)
        (expectedOutcome, expectedFunction) = (reference.outcome, reference.expected.first?.function)
        (confidence, isRight, isFunctionRight) = (0, false, false)
    }

    /// A line of the results file.
    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "set": .string(set), "expected_outcome": .string(expectedOutcome.rawValue),
        ]
        members["expected_function"] = expectedFunction.map { .string($0) }
        members["outcome"] = .string(answer.outcome.rawValue)
        members["calls"] = .array(
            answer.calls.map { ["function": .string($0.function), "parameters": .object($0.parameters)] })
        members["confidence"] = .number(confidence)
        members["right"] = .bool(isRight)
        members["function_right"] = .bool(isFunctionRight)
        members["right_by_ast"] = isRightByAST.map { .bool($0) }
        members["frame_right"] = isFrameRight.map { .bool($0) }
        members["detail"] = detail.map { .string($0) }
        members["violation"] = violation.map { .string($0) }
        members["error"] = error.map { .string($0) }
        members["prompt_tokens"] = .integer(promptTokens)
        members["cached_tokens"] = .integer(cachedTokens)
        members["completion_tokens"] = .integer(completionTokens)
        members["ms"] = .number((milliseconds * 10).rounded() / 10)
        if !features.isEmpty { members["features"] = .object(features) }
        return .object(members)
    }

    /// - Throws: `FieldError` for a line that this program did not write.
    public init(json: JSONValue) throws(FieldError) {
        var reader = try FieldReader(json)
        id = try reader.string("id")
        set = try reader.string("set")
        expectedOutcome = try Outcome.read("expected_outcome", &reader)
        expectedFunction = try reader.optionalString("expected_function")
        answer = FunctionAnswer(
            outcome: try Outcome.read("outcome", &reader), calls: try FunctionCall.list("calls", &reader))
        confidence = try reader.optionalDouble("confidence", in: 0...1) ?? 0
        isRight = try reader.optionalBool("right") ?? false
        isFunctionRight = try reader.optionalBool("function_right") ?? false
        isRightByAST = try reader.optionalBool("right_by_ast")
        isFrameRight = try reader.optionalBool("frame_right")
        detail = try reader.optionalString("detail")
        violation = try reader.optionalString("violation")
        error = try reader.optionalString("error")
        promptTokens = try reader.optionalInt("prompt_tokens", in: 0...Int.max) ?? 0
        cachedTokens = try reader.optionalInt("cached_tokens", in: 0...Int.max) ?? 0
        completionTokens = try reader.optionalInt("completion_tokens", in: 0...Int.max) ?? 0
        milliseconds = try reader.optionalDouble("ms", in: 0...1e12) ?? 0
        features = reader.optional("features")?.objectValue ?? [:]
        try reader.finish()
    }
}
