import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging
import TestSupport
import Testing

@Suite struct ChoiceCalibrationTests {
    /// What is asked for is said in the function's name, mostly; required values are missing where it is unclear.
    static func records(_ count: Int, seed: UInt64) -> [CallsRecord] {
        var random = SeededGenerator(seed)
        return (0..<count).map { index in
            let outcome = Outcome.allCases[index % 3]
            var features = ChoiceFeatures()
            features[.nameSaid] =
                (outcome == .noAppropriateFunction ? 0.1 : 0.6) + Double.random(in: 0...0.4, using: &random)
            features[.groundless] = (outcome == .requestUnclear ? 1 : 0) + Double.random(in: 0...0.6, using: &random)
            features[.values] = -Double.random(in: 0...1, using: &random)
            let reference = Reference(outcome: outcome, expected: [], answers: .exact)
            var record = CallsRecord(id: "\(index)", set: "own", reference: reference)
            record.features = features.json
            // Every other sample of an outcome was answered rightly, the others with a call.
            if index % 2 == 0 { record.answer.outcome = outcome }
            return record
        }
    }

    @Test func findsWhatTellsTheOutcomesApart() throws {
        let never = ChoiceModel(noFunction: .never, unclear: .never)
        let result = try ChoiceCalibration().fit(Self.records(300, seed: 3), fallback: never)
        for outcome in [Outcome.noAppropriateFunction, .requestUnclear] {
            #expect((result.fitted[outcome]?.f1 ?? 0) > 0.9, "\(result.fitted)")
            #expect(result.before[outcome]?.precision == 1 && result.before[outcome]?.recall == 0.5)
        }
        #expect((result.model.noFunction.weights[.nameSaid] ?? 0) < 0 && result.model.noFunction.weights[.check] == nil)
        #expect((result.model.unclear.weights[.groundless] ?? 0) > 0)
        // Samples that the fit never saw, of another seed.
        let others = Self.records(300, seed: 4).filter { record in
            result.model.decide(ChoiceFeatures(json: record.features)).outcome == record.expectedOutcome
        }
        #expect(others.count > 270)
    }

    @Test func saysWhatIsMissing() {
        let never = ChoiceModel(noFunction: .never, unclear: .never)
        #expect(throws: ChoiceCalibration.Problem.self) {
            try ChoiceCalibration().fit(Self.records(12, seed: 1), fallback: never)
        }
    }

    /// Against the closed form: one binary column, without penalty, gives the log-odds ratio of the 2 by 2 table.
    @Test func logisticFitIsTheLogOddsRatio() {
        let counts = [(x: 0.0, label: true, 10), (0, false, 30), (1, true, 30), (1, false, 10)]
        let rows = counts.flatMap { item in Array(repeating: [item.0], count: item.2) }
        let labels = counts.flatMap { item in Array(repeating: item.1, count: item.2) }
        let fit = LogisticFit(rows, labels: labels, penalty: 0)
        // ln(30/10 * 30/10) = 2.1972
        #expect(abs(fit.weights[0] - 2.1972) < 1e-3 && abs(fit.probability([1]) - 0.75) < 1e-4)
    }
}
