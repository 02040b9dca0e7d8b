import Documents
import Foundation
import FunctionCalling
import Inference
import OrderedCollections

/// What a judge says of an answer.
public struct Judgement: Sendable, Hashable {
    public var id: String
    public var verdict: Verdict
    /// Why; written before the verdict was chosen.
    public var rationale: String
    /// Probability of the verdict, in [0, 1]; 1 where rules decide.
    public var confidence: Double
    public var checks: [Check]
    /// What each vote of a model was; empty where rules decide.
    public var votes: [Verdict]
    public var cost: JudgeCost

    /// How likely the answer is right, 0 to 1.
    public var right: Double { verdict == .right ? confidence : 1 - confidence }

    /// The body of `/v1/judge`'s answer.
    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "object": "judgement", "verdict": .integer(verdict.rawValue),
            "rationale": .string(rationale), "confidence": .number((confidence * 10_000).rounded() / 10_000),
            "checks": .array(checks.map(\.json)), "votes": .array(votes.map { .integer($0.rawValue) }),
        ]
        members.merge(cost.fields) { ours, _ in ours }
        return .object(members)
    }
}

extension Judgement {
    /// One whose checks and votes are still to be told; it costs nothing.
    package init(id: String, verdict: Verdict, rationale: String, confidence: Double) {
        self.init(
            id: id, verdict: verdict, rationale: rationale, confidence: confidence, checks: [], votes: [],
            cost: JudgeCost())
    }
}

/// Tokens and time that a judgement took. The times of all votes are added up; `total` is by the clock.
public struct JudgeCost: Sendable, Hashable {
    public var usage = Usage()
    public var timings = GenerationTimings()
    public var total = Duration.zero

    /// Nothing spent.
    public init() {}

    /// Adds what one answer of the engine took.
    package mutating func add(_ generation: Generation) {
        usage = usage + generation.usage
        timings.queue += generation.timings.queue
        timings.prefill += generation.timings.prefill
        timings.decode += generation.timings.decode
    }

    /// Adds what one answer of a stage took, wherever it ran.
    package mutating func add(_ answer: StageAnswer) {
        usage = usage + answer.usage
        timings.queue += answer.timings.queue
        timings.prefill += answer.timings.prefill
        timings.decode += answer.timings.decode
    }

    /// Adds another cost, but not its total: that is by the clock.
    package mutating func add(_ other: JudgeCost) {
        usage = usage + other.usage
        timings.queue += other.timings.queue
        timings.prefill += other.timings.prefill
        timings.decode += other.timings.decode
    }

    /// `usage` and `timings`, as all answers have them.
    package var fields: JSONObject {
        func milliseconds(_ duration: Duration) -> JSONValue {
            .number((duration / .milliseconds(1) * 10).rounded() / 10)
        }
        return [
            "usage": [
                "prompt_tokens": .integer(usage.promptTokens), "cached_tokens": .integer(usage.cachedTokens),
                "completion_tokens": .integer(usage.completionTokens), "forced_tokens": .integer(usage.forcedTokens),
            ],
            "timings": [
                "queue_ms": milliseconds(timings.queue), "prefill_ms": milliseconds(timings.prefill),
                "decode_ms": milliseconds(timings.decode), "total_ms": milliseconds(total),
            ],
        ]
    }
}

/// Ids of judgements.
enum JudgementID {
    /// `jd_` and a ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time.
    static func make() -> String {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var time = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
        var head: [Character] = []
        for _ in 0..<10 {
            head.append(digits[Int(time & 31)])
            time >>= 5
        }
        return "jd_" + String(head.reversed()) + String((0..<16).map { _ in digits[Int.random(in: 0..<32)] })
    }
}
