import Documents
import Functions
import FunctionCalling
import OrderedCollections

/// Body of `POST /v1/evaluations`.
public struct EvaluationRequest: Sendable, Hashable {
    /// What is to be answered.
    public enum Data: Sendable, Hashable {
        /// A data set of the server's folder.
        case named(String)
        /// Samples in the canonical form, as they came.
        case inline([JSONValue])
    }

    public var data: Data
    /// The pool that is offered; nil: that of the samples, or the server's default for inline ones.
    public var pool: String?
    public var limit: Int?
    public var seed = 0
    /// nil: four, or as many as the server allows.
    public var concurrency: Int?
    /// How the pool's functions are found; nil: as the server does.
    public var retriever: RetrieverKind?
    public var topK: Int?
    /// 0: 8 where the sample's kind is parallel, else 1.
    public var maxCalls = 0
    public var style: PromptStyle.Form?
    /// Who says of each answer whether it is right, beside the matcher; nil: nobody.
    public var judge: Judging?

    /// A judge by its name.
    public struct Judging: Sendable, Hashable {
        public var name: String
        /// Whether it sees what is right.
        public var hasReference: Bool

        public init(name: String, hasReference: Bool = true) { (self.name, self.hasReference) = (name, hasReference) }
    }

    /// - Throws: `FieldError` that names the first field at fault.
    public init(json: JSONValue, bounds: EvaluationBounds, limits: RequestLimits) throws(FieldError) {
        var fields = try FieldReader(json)
        data = try Self.data(&fields, bounds)
        pool = try fields.optionalString("pool")
        limit = try fields.optionalInt("limit", in: 1...Int.max)
        seed = try fields.optionalInt("seed", in: 0...Int.max) ?? 0
        concurrency = try fields.optionalInt("concurrency", in: 1...bounds.concurrency)
        if var target = try fields.optionalObject("target") {
            retriever = try Self.choice("retriever", &target)
            topK = try target.optionalInt("top_k", in: 1...limits.topK)
            maxCalls = try target.optionalInt("max_calls", in: 0...limits.calls) ?? 0
            style = try Self.choice("style", &target)
            try target.finish()
        }
        if var judge = try fields.optionalObject("judge") {
            var judging = Judging(name: try judge.string("name"))
            judging.hasReference = try judge.optionalBool("reference") ?? true
            try judge.finish()
            self.judge = judging
        }
        try fields.finish()
    }

    /// Either a name or samples.
    private static func data(_ fields: inout FieldReader, _ bounds: EvaluationBounds) throws(FieldError) -> Data {
        let name = try fields.optionalString("dataset"), samples = try fields.optionalArray("samples")
        switch (name, samples) {
        case (let name?, nil): return .named(name)
        case (nil, let samples?):
            guard (1...bounds.samples).contains(samples.count) else {
                throw FieldError(
                    path: "samples", reason: .outOfRange,
                    message: "samples has \(samples.count) elements; it must have 1 to \(bounds.samples)")
            }
            return .inline(samples)
        case (nil, nil):
            throw FieldError(
                path: "dataset", reason: .missing, message: "neither dataset nor samples is given; give one of them")
        default:
            throw FieldError(
                path: "samples", reason: .outOfRange,
                message: "dataset and samples exclude each other; give one of them")
        }
    }

    /// One of a few words.
    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ fields: inout FieldReader
    ) throws(FieldError) -> Choice? where Choice.RawValue == String {
        guard let text = try fields.optionalString(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(
                path: fields.path(of: name), reason: .outOfRange,
                message: "\(fields.path(of: name)) must be one of \(known)")
        }
        return choice
    }

    /// As it is stored; `init` reads it.
    public var json: JSONValue {
        var members = settings
        if case .inline(let samples) = data { members["samples"] = .array(samples) }
        return .object(members)
    }

    /// Where the data stand in the body.
    var field: String {
        if case .named = data { "dataset" } else { "samples" }
    }

    /// All but samples that came with it.
    var settings: JSONObject {
        var members: JSONObject = [:]
        if case .named(let name) = data { members["dataset"] = .string(name) }
        members["pool"] = pool.map { .string($0) }
        members["limit"] = limit.map { .integer($0) }
        members["seed"] = .integer(seed)
        members["concurrency"] = concurrency.map { .integer($0) }
        var target: JSONObject = [:]
        target["retriever"] = retriever.map { .string($0.rawValue) }
        target["top_k"] = topK.map { .integer($0) }
        if maxCalls > 0 { target["max_calls"] = .integer(maxCalls) }
        target["style"] = style.map { .string($0.rawValue) }
        if !target.isEmpty { members["target"] = .object(target) }
        members["judge"] = judge.map { ["name": .string($0.name), "reference": .bool($0.hasReference)] }
        return members
    }
}
