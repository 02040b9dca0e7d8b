import Foundation
import FunctionCalling
import Functions
import Inference
import Judging
import Verdicts

extension CallsEvaluation {
    /// - Throws: where an error ends the run and is no sample's.
    static func endRun(of error: any Error) throws {
        try Task.checkCancellation()
        if case GenerationError.draining = error { throw CancellationError() }
    }

    /// What the judge says of an answer, if there is one; a judge that fails leaves the answer without a verdict.
    func judged(
        _ record: CallsRecord, _ sample: Sample, _ functions: [FunctionDefinition]
    ) async throws -> SampleVerdict? {
        guard let judge = options.judge else { return nil }
        var request = JudgeRequest(
            dialogue: JudgedDialogue(query: sample.query, history: sample.history, context: sample.context),
            answer: record.answer)
        request.reference = judge.hasReference ? sample.reference : nil
        request.priority = options.priority
        do {
            let asked = request
            return SampleVerdict(
                try await Self.whenThereIsRoom { try await judge.judge.judge(asked, functions: functions) })
        } catch {
            try Self.endRun(of: error)
            return SampleVerdict(isRight: nil, confidence: 0, reason: "\(error)")
        }
    }

    /// A full engine is no answer, but a reason to come again.
    static func whenThereIsRoom<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        while true {
            do {
                return try await ask()
            } catch GenerationError.overloaded(_, let seconds), GenerationError.wouldWait(_, _, let seconds),
                GenerationError.schemasWaiting(_, let seconds), EmbeddingError.overloaded(_, let seconds)
            {
                try await Task.sleep(for: .seconds(min(5, max(1, seconds))))
            }
        }
    }
}
