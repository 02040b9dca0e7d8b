import Documents
import Judging
import Verdicts

/// The judges that evaluations may ask, and where their verdicts are kept.
public struct EvaluationJudges: Sendable {
    private let book: JudgeBook
    private let cache: VerdictCache?

    /// - Parameter cache: nil: every answer is judged anew.
    public init(_ book: JudgeBook = JudgeBook([:]), cache: VerdictCache? = nil) {
        (self.book, self.cache) = (book, cache)
    }

    /// - Throws: `FieldError` for a judge that is not there or cannot be asked.
    func judge(_ wanted: EvaluationRequest.Judging?) throws(FieldError) -> SampleJudge? {
        guard let wanted else { return nil }
        do throws(FieldError) {
            let judge = try book.judge(named: wanted.name)
            return SampleJudge(RememberingJudge(judge, cache), hasReference: wanted.hasReference)
        } catch {
            throw FieldError(path: "judge.name", reason: error.reason, message: error.message)
        }
    }
}
