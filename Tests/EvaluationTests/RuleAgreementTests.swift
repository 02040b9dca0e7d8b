import Evaluation
import Foundation
import Judging
import TestSupport
import Testing

/// How the rule checks alone agree with the labels of the judge's data set. `swift test --filter RuleAgreement` prints
/// the table.
@Suite struct RuleAgreementTests {
    static let file = TestFiles.dataSet("judge/judge.jsonl.gz")
    static let isThere = file != nil

    @Test(.enabled(if: isThere, "the data set judge is missing: set KINGLET_TEST_DATA"))
    func withAndWithoutReference() throws {
        let (dataset, answers) = try Dataset.labelled(path: try #require(Self.file).path)
        var total = [Agreement](repeating: Agreement(), count: 4)
        var byKind: [String: [Agreement]] = [:]
        for labelled in answers {
            let functions = try dataset.functions(for: labelled.sample)
            let (answer, reference) = (labelled.answer, labelled.sample.reference)
            let dialogue = JudgedDialogue(
                query: labelled.sample.query, history: labelled.sample.history, context: labelled.sample.context)
            let runs = [
                RuleChecks(answer, functions: functions, dialogue: dialogue, reference: reference),
                RuleChecks(answer, functions: functions, dialogue: dialogue, reference: reference, strictness: .exact),
                // Without a reference the rules find what is invalid or invented; a model judges the rest, which
                // counts as right here.
                RuleChecks(answer, functions: functions, dialogue: dialogue, reference: nil),
                RuleChecks(answer, functions: functions, dialogue: nil, reference: nil),
            ]
            for (index, run) in runs.enumerated() {
                let verdict = run.verdict != .wrong
                total[index].add(verdict: verdict, label: labelled.isRight)
                byKind[labelled.kind, default: total.map { _ in Agreement() }][index]
                    .add(verdict: verdict, label: labelled.isRight)
            }
            let isWrong = (runs[0].verdict == .right) != labelled.isRight
            let isGroundless = labelled.isRight && runs[2].verdict == .wrong
            if isWrong || isGroundless, ProcessInfo.processInfo.environment["KINGLET_TEST_LIST"] != nil {
                print(
                    labelled.sample.id, labelled.isRight,
                    (runs[0].checks + runs[2].checks).map { "\($0.name) \($0.passed) \($0.detail ?? "")" })
            }
        }
        func percent(_ agreement: Agreement) -> String { String(format: "%6.1f", (agreement.agreement ?? 0) * 100) }
        print("kind                     n  notations  exact  |  no reference  schema only (agreement in %)")
        for (kind, row) in byKind.sorted(by: { $0.key < $1.key }) {
            let name = kind.padding(toLength: 22, withPad: " ", startingAt: 0)
            print(name, String(format: "%4d", row[0].count), row.map(percent).joined(separator: "   "))
        }
        print(
            "all".padding(toLength: 22, withPad: " ", startingAt: 0), String(format: "%4d", answers.count),
            total.map(percent).joined(separator: "   "))
        print("kappa", total.map { String(format: "%.3f", $0.kappa ?? 0) }.joined(separator: "  "))
        #expect(answers.count == 2000)
        #expect((total[0].agreement ?? 0) >= 0.97)
        #expect((total[0].agreement ?? 0) > (total[1].agreement ?? 1))
        #expect((total[2].agreement ?? 0) >= 0.68)
    }
}
