import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections

/// What an answer is judged by: the dialogue up to the query, and what else the caller knew.
public struct JudgedDialogue: Sendable, Hashable {
    public var query: String
    /// Oldest first.
    public var history: [FunctionCallRequest.Turn]
    /// Time, locale, states of devices; may be empty.
    public var context: JSONObject

    public init(query: String, history: [FunctionCallRequest.Turn] = [], context: JSONObject? = nil) {
        (self.query, self.history, self.context) = (query, history, context ?? [:])
    }
}

/// Body of `POST /v1/judge`.
public struct JudgeRequest: Sendable, Hashable {
    public var dialogue: JudgedDialogue
    /// Where the functions are that were offered: nil with `functions`, or for the default pool.
    public var pool: String?
    /// The functions offered, inline.
    public var functions: [FunctionDefinition]?
    public var answer: FunctionAnswer
    public var reference: Reference?
    /// How often a model is asked; odd. One vote is greedy, several are sampled. nil: as the judge is set up.
    public var votes: Int?
    /// A configured judge by its name; nil: the standard one.
    public var judge: String?
    /// 0 interactive to 9 batch; no field says it.
    public var priority = 0
    /// On whose account a model works; no field says it.
    public var account: Account?

    public init(dialogue: JudgedDialogue, functions: [FunctionDefinition]? = nil, answer: FunctionAnswer) {
        (self.dialogue, self.functions, self.answer) = (dialogue, functions, answer)
    }
}

extension JudgeRequest {
    /// - Throws: `FieldError` that names the first field at fault; a field that is not known is one.
    public init(json: JSONValue, limits: RequestLimits = .init()) throws(FieldError) {
        var reader = try FieldReader(json)
        dialogue = try JudgedDialogue(&reader, limits)
        pool = try reader.optionalString("pool")
        functions = try FunctionDefinition.list("functions", &reader, limits)
        try reader.check(
            pool == nil || functions == nil, "functions", "excludes pool; give one of them")
        answer = try FunctionAnswer(&reader, limits)
        if var fields = try reader.optionalObject("reference") {
            let reference = try Reference(&fields)
            try fields.check(
                reference.expected.count <= limits.judgedCalls, "expected",
                "must have at most \(limits.judgedCalls) calls")
            try fields.check(
                reference.expected.isEmpty || reference.outcome == .call, "expected",
                "must be empty unless outcome is call")
            try fields.finish()
            self.reference = reference
        }
        votes = try reader.optionalInt("votes", in: 1...limits.votes)
        try reader.check((votes ?? 1) % 2 == 1, "votes", "must be odd, so that there is a majority")
        judge = try reader.optionalString("judge")
        try reader.finish()
    }
}

extension JudgedDialogue {
    /// `outcome` and `calls` within their limits.
    init(_ reader: inout FieldReader, _ limits: RequestLimits) throws(FieldError) {
        query = try reader.string("query")
        try reader.check(query.contains { !$0.isWhitespace }, "query", "must not be empty")
        try reader.check(query.utf8.count <= limits.queryBytes, "query", "must have at most \(limits.queryBytes) bytes")
        history = try FunctionCallRequest.Turn.list("history", &reader)
        try reader.check(
            history.count <= limits.historyTurns, "history", "must have at most \(limits.historyTurns) turns")
        try reader.check(
            history.allSatisfy { $0.content.utf8.count <= limits.turnBytes }, "history",
            "must have at most \(limits.turnBytes) bytes a turn")
        let value = reader.optional("context") ?? [:]
        guard let context = value.objectValue else {
            throw FieldError(
                path: "context", reason: .wrongType, message: "context must be an object, not \(value.typeName)")
        }
        try reader.check(
            value.utf8().count <= limits.stateBytes, "context", "must have at most \(limits.stateBytes) bytes")
        self.context = context
    }
}

extension FunctionAnswer {
    /// `outcome` and `calls`.
    package init(_ reader: inout FieldReader, _ limits: RequestLimits) throws(FieldError) {
        outcome = try Outcome.read("outcome", &reader)
        calls = try FunctionCall.list("calls", &reader)
        try reader.check(calls.count <= limits.judgedCalls, "calls", "must have at most \(limits.judgedCalls) calls")
    }
}

extension FunctionDefinition {
    /// Functions given inline, within their number.
    package static func list(
        _ name: String, _ reader: inout FieldReader, _ limits: RequestLimits
    ) throws(FieldError) -> [FunctionDefinition]? {
        guard let count = try reader.optionalArray(name)?.count else { return nil }
        try reader.check(
            (1...limits.functions).contains(count), name, "must have 1 to \(limits.functions) elements")
        let functions = try list(name, &reader)
        do {
            _ = try FunctionPool(name: "inline", functions: functions)
        } catch {
            let error = FunctionCallError.badFunctions(error)
            throw FieldError(path: error.param ?? name, reason: .outOfRange, message: error.description)
        }
        return functions
    }
}

extension FieldReader {
    /// - Throws: `.outOfRange` for the field unless the condition holds.
    package func check(_ holds: Bool, _ name: String, _ message: String) throws(FieldError) {
        guard !holds else { return }
        throw FieldError(path: path(of: name), reason: .outOfRange, message: "\(path(of: name)) \(message)")
    }
}
