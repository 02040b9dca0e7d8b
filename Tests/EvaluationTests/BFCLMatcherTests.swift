import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import TestSupport
import Testing

@Suite struct BFCLMatcherTests {
    /// Own answers with the verdicts of the package itself: Fixtures/make_bfcl_cases.py.
    @Test func agreesWithThePackage() throws {
        let document = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("bfcl-cases.json")))
        let functions = try (document["functions"]?.arrayValue ?? []).map { try FunctionDefinition(json: $0) }
        var notes = BFCLNotes()
        for (name, types) in document["types"]?.objectValue ?? [:] {
            notes.types[name] = (types.objectValue ?? [:]).reduce(into: [:]) { $0[$1.key] = $1.value.stringValue }
        }
        let matcher = BFCLMatcher(functions: functions, notes: notes)
        let cases = document["cases"]?.arrayValue ?? []
        #expect(cases.count == 400)
        for (index, item) in cases.enumerated() {
            let answer = FunctionAnswer(outcome: .call, calls: Self.calls(item["calls"]))
            let reference = Reference(outcome: .call, expected: Self.calls(item["expected"]), answers: .possible)
            let fault = matcher.fault(of: answer, against: reference)
            #expect((fault == nil) == item["right"]?.boolValue, "case \(index): \(fault ?? "right")")
        }
    }

    private static func calls(_ value: JSONValue?) -> [FunctionCall] {
        (value?.arrayValue ?? []).map {
            FunctionCall(function: $0["function"]?.stringValue ?? "", parameters: $0["parameters"]?.objectValue ?? [:])
        }
    }

    @Test func irrelevanceIsRightWithoutACall() {
        let matcher = BFCLMatcher(functions: [], notes: BFCLNotes())
        let none = Reference(outcome: .noAppropriateFunction, expected: [], answers: .exact)
        let any = Reference(outcome: .call, expected: [], answers: .any)
        let call = FunctionAnswer(outcome: .call, calls: [FunctionCall(function: "f", parameters: [:])])
        for outcome in [Outcome.noAppropriateFunction, .requestUnclear] {
            let refusal = FunctionAnswer(outcome: outcome, calls: [])
            #expect(matcher.fault(of: refusal, against: none) == nil)
            #expect(matcher.fault(of: refusal, against: any) != nil)
        }
        #expect(matcher.fault(of: call, against: none) != nil && matcher.fault(of: call, against: any) == nil)
    }

    static let lists: [(JSONValue, isRight: Bool)] = [
        ([1, 2.5], true), ([1.0, 2.5], true), ([1, 2], false), ([1, "2.5"], false), ([1], false),
    ]
    /// JSON has one type of numbers: a list of them may be written without points.
    @Test(arguments: lists) func wholeNumbersAreFloatsInAList(written: JSONValue, isRight: Bool) {
        let function = FunctionDefinition(
            name: "sum", description: "",
            parameters: [
                "type": "object", "properties": ["of": ["type": "array", "items": ["type": "number"]]],
                "required": ["of"],
            ])
        let matcher = BFCLMatcher(functions: [function], notes: BFCLNotes())
        let answer = FunctionAnswer(
            outcome: .call, calls: [FunctionCall(function: "sum", parameters: ["of": written])])
        let reference = Reference(
            outcome: .call, expected: [FunctionCall(function: "sum", parameters: ["of": [[1.0, 2.5]]])],
            answers: .possible)
        #expect((matcher.fault(of: answer, against: reference) == nil) == isRight)
    }
}
