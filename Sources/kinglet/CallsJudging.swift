import Assembly
import Configuration
import Evaluation
import Foundation
import Judging
import Verdicts

/// Judges for answers that are given in this process, beside its model.
struct CallsJudging {
    private let settings: Settings
    let book: JudgeBook

    init(_ settings: Settings, _ model: LoadedModel) throws {
        self.settings = settings
        book = try JudgeFiles.book(settings, beside: model, environment: ProcessInfo.processInfo.environment)
    }

    /// Verdicts given before are taken from the state folder.
    ///
    /// - Throws: `FieldError` for a judge that is not there or lacks something, `VerdictCacheError`.
    func judge(named name: String, hasReference: Bool) throws -> SampleJudge {
        SampleJudge(
            RememberingJudge(try book.judge(named: name), try VerdictCache(settings)), hasReference: hasReference)
    }
}
