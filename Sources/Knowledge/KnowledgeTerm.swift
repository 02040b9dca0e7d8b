import Documents
import Functions
import OrderedCollections
import SpokenTime

/// What a word of the user's world means: `movie night`, `the cube`, `客厅`.
public struct KnowledgeTerm: Sendable, Hashable {
    public var term: String
    /// A sentence for the model.
    public var explanation: String
    /// Other words for the same.
    public var aliases: [String]
    /// How people use it, for the model and for search by meaning.
    public var examples: [String]
    /// Pools whose requests it counts for; empty: all.
    public var pools: [String]
    /// Languages of the requests in which it counts, for words of other languages: then the explanation is the word in the
    /// language of the functions, and they are found by it. Empty: all.
    public var languages: [SpokenLanguage]

    public init(
        term: String, explanation: String, aliases: [String] = [], examples: [String] = [], pools: [String] = [],
        languages: [SpokenLanguage] = []
    ) {
        (self.term, self.explanation, self.aliases) = (term, explanation, aliases)
        (self.examples, self.pools, self.languages) = (examples, pools, languages)
    }

    /// The texts that are looked for.
    var phrases: [String] { [term] + aliases }

    public func applies(to pool: String) -> Bool { pools.isEmpty || pools.contains(pool) }

    func applies(to pool: String, in language: SpokenLanguage?) -> Bool {
        applies(to: pool) && (languages.isEmpty || language.map(languages.contains) == true)
    }

    /// As in `PUT /v1/knowledge/{term}`, with the term; absent parts are left out.
    public var json: JSONValue {
        var members: JSONObject = ["term": .string(term), "explanation": .string(explanation)]
        let lists = [
            ("aliases", aliases), ("examples", examples), ("pools", pools), ("languages", languages.map(\.rawValue)),
        ]
        for (name, list) in lists where !list.isEmpty {
            members[name] = .array(list.map { .string($0) })
        }
        return .object(members)
    }
}

extension KnowledgeTerm {
    /// Codes that `languages` may have.
    public static let knownLanguages = SpokenLanguage.allCases.map(\.rawValue)

    static let textBytes = 200, explanationBytes = 2_000, listCount = 100

    /// From `{"term"?, "explanation", "aliases"?, "examples"?, "pools"?, "languages"?}`.
    ///
    /// - Parameters:
    ///   - name: the term, where it does not stand in the object; one that does must be the same.
    ///   - path: of the object in its document, for messages.
    public init(json: JSONValue, named name: String? = nil, path: String = "") throws(FieldError) {
        var fields = try FieldReader(json, path: path)
        let own = try name == nil ? fields.string("term") : fields.optionalString("term")
        term = own ?? name ?? ""
        try Self.check(
            name == nil || term == name, fields.path(of: "term"), "must be \"\(name ?? "")\", the term of the path")
        try Self.check(Self.isPhrase(term), fields.path(of: "term"), Self.phraseRule)
        explanation = try fields.string("explanation")
        try Self.check(
            (1...Self.explanationBytes).contains(explanation.utf8.count), fields.path(of: "explanation"),
            "must have 1 to \(Self.explanationBytes) bytes")
        aliases = try Self.texts("aliases", &fields, Self.isPhrase, Self.phraseRule)
        examples = try Self.texts(
            "examples", &fields, { (1...1_000).contains($0.utf8.count) }, "must have 1 to 1000 bytes")
        pools = try Self.texts(
            "pools", &fields, { FunctionPool.isName($0) }, "must be a pool's name: 1 to 128 of A-Z a-z 0-9 _ - .")
        let known = Self.knownLanguages
        languages = try Self.texts(
            "languages", &fields, known.contains, "must be one of \(known.joined(separator: ", "))"
        )
        .compactMap(SpokenLanguage.init(rawValue:))
        try fields.finish()
    }

    /// Terms of `{"terms": [{…}, …]}`.
    public static func list(json: JSONValue) throws(FieldError) -> [KnowledgeTerm] {
        var fields = try FieldReader(json)
        var terms: [KnowledgeTerm] = [], known: Set<String> = []
        for (index, value) in (try fields.optionalArray("terms") ?? []).enumerated() {
            let term = try KnowledgeTerm(json: value, path: "terms[\(index)]")
            try check(known.insert(term.term).inserted, "terms[\(index)].term", "stands twice: \"\(term.term)\"")
            terms.append(term)
        }
        try fields.finish()
        return terms
    }

    /// Terms of a YAML or JSON file: `{"terms": [{…}, …]}`.
    public static func load(path: String) throws -> [KnowledgeTerm] {
        let document = try DocumentReader.read(path: path)
        do throws(FieldError) {
            return document.isNull ? [] : try list(json: document)
        } catch {
            throw PoolError(.wrongShape, source: path, error.message)
        }
    }

    /// - Throws: for a text that no term can be.
    public static func check(name: String) throws(FieldError) {
        try check((1...textBytes).contains(name.utf8.count), "term", "must have 1 to \(textBytes) bytes")
    }

    private static let phraseRule = "must have 1 to \(textBytes) bytes with a letter or digit, and no line breaks"

    private static func isPhrase(_ text: String) -> Bool {
        (1...textBytes).contains(text.utf8.count) && FoldedText(text).hasWord
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    private static func texts(
        _ name: String, _ fields: inout FieldReader, _ isGood: (String) -> Bool, _ rule: String
    ) throws(FieldError) -> [String] {
        guard let list = try fields.optionalArray(name) else { return [] }
        let path = fields.path(of: name)
        try check(list.count <= listCount, path, "must have at most \(listCount) elements")
        var texts: [String] = []
        for (index, value) in list.enumerated() {
            guard let text = value.stringValue, isGood(text) else {
                throw FieldError(path: "\(path)[\(index)]", reason: .outOfRange, message: "\(path)[\(index)] \(rule)")
            }
            texts.append(text)
        }
        return texts
    }

    private static func check(_ condition: Bool, _ path: String, _ rule: String) throws(FieldError) {
        guard condition else { throw FieldError(path: path, reason: .outOfRange, message: "\(path) \(rule)") }
    }
}
