import Configuration
import Evaluation

extension EvaluationBounds {
    /// As the settings say.
    package init(_ settings: Settings) {
        self.init()
        folder = settings.resolve(settings.evaluation.folder)
        (samples, concurrency) = (settings.evaluation.maxSamples, settings.evaluation.maxConcurrency)
        (waiting, kept) = (settings.evaluation.maxWaiting, settings.evaluation.keep)
    }
}
