import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import TestSupport
import Testing

@Suite struct AnswerMatcherTests {
    static let functions = [
        FunctionDefinition(
            name: "book", description: "",
            parameters: [
                "type": "object",
                "properties": [
                    "time": ["type": "string"], "seats": ["type": "integer", "default": 2],
                    "tags": ["type": "array", "items": ["type": "string"], "uniqueItems": true],
                    "path": ["type": "array", "items": ["type": "string"]], "vip": ["type": "boolean"],
                    "who": ["type": "object", "properties": ["name": ["type": "string"]]],
                ],
                "required": ["time"],
            ]),
        FunctionDefinition(name: "cancel", description: ""),
    ]

    static func answer(_ calls: JSONObject..., outcome: Outcome = .call) -> FunctionAnswer {
        FunctionAnswer(outcome: outcome, calls: calls.map { FunctionCall(function: "book", parameters: $0) })
    }

    static func reference(_ reading: Reference.Reading, _ calls: JSONObject...) -> Reference {
        Reference(
            outcome: .call, expected: calls.map { FunctionCall(function: "book", parameters: $0) }, answers: reading)
    }

    /// given, expected, reading, right by the exact match, right with notations
    static let rows: [(JSONObject, JSONObject, Reference.Reading, Bool, Bool)] = [
        (["time": "7 pm"], ["time": "7 PM"], .exact, true, true),
        (["time": "7 pm"], ["time": "19:00"], .exact, false, true),
        (["time": "7 pm"], ["time": ["18:00", "7pm"]], .possible, true, true),
        (["time": "7 pm"], ["time": ["18:00", "19:00"]], .possible, false, true),
        (["time": "7 am"], ["time": ["18:00", "19:00"]], .possible, false, false),
        (["time": "7", "seats": 3], ["time": "7", "seats": 3.0], .exact, true, true),
        (["time": "7", "seats": "three"], ["time": "7", "seats": 3], .exact, false, true),
        (["time": "7", "vip": "true"], ["time": "7", "vip": true], .exact, false, false),
        (["time": "7", "vip": 1], ["time": "7", "vip": true], .exact, false, false),
        // Left out, or given though not expected
        (["time": "7"], ["time": "7", "seats": 4], .exact, false, false),
        (["time": "7"], ["time": "7", "seats": 2], .exact, false, true),
        (["time": "7", "seats": 2], ["time": "7"], .exact, false, true),
        (["time": "7", "seats": 3], ["time": "7"], .exact, false, false),
        (["time": "7"], ["time": ["7"], "seats": [4, ""]], .possible, true, true),
        (["time": "7"], ["time": ["7"], "seats": [4]], .possible, false, false),
        (["seats": 4], ["time": ["7", ""], "seats": [4]], .possible, false, false),
        // Sets and lists
        (["time": "7", "tags": ["b", "A"]], ["time": "7", "tags": ["a", "b"]], .exact, true, true),
        (["time": "7", "tags": ["b", "b"]], ["time": "7", "tags": ["a", "b"]], .exact, false, false),
        (["time": "7", "tags": ["two", "1"]], ["time": "7", "tags": ["1", "2"]], .exact, false, true),
        (["time": "7", "path": ["b", "a"]], ["time": "7", "path": ["a", "b"]], .exact, false, false),
        (["time": "7", "path": ["a", "b"]], ["time": ["7"], "path": [["a"], ["a", "b"]]], .possible, true, true),
        // Objects
        (["time": "7", "who": ["name": "Ann"]], ["time": "7", "who": ["name": "ann"]], .exact, true, true),
        (
            ["time": "7", "who": ["name": "Ann"]],
            ["time": ["7"], "who": [["name": ["Ben", "ann"], "age": ["", 3]]]],
            .possible, true, true
        ),
        (
            ["time": "7", "who": ["name": "Ann", "x": 1]], ["time": ["7"], "who": [["name": ["ann"]]]], .possible,
            false, false
        ),
        (["time": "7", "who": [:]], ["time": ["7"], "who": [["name": ["ann"]]]], .possible, false, false),
    ]
    @Test(arguments: rows) func compares(
        _ given: JSONObject, _ expected: JSONObject, _ reading: Reference.Reading, exact: Bool, notations: Bool
    ) {
        let matcher = AnswerMatcher(functions: Self.functions)
        let (answer, reference) = (Self.answer(given), Self.reference(reading, expected))
        #expect(matcher.match(answer, reference, .exact).isRight == exact)
        #expect(matcher.match(answer, reference, .notations).isRight == notations)
    }

    @Test func comparesOutcomeNameAndNumber() {
        let matcher = AnswerMatcher(functions: Self.functions)
        let refused = Reference(outcome: .requestUnclear, expected: [], answers: .exact)
        let unclear = FunctionAnswer(outcome: .requestUnclear, calls: [])
        #expect(matcher.match(unclear, refused, .exact).isRight)
        #expect(!matcher.match(FunctionAnswer(outcome: .noAppropriateFunction, calls: []), refused, .notations).isRight)
        #expect(!matcher.match(Self.answer(["time": "7"]), refused, .notations).isRight)
        let two = Self.reference(.exact, ["time": "7"], ["time": "8"])
        #expect(!matcher.match(Self.answer(["time": "7"]), two, .notations).isRight)
        #expect(!matcher.match(Self.answer(["time": "7"], ["time": "7"]), two, .notations).isRight)
        #expect(matcher.match(Self.answer(["time": "8"], ["time": "7"]), two, .exact).isRight)
        let other = FunctionAnswer(outcome: .call, calls: [FunctionCall(function: "cancel", parameters: ["time": "7"])])
        let match = matcher.match(other, Self.reference(.exact, ["time": "7"]), .notations)
        #expect(match.detail == "cancel is called, not book")
        let any = Reference(outcome: .call, expected: [], answers: .any)
        #expect(matcher.match(other, any, .exact).isRight)
    }

    @Test func saysWhatDiffersAndWhatIsEqual() {
        let matcher = AnswerMatcher(functions: Self.functions)
        func detail(_ given: JSONObject, _ expected: JSONObject, _ reading: Reference.Reading = .exact) -> String? {
            matcher.match(Self.answer(given), Self.reference(reading, expected), .notations).detail
        }
        #expect(detail(["time": "11:00 pm"], ["time": "23:00"]) == "11:00 pm equals 23:00")
        #expect(detail(["time": "7"], ["time": ["7", "seven"]], .possible) == nil)
        #expect(detail(["time": "8"], ["time": ["6", "7"]], .possible) == #"time is "8", expected is "6" or "7""#)
        #expect(detail(["time": "7"], ["time": "7", "vip": true]) == "vip is missing")
        #expect(detail(["time": "7", "vip": true], ["time": "7"]) == "vip is given, nobody asked for it")
    }

    @Test("law: the order of calls and parameters changes nothing", arguments: UInt64(0)..<200)
    func permutations(seed: UInt64) {
        var random = SeededGenerator(seed)
        func parameters() -> JSONObject {
            var members: JSONObject = [
                "time": .string(["7", "seven", "7 pm", "19:00"].randomElement(using: &random) ?? "")
            ]
            if Bool.random(using: &random) { members["seats"] = .integer(Int.random(in: 1...3, using: &random)) }
            if Bool.random(using: &random) {
                members["tags"] = .array(["a", "b", "c"].shuffled(using: &random).prefix(2).map { .string($0) })
            }
            return members
        }
        func shuffled(_ calls: [FunctionCall]) -> [FunctionCall] {
            calls.shuffled(using: &random).map { call in
                let members = call.parameters.map { ($0.key, $0.value) }.shuffled(using: &random)
                return FunctionCall(function: call.function, parameters: JSONObject(uniqueKeysWithValues: members))
            }
        }
        let calls = (0..<3).map { _ in FunctionCall(function: "book", parameters: parameters()) }
        let expected =
            Bool.random(using: &random)
            ? calls : (0..<3).map { _ in FunctionCall(function: "book", parameters: parameters()) }
        let matcher = AnswerMatcher(functions: Self.functions)
        for strictness in [AnswerMatcher.Strictness.exact, .notations] {
            func isRight(_ calls: [FunctionCall], _ expected: [FunctionCall]) -> Bool {
                matcher.match(
                    FunctionAnswer(outcome: .call, calls: calls),
                    Reference(outcome: .call, expected: expected, answers: .exact), strictness
                ).isRight
            }
            let verdict = isRight(calls, expected)
            for _ in 0..<5 { #expect(isRight(shuffled(calls), shuffled(expected)) == verdict) }
            #expect(isRight(calls, shuffled(calls)))
        }
        // What the exact match accepts, notations accept too.
        let answer = FunctionAnswer(outcome: .call, calls: calls)
        let reference = Reference(outcome: .call, expected: expected, answers: .exact)
        if matcher.match(answer, reference, .exact).isRight {
            #expect(matcher.match(answer, reference, .notations).isRight)
        }
    }

    @Test func agreementAndKappa() {
        var agreement = Agreement()
        #expect(agreement.agreement == nil && agreement.kappa == nil)
        // Cohen's own kind of table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
        for (verdict, label, count) in [(true, true, 20), (true, false, 5), (false, true, 10), (false, false, 15)] {
            for _ in 0..<count { agreement.add(verdict: verdict, label: label) }
        }
        #expect(agreement.count == 50 && agreement.agreement == 0.7)
        #expect(abs((agreement.kappa ?? 0) - 0.4) < 1e-12)
        var same = Agreement()
        same.add(verdict: true, label: true)
        #expect(same.kappa == nil)
    }
}
