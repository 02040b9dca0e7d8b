import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

// How samples are read from JSON. Fields that a set adds of its own are ignored.

extension Sample {
    /// A sample with its reference beside it.
    /// - Parameters:
    ///   - path: of the sample in its document, for errors.
    ///   - isServed: its functions are known elsewhere, if it has none.
    package init(json: JSONValue, path: String = "", isServed: Bool = false) throws(FieldError) {
        var reader = try FieldReader(json, path: path)
        try self.init(&reader, isServed: isServed)
        var expected = reader
        reference = try Reference(&expected)
    }

    /// All but the reference, which data of a judge have elsewhere.
    fileprivate init(_ reader: inout FieldReader, isServed: Bool = false) throws(FieldError) {
        id = try reader.string("id")
        query = try reader.string("query")
        history = try FunctionCallRequest.Turn.list("history", &reader)
        context = reader.optional("context")?.objectValue ?? [:]
        pool = try reader.optionalString("pool")
        candidates = try reader.optionalStrings("candidates")
        functions =
            if reader.optional("functions") == nil { nil } else {
                try FunctionDefinition.list("functions", &reader)
            }
        reference = Reference(outcome: .noAppropriateFunction, expected: [], answers: .exact)
        if var unclear = try reader.optionalObject("unclear") {
            self.unclear = Unclear(
                function: try unclear.string("function"), missing: try unclear.optionalStrings("missing") ?? [])
        }
        category = try reader.optionalString("category")
        language = Self.language(reader.optional("language"), context)
        bfcl = try BFCLNotes(&reader)
        if pool == nil && functions == nil && !isServed {
            throw FieldError(
                path: reader.path(of: "pool"), reason: .missing, message: "neither pool nor functions is given")
        }
    }

    /// What the sample says, else the language of its locale: `de` of `de-AT`.
    private static func language(_ said: JSONValue?, _ context: JSONObject) -> String? {
        if let said = said?.stringValue, !said.isEmpty { return said }
        return context["locale"]?.stringValue?.split { $0 == "-" || $0 == "_" }.first.map { $0.lowercased() }
    }
}

extension LabelledAnswer {
    /// A sample, an answer to it, and whether that is right.
    init(json: JSONValue) throws(FieldError) {
        var reader = try FieldReader(json)
        sample = try Sample(&reader)
        answer = FunctionAnswer(
            outcome: try Outcome.read("outcome", &reader), calls: try FunctionCall.list("calls", &reader))
        guard var reference = try reader.optionalObject("reference") else {
            throw FieldError(path: "reference", reason: .missing, message: "reference is missing; it is required")
        }
        sample.reference = try Reference(&reference)
        isRight = try reader.optionalInt("label", in: 0...1) == 1
        kind = try reader.string("kind")
        source = try reader.optionalString("source")
        question = "\(source ?? "") \(try reader.optionalString("source_id") ?? sample.id)"
    }
}
