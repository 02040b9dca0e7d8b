import Documents
import FunctionCalling
import Functions
import Inference
import Judging

/// Puts labelled answers to a judge.
public struct JudgeEvaluation: Sendable {
    private let judge: Judge
    private let hasReference: Bool
    private let inFlight: Int

    /// - Parameters:
    ///   - hasReference: whether the judge sees what is right.
    ///   - inFlight: answers at the same time.
    public init(_ judge: Judge, hasReference: Bool, inFlight: Int = 16) {
        (self.judge, self.hasReference, self.inFlight) = (judge, hasReference, inFlight)
    }

    /// Judges answers, a few at a time, and hands over each record as it comes.
    ///
    /// - Parameter known: keys of records that there are already; their answers are not judged again.
    /// - Throws: what `keep` throws, and cancellation.
    public func run(
        _ dataset: Dataset, _ answers: [LabelledAnswer], known: Set<String> = [], keep: (JudgeRecord) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: JudgeRecord.self) { group in
            var running = 0
            for answer in answers where !known.contains(answer.sample.id) {
                if running >= inFlight, let record = try await group.next() {
                    try keep(record)
                    running -= 1
                }
                group.addTask { try await record(of: answer, dataset) }
                running += 1
            }
            while let record = try await group.next() { try keep(record) }
        }
    }

    /// One answer's verdict; what fails stands in its record.
    private func record(of answer: LabelledAnswer, _ dataset: Dataset) async throws -> JudgeRecord {
        let sample = answer.sample
        var record = JudgeRecord(
            id: sample.id, kind: answer.kind, question: answer.question, label: answer.isRight)
        (record.query, record.answer) = (sample.query, AnswerText(answer.answer).text)
        let start = ContinuousClock.now
        do {
            let functions = try dataset.functions(for: sample)
            let request = JudgeRequest(answer, hasReference: hasReference)
            let judgement = try await CallsEvaluation.whenThereIsRoom {
                try await judge.judge(request, functions: functions)
            }
            record.verdict = judgement.verdict == .right
            (record.confidence, record.isByModel) = (judgement.confidence, !judgement.votes.isEmpty)
            record.rationale = judgement.votes.isEmpty ? "" : judgement.rationale
            (record.promptTokens, record.completionTokens) =
                (judgement.cost.usage.promptTokens, judgement.cost.usage.completionTokens)
        } catch {
            try CallsEvaluation.endRun(of: error)
            record.error = "\(error)"
        }
        record.milliseconds = (.now - start) / .milliseconds(1)
        return record
    }
}

extension JudgeRequest {
    /// A labelled answer, with or without what is right.
    package init(_ answer: LabelledAnswer, hasReference: Bool) {
        let sample = answer.sample
        self.init(
            dialogue: JudgedDialogue(query: sample.query, history: sample.history, context: sample.context),
            answer: answer.answer)
        reference = hasReference ? sample.reference : nil
    }
}
