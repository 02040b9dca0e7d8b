import Foundation
import Training

/// The line that tells how a training goes.
struct TrainingProgress {
    private let first: Int
    private let start = ContinuousClock.now
    private var samples = 0, rows = 0, seconds = 0.0

    /// - Parameter done: steps done before.
    init(done: Int) { first = done }

    /// Rates are those of all steps since the start, the time left counts checkpoints and validation too.
    mutating func line(_ report: StepReport) -> String {
        samples += report.samples
        rows += report.loss.rows
        seconds += report.seconds
        let whole = (ContinuousClock.now - start) / .seconds(1)
        let left = whole / Double(report.step - first) * Double(report.steps - report.step)
        let rates = String(
            format: "%.0f tokens/s  %.2f samples/s  left %@", Double(rows) / seconds, Double(samples) / seconds,
            Self.clock(left))
        var loss = String(format: "loss %.4f  norm %.2f  rate %.2e", report.loss.loss, report.norm, report.rate)
        if let found = report.loss.found { loss += String(format: "  found %.1f %%", 100 * found) }
        let validation = report.validation.map { String(format: "  validation %.4f", $0) } ?? ""
        return "step \(report.step)/\(report.steps)  \(loss)  \(rates)\(validation)"
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
