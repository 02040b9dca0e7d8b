import Assembly
import Configuration
import Evaluation
import Foundation
import Judging
import Verdicts

/// Judges for answers that are given in this process, beside its model.
struct CallsJudging {
    private let settings: Settings
    private let book: JudgeBook

    init(_ settings: Settings, _ model: LoadedModel) throws {
        self.settings = settings
        let environment = ProcessInfo.processInfo.environment
        let stages = RemoteStages(settings.remote, environment: environment)
        let local = try stages[.judge].map { Judge(stage: $0) } ?? Judge(generator: model.engine)
        book = try JudgeFiles(settings, environment: environment).book(local: local, model: model)
    }

    /// Verdicts given before are taken from the state folder.
    ///
    /// - Throws: `FieldError` for a judge that is not there or lacks something, `VerdictCacheError`.
    func judge(named name: String, hasReference: Bool) throws -> SampleJudge {
        SampleJudge(
            RememberingJudge(try book.judge(named: name), try VerdictCache(settings)), hasReference: hasReference)
    }
}
