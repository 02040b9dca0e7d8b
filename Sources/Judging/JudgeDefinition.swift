import Documents
import Foundation
import FunctionCalling
import OrderedCollections

/// A judge as a file of `Config/judges` describes it; the file's name is its name.
public struct JudgeDefinition: Sendable, Hashable {
    /// A model on another server, which speaks OpenAI's protocol.
    public struct Remote: Sendable, Hashable {
        /// Up to and including the version.
        public var url: URL
        public var model: String
        /// The environment variable that has the server's key.
        public var keyVariable = "KINGLET_REMOTE_KEY"
        public var constrains = true
        public var timeout = Duration.seconds(60)
        public var attempts = 3
    }

    public let name: String
    /// For people.
    public var about = ""
    public var form = JudgeForm.reasons
    /// The served model that it was made for; nil: any.
    public var model: String?
    /// Folder of a low-rank adapter, from the file's own folder.
    public var adapter: String?
    /// nil: the served model.
    public var remote: Remote?
    public var settings = Judge.Settings()

    /// Reads a file.
    ///
    /// - Throws: `DocumentError` that names the key at fault.
    public static func load(path: String) throws(DocumentError) -> JudgeDefinition {
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        do {
            let text = try InputFile.text(path, limit: 1 << 20)
            let value = InputFile.isYAML(path) ? try YAMLDocument.parse(text) : try JSONValue(parsing: text)
            return try JudgeDefinition(name: name, value)
        } catch let error as DocumentError {
            throw error
        } catch {
            throw DocumentError(path: path, reason: "\(error)")
        }
    }

    /// - Throws: `FieldError` for what is unknown, out of range or excludes something else.
    package init(name: String, _ value: JSONValue) throws(FieldError) {
        self.name = name
        var reader = try FieldReader(value.isNull ? [:] : value)
        about = try reader.optionalString("about") ?? ""
        form = try reader.choice("answers") ?? .reasons
        model = try reader.optionalString("model")
        adapter = try reader.optionalString("adapter")
        if var fields = try reader.optionalObject("remote") { remote = try Remote(&fields) }
        try settings.read(&reader)
        try reader.finish()
        let needsModel = form != .rules
        try reader.check(needsModel || (model == nil && adapter == nil && remote == nil), "answers", Self.aloneText)
        try reader.check(needsModel || settings.usesRules, "checks", "must not be empty where answers is rules")
        try reader.check(remote == nil || (model == nil && adapter == nil), "remote", "excludes model and adapter")
        try reader.check(
            remote == nil || form == .reasons, "answers", "must be reasons for a remote judge: it tells no one token")
        try reader.check(adapter == nil || form == .token, "adapter", "goes with answers: token, as it was taught")
        try reader.check(
            form != .token || settings.examples.isEmpty, "examples", "are not shown where answers is token: teach them")
    }

    private static let aloneText = "is rules, which need no model, adapter or remote"
}

extension JudgeDefinition.Remote {
    fileprivate init(_ fields: inout FieldReader) throws(FieldError) {
        let text = try fields.string("url")
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), let url = URL(string: text), url.host != nil
        else {
            throw FieldError(
                path: fields.path(of: "url"), reason: .outOfRange,
                message: "\(fields.path(of: "url")) must be an address as http://127.0.0.1:8000/v1")
        }
        (self.url, model) = (url, try fields.string("model"))
        keyVariable = try fields.optionalString("key_variable") ?? keyVariable
        constrains = try fields.optionalBool("json_schema") ?? constrains
        timeout = try fields.optionalDouble("timeout_seconds", in: 0.001...86400).map { .seconds($0) } ?? timeout
        attempts = try fields.optionalInt("attempts", in: 1...10) ?? attempts
        try fields.finish()
    }
}

extension Judge.Settings {
    /// What a file says of rubric, examples, votes and checks.
    fileprivate mutating func read(_ reader: inout FieldReader) throws(FieldError) {
        rubric = try reader.optionalString("rubric")
        for var example in try reader.objects("examples") { examples.append(try JudgeExample(&example)) }
        votes = try reader.optionalInt("votes", in: 1...9) ?? votes
        try reader.check(votes % 2 == 1, "votes", "must be odd, so that there is a majority")
        rationaleTokens = try reader.optionalInt("reason_tokens", in: 1...1024) ?? rationaleTokens
        temperature = Float(try reader.optionalDouble("temperature", in: 0...2) ?? Double(temperature))
        threshold = try reader.optionalDouble("threshold", in: 0.01...0.99) ?? threshold
        guard let checks = try reader.optionalStrings("checks") else { return }
        let known = ["schema", "reference", "grounding", "action"]
        if let unknown = checks.first(where: { !known.contains($0) }) {
            try reader.check(false, "checks", "has \"\(unknown)\"; known: \(known.joined(separator: ", "))")
        }
        try reader.check(
            checks.isEmpty || checks.contains("schema"), "checks", "must have schema, or be empty: no rule decides then"
        )
        usesRules = !checks.isEmpty
        policy.referenceDecides = checks.contains("reference")
        policy.groundingDecides = checks.contains("grounding")
        policy.actionDecides = checks.contains("action")
    }
}

extension FieldReader {
    /// One of a few words.
    fileprivate mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String
    ) throws(FieldError) -> Choice? where Choice.RawValue == String {
        guard let text = try optionalString(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(
                path: path(of: name), reason: .outOfRange,
                message: "\(path(of: name)) is \"\(text)\"; it must be one of \(known)")
        }
        return choice
    }
}
