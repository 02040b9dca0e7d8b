import Digests
import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// A judge that is not asked again about an answer that it judged before: what counts is all that the verdict depends on, not
/// the name or the number of a sample.
public struct RememberingJudge: Sendable {
    public let judge: Judge
    private let cache: VerdictCache?

    /// - Parameter cache: nil: it is asked each time.
    public init(_ judge: Judge, _ cache: VerdictCache?) { (self.judge, self.cache) = (judge, cache) }

    /// The verdict given before, with its cost of then left out; or a new one, which is kept.
    ///
    /// - Throws: what the judge throws; what a file throws that cannot be read or written.
    public func judge(
        _ request: JudgeRequest, functions: [FunctionDefinition], deadline: ContinuousClock.Instant? = nil
    ) async throws -> Judgement {
        guard let cache else { return try await judge.judge(request, functions: functions, deadline: deadline) }
        let key = Fingerprint(of: [judge.version, Fingerprint(of: request.content(functions))])
        if let known = try await cache.judgement(for: key) { return known }
        let judgement = try await judge.judge(request, functions: functions, deadline: deadline)
        try await cache.add(judgement, for: key)
        return judgement
    }
}

extension JudgeRequest {
    /// All that is judged, and all that it is judged by.
    fileprivate func content(_ functions: [FunctionDefinition]) -> JSONValue {
        var members: JSONObject = [
            "query": .string(dialogue.query),
            "history": .array(dialogue.history.map { [.string($0.role.rawValue), .string($0.content)] }),
            "context": .object(dialogue.context), "outcome": .string(answer.outcome.rawValue),
            "calls": Self.json(answer.calls), "functions": .array(functions.map(\.json)),
            "votes": votes.map { .integer($0) } ?? .null,
        ]
        members["reference"] = reference.map { reference in
            [
                "outcome": .string(reference.outcome.rawValue), "expected": Self.json(reference.expected),
                "answers": .string(reference.answers.rawValue),
            ]
        }
        return .object(members)
    }

    private static func json(_ calls: [FunctionCall]) -> JSONValue {
        .array(calls.map { [.string($0.function), .object($0.parameters)] })
    }
}
