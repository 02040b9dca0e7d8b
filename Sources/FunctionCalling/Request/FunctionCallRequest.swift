import Documents
import Foundation
import Functions

/// How candidates are found.
public enum RetrieverKind: String, Sendable, Hashable, CaseIterable {
    case embedding, description, lexical, hybrid, classifier, all
}

/// Body of `POST /v1/functioncall`.
public struct FunctionCallRequest: Sendable, Hashable {
    public typealias Turn = DialogueTurn

    public var query: String
    /// Oldest first.
    public var history: [Turn] = []
    public var context = CallContext()
    /// nil: the default pool, unless `functions` are given.
    public var pool: String?
    /// Functions given inline, instead of a pool.
    public var functions: [FunctionDefinition]?
    /// How inline functions are put to the model; not part of the JSON.
    public var prompt: PromptStyle?
    public var topK: Int?
    public var minScore: Double?
    public var retriever: RetrieverKind?
    public var adapter: String?
    public var model: String?
    public var maxCalls = 1
    /// So many answers are made, and the one is given that a judge finds likeliest to be right.
    public var answers = 1
    /// Who finds it, by name; nil: the standard judge.
    public var judge: String?
    /// At which all answers but the first are drawn.
    public var temperature = 0.8
    public var seed: Int?
    /// 0 interactive … 9 batch.
    public var priority = 0
    public var timeout: Duration?
    public var knowledge: Bool?
    public var explain = false
    public var stream = false
    /// What no field of the JSON says.
    public var options = CallOptions()

    /// A request that leaves all else to the settings.
    public init(query: String) { self.query = query }

    /// - Throws: `.unknownModel` if the request is for another one.
    func require(model name: String) throws(FunctionCallError) {
        if let model, model != name { throw .unknownModel(model, known: name) }
    }

    /// What the user says now and said in the last two turns, the latest first.
    var spokenTexts: [String] {
        [query] + history.filter { $0.role == .user }.suffix(2).map(\.content).reversed()
    }
}

extension FunctionCallRequest {
    /// - Throws: `FieldError` that names the first field at fault; a field that is not known is one.
    public init(json: JSONValue, limits: RequestLimits = .init()) throws(FieldError) {
        var fields = try FieldReader(json)
        query = try fields.string("query")
        try Self.require(
            query.utf8.count <= limits.queryBytes, "query", "query must have at most \(limits.queryBytes) bytes")
        try Self.require(query.contains { !$0.isWhitespace }, "query", "query must not be empty")
        history = try Self.history(&fields, limits)
        if let context = fields.optional("context") {
            self.context = try CallContext(json: context, limits: limits)
        }
        pool = try Self.name("pool", &fields)
        functions = try Self.functions(&fields, limits)
        try Self.require(
            pool == nil || functions == nil, "functions", "pool and functions exclude each other; give one of them")
        topK = try fields.optionalInt("top_k", in: 1...limits.topK)
        minScore = try fields.optionalDouble("min_score", in: -1e9...1e9)
        retriever = try Self.choice("retriever", &fields)
        adapter = try Self.name("adapter", &fields)
        model = try Self.name("model", &fields, limit: 256)
        maxCalls = try fields.optionalInt("max_calls", in: 1...limits.calls) ?? 1
        try readChoice(&fields, limits)
        seed = try fields.optionalInt("seed", in: 0...Int.max)
        priority = try fields.optionalInt("priority", in: 0...9) ?? 0
        timeout = try fields.optionalInt("timeout_ms", in: 1...600_000).map { .milliseconds($0) }
        knowledge = try fields.optionalBool("knowledge")
        explain = try fields.optionalBool("explain") ?? false
        stream = try fields.optionalBool("stream") ?? false
        try fields.finish()
    }

    /// How many answers are made, and who chooses.
    private mutating func readChoice(_ fields: inout FieldReader, _ limits: RequestLimits) throws(FieldError) {
        answers = try fields.optionalInt("n", in: 1...limits.answers) ?? 1
        let (judge, temperature) = (
            try Self.name("judge", &fields), try fields.optionalDouble("temperature", in: 0...2)
        )
        for (name, isGiven) in [("judge", judge != nil), ("temperature", temperature != nil)] {
            try Self.require(answers > 1 || !isGiven, name, "\(name) goes with n above 1")
        }
        self.judge = judge
        self.temperature = temperature ?? self.temperature
    }

    /// The turns before the query, within their limits.
    private static func history(_ fields: inout FieldReader, _ limits: RequestLimits) throws(FieldError) -> [Turn] {
        var turns: [Turn] = []
        var readers = try fields.objects("history")
        try require(
            readers.count <= limits.historyTurns, "history", "history must have at most \(limits.historyTurns) turns")
        for index in readers.indices {
            let text = try readers[index].string("role")
            guard let role = Turn.Role(rawValue: text) else {
                let known = Turn.Role.allCases.map(\.rawValue).joined(separator: ", ")
                let path = readers[index].path(of: "role")
                throw FieldError(path: path, reason: .outOfRange, message: "\(path) must be one of \(known)")
            }
            let content = try readers[index].string("content")
            let path = readers[index].path(of: "content")
            try require(
                content.utf8.count <= limits.turnBytes, path, "\(path) must have at most \(limits.turnBytes) bytes")
            try readers[index].finish()
            turns.append(Turn(role: role, content: content))
        }
        return turns
    }

    /// Functions given inline, as a pool has them or as OpenAI's tools.
    private static func functions(
        _ fields: inout FieldReader, _ limits: RequestLimits
    ) throws(FieldError) -> [FunctionDefinition]? {
        guard let list = try fields.optionalArray("functions") else { return nil }
        try require(!list.isEmpty, "functions", "functions must not be empty; leave it out to use a pool")
        try require(
            list.count <= limits.functions, "functions",
            "functions must have at most \(limits.functions) elements; store them as a pool")
        var functions: [FunctionDefinition] = []
        for (index, value) in list.enumerated() {
            do {
                functions.append(try FunctionDefinition(json: value))
            } catch {
                let pointer = "/functions/\(index)\(error.pointer)"
                throw FieldError(
                    path: FunctionCallError.field(of: pointer), reason: .wrongType,
                    message: "\(pointer): \(error.message)")
            }
        }
        return functions
    }

    /// A name, within its length.
    private static func name(
        _ field: String, _ fields: inout FieldReader, limit: Int = 128
    ) throws(FieldError) -> String? {
        guard let name = try fields.optionalString(field) else { return nil }
        try require((1...limit).contains(name.utf8.count), field, "\(field) must have 1 to \(limit) bytes")
        return name
    }

    /// One of a few words.
    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ field: String, _ fields: inout FieldReader
    ) throws(FieldError) -> Choice? where Choice.RawValue == String {
        guard let text = try fields.optionalString(field) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(path: field, reason: .outOfRange, message: "\(field) must be one of \(known)")
        }
        return choice
    }

    /// - Throws: `FieldError` at the path unless the condition holds.
    static func require(_ condition: Bool, _ path: String, _ message: String) throws(FieldError) {
        guard condition else { throw FieldError(path: path, reason: .outOfRange, message: message) }
    }
}
