import FunctionCalling
import Functions
import Inference
import Judging

/// Labelled requests that a pipeline answers, and how many of its answers are exactly right.
public struct ExactCalls: Sendable {
    /// Answers so far, and those that are right.
    public struct Count: Sendable, Hashable {
        public var right: Int, answers: Int

        public init(right: Int, answers: Int) { (self.right, self.answers) = (right, answers) }

        public var share: Double { answers > 0 ? Double(right) / Double(answers) : 0 }
    }

    private let requests: [TaughtRequest]
    private let matcher: AnswerMatcher
    /// Requests at the same time; the engine batches them.
    private let inFlight: Int

    /// - Parameter functions: of the pool that the pipeline answers with.
    public init(_ requests: [TaughtRequest], functions: [FunctionDefinition], inFlight: Int = 16) {
        (self.requests, self.inFlight) = (requests, inFlight)
        matcher = AnswerMatcher(functions: functions)
    }

    /// - Throws: what the engine cannot do; an answer that fails is not right.
    public func count(of pipeline: Pipeline) async throws -> Count {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            var count = Count(right: 0, answers: 0)
            func take(_ isRight: Bool) {
                count = Count(right: count.right + (isRight ? 1 : 0), answers: count.answers + 1)
            }
            for (index, request) in requests.enumerated() {
                if index >= inFlight, let isRight = try await group.next() { take(isRight) }
                group.addTask { try await isRight(request, pipeline) }
            }
            for try await isRight in group { take(isRight) }
            return count
        }
    }

    private func isRight(_ taught: TaughtRequest, _ pipeline: Pipeline) async throws -> Bool {
        let result: FunctionCallResult
        do {
            result = try await pipeline.run(taught.request)
        } catch is FunctionCallError {
            return false  // refused for what it is, as a server would
        }
        let reference = Reference(outcome: taught.label.outcome, expected: taught.label.calls, answers: .exact)
        return matcher.match(FunctionAnswer(outcome: result.outcome, calls: result.calls), reference, .exact).isRight
    }
}
