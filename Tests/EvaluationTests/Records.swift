import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

/// Records of no run, for reports and comparisons.
enum Records {
    /// - Parameters:
    ///   - isRight: whether the call is the one expected.
    ///   - change: what else is to be of it.
    static func call(
        _ id: String, _ function: String = "lights_on", isRight: Bool = true, confidence: Double = 0.9,
        change: (inout CallsRecord) -> Void = { _ in }
    ) -> CallsRecord {
        let expected = FunctionCall(function: function, parameters: ["room": "kitchen"], confidence: 1)
        let given = FunctionCall(function: function, parameters: ["room": isRight ? "kitchen" : "hall"], confidence: 1)
        var record = CallsRecord(
            id: id, set: "own/valid", reference: Reference(outcome: .call, expected: [expected], answers: .exact),
            answer: FunctionAnswer(outcome: .call, calls: [given]))
        (record.isRight, record.isFunctionRight, record.confidence) = (isRight, true, confidence)
        if !isRight { record.detail = "room is hall, not kitchen" }
        (record.milliseconds, record.promptTokens, record.cachedTokens, record.completionTokens) = (20, 100, 80, 10)
        change(&record)
        return record
    }

    /// A refusal that is right, or a call where none was due.
    static func refusal(_ id: String, isRight: Bool = true) -> CallsRecord {
        var record = CallsRecord(
            id: id, set: "own/valid",
            reference: Reference(outcome: .noAppropriateFunction, expected: [], answers: .exact),
            answer: FunctionAnswer(outcome: isRight ? .noAppropriateFunction : .requestUnclear, calls: []))
        (record.isRight, record.isFunctionRight, record.confidence) = (isRight, isRight, 0.6)
        record.milliseconds = 10
        return record
    }
}
