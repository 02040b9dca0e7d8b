import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// One sample's result: a line of the results file.
public struct CallsRecord: Sendable, Hashable, ResultsLine {
    public var id: String
    /// Folder and name of the data file, e.g. `bfcl/simple`.
    public var set: String
    public var expectedOutcome: Outcome
    /// Of the first expected call.
    public var expectedFunction: String?
    /// What was asked; nil in results of earlier versions, as the five below.
    public var query: String?
    public var expected: [FunctionCall] = []
    /// Of the first expected function: its pool's word, else the beginning of its name.
    public var domain: String?
    public var language: String?
    public var category: String?
    /// Functions that a retriever put before the model; nil where all were offered.
    public var candidates: Int?
    /// Where the last of the expected functions stands among them, from 1; nil: not there.
    public var rank: Int?
    /// What the functions were found by, with the retriever `description`; nil with others.
    public var described: Described?
    public var answer: FunctionAnswer
    public var confidence: Double
    /// By the data sets' own matcher.
    public var isRight: Bool
    /// Outcome and names of the functions, whatever the parameters.
    public var isFunctionRight: Bool
    /// By the leaderboard's matcher; nil where the sample is none of its.
    public var isRightByAST: Bool?
    /// Whether the adapter leads back to the legacy frame; nil without frames.
    public var isFrameRight: Bool?
    /// What a judge says; nil: none was asked.
    public var judged: SampleVerdict?
    /// Why it is wrong.
    public var detail: String?
    /// What in a call breaks its function's schema; nothing, if decoding keeps its promise.
    public var violation: String?
    /// The pipeline refused or failed.
    public var error: String?
    public var promptTokens = 0, cachedTokens = 0, completionTokens = 0
    public var milliseconds = 0.0
    /// What the choice was made from, for `kinglet calibrate`.
    public var features: JSONObject = [:]

    /// A description of the function that is needed.
    public struct Described: Sendable, Hashable {
        public var text: String
        /// Where the last of the called functions stands among what it found, from 1; nil: none was called.
        public var rank: Int?

        public init(text: String, rank: Int?) { (self.text, self.rank) = (text, rank) }
    }

    public var key: String { CallsEvaluation.key(set, id) }

    /// The verdict that counts for its set.
    public var counts: Bool { isRightByAST ?? isRight }

    /// A record of a sample and its answer.
    public init(
        id: String, set: String, reference: Reference, answer: FunctionAnswer = .init(outcome: .call, calls: [])
    ) {
        (self.id, self.set, self.answer) = (id, set, answer)
        (expectedOutcome, expectedFunction) = (reference.outcome, reference.expected.first?.function)
        (expected, domain) = (reference.expected, reference.expected.first.flatMap { Self.domain(of: $0.function) })
        (confidence, isRight, isFunctionRight) = (0, false, false)
    }

    /// Of a record for a sample that is still to be answered.
    init(_ sample: Sample, set: String) {
        self.init(id: sample.id, set: set, reference: sample.reference)
        (query, language, category) = (sample.query, sample.language, sample.category)
    }

    /// What a retriever found for it, if it did not find everything.
    mutating func note(_ found: [FunctionCallResult.RankedCandidate], of functions: Int) {
        guard found.count < functions else { return }
        candidates = found.count
        let ranks = expected.map { call in found.firstIndex { $0.function == call.function } }
        rank = ranks.contains(nil) ? nil : ranks.compactMap { $0 }.max().map { $0 + 1 }
    }

    /// By what the functions were found that its answer calls.
    mutating func note(description: String?, _ found: [FunctionCallResult.RankedCandidate]) {
        described = description.map { text in
            let ranks = answer.calls.compactMap { call in found.first { $0.function == call.function }?.rank }
            return Described(text: text, rank: ranks.max())
        }
    }

    /// `climate` of `climate_set_temperature` and of `climate.set`; nil of a name without parts.
    static func domain(of function: String) -> String? {
        function.firstIndex { $0 == "_" || $0 == "." }.map { String(function[..<$0]) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A line of the results file.
    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "set": .string(set), "expected_outcome": .string(expectedOutcome.rawValue),
        ]
        members["expected_function"] = expectedFunction.map { .string($0) }
        if !expected.isEmpty { members["expected"] = Self.json(expected) }
        members["query"] = query.map { .string($0) }
        members["domain"] = domain.map { .string($0) }
        members["language"] = language.map { .string($0) }
        members["category"] = category.map { .string($0) }
        members["candidates"] = candidates.map { .integer($0) }
        members["rank"] = rank.map { .integer($0) }
        members["described"] = described.map {
            ["description": .string($0.text), "rank": $0.rank.map { .integer($0) } ?? .null]
        }
        members["outcome"] = .string(answer.outcome.rawValue)
        members["calls"] = Self.json(answer.calls)
        members["confidence"] = .number(confidence)
        members["right"] = .bool(isRight)
        members["function_right"] = .bool(isFunctionRight)
        members["right_by_ast"] = isRightByAST.map { .bool($0) }
        members["frame_right"] = isFrameRight.map { .bool($0) }
        members["judged"] = judged?.json
        members["detail"] = detail.map { .string($0) }
        members["violation"] = violation.map { .string($0) }
        members["error"] = error.map { .string($0) }
        members["prompt_tokens"] = .integer(promptTokens)
        members["cached_tokens"] = .integer(cachedTokens)
        members["completion_tokens"] = .integer(completionTokens)
        members["ms"] = .number((milliseconds * 10).rounded() / 10)
        if !features.isEmpty { members["features"] = .object(features) }
        return .object(members)
    }

    /// Calls as they stand in requests.
    static func json(_ calls: [FunctionCall]) -> JSONValue {
        .array(calls.map { ["function": .string($0.function), "parameters": .object($0.parameters)] })
    }

    /// - Throws: `FieldError` for a line that this program did not write.
    public init(json: JSONValue) throws(FieldError) {
        var reader = try FieldReader(json)
        id = try reader.string("id")
        set = try reader.string("set")
        expectedOutcome = try Outcome.read("expected_outcome", &reader)
        expectedFunction = try reader.optionalString("expected_function")
        expected = try FunctionCall.list("expected", &reader)
        query = try reader.optionalString("query")
        domain = try reader.optionalString("domain") ?? expectedFunction.flatMap { Self.domain(of: $0) }
        language = try reader.optionalString("language")
        category = try reader.optionalString("category")
        candidates = try reader.optionalInt("candidates", in: 0...Int.max)
        rank = try reader.optionalInt("rank", in: 1...Int.max)
        if var fields = try reader.optionalObject("described") {
            described = Described(
                text: try fields.string("description"), rank: try fields.optionalInt("rank", in: 1...Int.max))
            try fields.finish()
        }
        answer = FunctionAnswer(
            outcome: try Outcome.read("outcome", &reader), calls: try FunctionCall.list("calls", &reader))
        confidence = try reader.optionalDouble("confidence", in: 0...1) ?? 0
        isRight = try reader.optionalBool("right") ?? false
        isFunctionRight = try reader.optionalBool("function_right") ?? false
        isRightByAST = try reader.optionalBool("right_by_ast")
        isFrameRight = try reader.optionalBool("frame_right")
        if var fields = try reader.optionalObject("judged") { judged = try SampleVerdict(&fields) }
        detail = try reader.optionalString("detail")
        violation = try reader.optionalString("violation")
        error = try reader.optionalString("error")
        promptTokens = try reader.optionalInt("prompt_tokens", in: 0...Int.max) ?? 0
        cachedTokens = try reader.optionalInt("cached_tokens", in: 0...Int.max) ?? 0
        completionTokens = try reader.optionalInt("completion_tokens", in: 0...Int.max) ?? 0
        milliseconds = try reader.optionalDouble("ms", in: 0...1e12) ?? 0
        features = reader.optional("features")?.objectValue ?? [:]
        try reader.finish()
    }
}
