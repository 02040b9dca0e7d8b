import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// Fits a `ChoiceModel` on records of labelled samples: what `kinglet calibrate` does.
public struct ChoiceCalibration: Sendable {
    /// Precision, recall and their harmonic mean for one outcome.
    public struct Score: Sendable, Hashable {
        public var precision = 0.0, recall = 0.0
        public var f1: Double { precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0 }
    }

    /// A fit, and how good it is.
    public struct Result: Sendable {
        public var model: ChoiceModel
        /// On samples that the fit did not see (cross-validation), and of what was answered when they were recorded.
        public var fitted: [Outcome: Score], before: [Outcome: Score]
        public var samples: Int
    }

    /// Why there is nothing to fit.
    public enum Problem: Error, CustomStringConvertible {
        case tooFew(Outcome, Int)

        public var description: String {
            switch self {
            case .tooFew(let outcome, let count):
                "\(count) samples expect \(outcome.rawValue); at least \(ChoiceCalibration.leastSamples) are needed"
            }
        }
    }

    public static let leastSamples = 8
    private static let folds = 5
    /// `check` costs a question to the model and is left out unless it is asked for; `offered` says how the samples were
    /// made rather than what is asked.
    private let names: [ChoiceFeatures.Name]

    /// - Parameter usesCheck: whether the model was asked if the function fits.
    public init(usesCheck: Bool = false) {
        names = ChoiceFeatures.Name.allCases.filter { $0 != .offered && ($0 != .check || usesCheck) }
    }

    /// - Parameter fallback: decides on outcomes that have no samples.
    /// - Throws: `Problem` if there are too few calls, or samples of neither other outcome.
    public func fit(_ records: [CallsRecord], fallback: ChoiceModel) throws -> Result {
        let records = records.filter { !$0.features.isEmpty }
        let rows = records.map { (features: ChoiceFeatures(json: $0.features), outcome: $0.expectedOutcome) }
        let calls = rows.count { $0.outcome == .call }
        guard calls >= Self.leastSamples else { throw Problem.tooFew(.call, calls) }
        let others = [Outcome.noAppropriateFunction, .requestUnclear].filter { outcome in
            rows.count { $0.outcome == outcome } >= Self.leastSamples
        }
        guard !others.isEmpty else {
            throw Problem.tooFew(
                .noAppropriateFunction, rows.count { $0.outcome == .noAppropriateFunction })
        }
        var unseen: [(Outcome, Outcome)] = []
        for fold in 0..<Self.folds {
            let held = rows.enumerated().filter { $0.offset % Self.folds == fold }.map(\.element)
            let model = model(
                rows.enumerated().filter { $0.offset % Self.folds != fold }.map(\.element), others, fallback)
            unseen += held.map { ($0.outcome, model.decide($0.features).outcome) }
        }
        let old = records.map { ($0.expectedOutcome, $0.answer.outcome) }
        return Result(
            model: model(rows, others, fallback),
            fitted: Dictionary(uniqueKeysWithValues: others.map { ($0, Self.score($0, unseen)) }),
            before: Dictionary(uniqueKeysWithValues: others.map { ($0, Self.score($0, old)) }), samples: rows.count)
    }

    /// A sample as the fit sees it.
    private typealias Row = (features: ChoiceFeatures, outcome: Outcome)

    /// The decision with a rule for each outcome that has enough samples.
    private func model(_ rows: [Row], _ others: [Outcome], _ fallback: ChoiceModel) -> ChoiceModel {
        var model = fallback
        if others.contains(.noAppropriateFunction) { model.noFunction = rule(rows, .noAppropriateFunction) }
        if others.contains(.requestUnclear) { model.unclear = rule(rows, .requestUnclear) }
        return model
    }

    /// The rule that finds one outcome: weights, and the threshold of the best F1.
    private func rule(_ rows: [Row], _ outcome: Outcome) -> ChoiceModel.Rule {
        let table = rows.map { row in names.map { row.features[$0] } }
        let labels = rows.map { $0.outcome == outcome }
        let fit = LogisticFit(table, labels: labels)
        let weights = Dictionary(
            uniqueKeysWithValues: zip(names, fit.weights).map { ($0, ($1 * 10_000).rounded() / 10_000) })
        let probabilities = table.map { fit.probability($0) }
        return ChoiceModel.Rule(
            bias: (fit.bias * 10_000).rounded() / 10_000, weights: weights,
            threshold: Self.threshold(probabilities, labels))
    }

    /// The threshold with the greatest F1 of the outcome; of equal ones the middle.
    private static func threshold(_ probabilities: [Double], _ labels: [Bool]) -> Double {
        let all = labels.count { $0 }
        var best = (f1: -1.0, low: 0.5, high: 0.5)
        for percent in 5...95 {
            let value = Double(percent) / 100
            let chosen = zip(probabilities, labels).filter { $0.0 >= value }
            let hits = chosen.count { $0.1 }
            let f1 = hits == 0 ? 0 : 2 * Double(hits) / Double(chosen.count + all)
            if f1 > best.f1 + 1e-12 { best = (f1, value, value) } else if f1 > best.f1 - 1e-12 { best.high = value }
        }
        return ((best.low + best.high) * 50).rounded() / 100
    }

    /// Precision, recall and F1 of one outcome.
    static func score(_ outcome: Outcome, _ pairs: [(expected: Outcome, answered: Outcome)]) -> Score {
        let hits = Double(pairs.count { $0.expected == outcome && $0.answered == outcome })
        let given = Double(pairs.count { $0.answered == outcome }),
            wanted = Double(pairs.count { $0.expected == outcome })
        return Score(precision: given > 0 ? hits / given : 0, recall: wanted > 0 ? hits / wanted : 0)
    }
}
