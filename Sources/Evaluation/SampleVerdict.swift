import Documents
import Judging
import OrderedCollections
import Verdicts

/// What a judge says of a sample's answer, beside the matcher.
public struct SampleVerdict: Sendable, Hashable {
    /// nil: the judge gave none; `reason` says why.
    public var isRight: Bool?
    public var confidence: Double
    public var reason: String

    public init(isRight: Bool?, confidence: Double, reason: String) {
        (self.isRight, self.confidence, self.reason) = (isRight, confidence, reason)
    }

    init(_ judgement: Judgement) {
        self.init(
            isRight: judgement.verdict == .right, confidence: judgement.confidence, reason: judgement.rationale)
    }

    var json: JSONValue {
        [
            "verdict": isRight.map { .integer($0 ? 1 : 0) } ?? .null, "confidence": .rounded(confidence, 4),
            "reason": .string(reason),
        ]
    }

    init(_ reader: inout FieldReader) throws(FieldError) {
        isRight = try reader.optionalInt("verdict", in: 0...1).map { $0 == 1 }
        confidence = try reader.optionalDouble("confidence", in: 0...1) ?? 0
        reason = try reader.optionalString("reason") ?? ""
        try reader.finish()
    }
}

/// Who judges samples' answers, and what the judge sees.
public struct SampleJudge: Sendable {
    public let judge: RememberingJudge
    /// Whether it sees what is right.
    public let hasReference: Bool

    public init(_ judge: RememberingJudge, hasReference: Bool) {
        (self.judge, self.hasReference) = (judge, hasReference)
    }

    /// What its verdicts depend on, beside the answers.
    public var identity: JSONObject {
        [
            "judge": .string(judge.judge.name), "judge_version": .string(judge.judge.versionText),
            "judge_sees_reference": .bool(hasReference),
        ]
    }
}
