import Documents
import OrderedCollections

/// The texts that stand for a function in a vector index.
///
/// Each gives a vector, and the best one counts: a short query is nearer to a short description than to the JSON text of
/// a function with seventy parameters.
public struct DocumentTexts: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    /// Texts by their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The whole API document, as JSON.
    public static let json = DocumentTexts(rawValue: 1)
    /// The description alone.
    public static let description = DocumentTexts(rawValue: 2)
    /// The words of the name: "set alarm" for `alarm.setAlarm_2`.
    public static let name = DocumentTexts(rawValue: 4)
    /// Name and description as one text.
    public static let summary = DocumentTexts(rawValue: 8)
    /// The example queries.
    public static let examples = DocumentTexts(rawValue: 16)

    /// Name, description and the names of the parameters: what a finder is taught.
    public static let signature = DocumentTexts(rawValue: 32)

    /// The paper's: the document and what belongs to it.
    public static let document: DocumentTexts = [.json, .examples]
    /// What serves a short query best; figures in Docs/Retrieval.md.
    public static let short: DocumentTexts = [.description, .name, .summary, .examples]

    /// A text, and what it is of its function: a description that says no more than the name is both.
    struct Text: Sendable, Hashable {
        let text: String
        var forms: DocumentTexts
    }

    /// Distinct texts, at least one.
    func texts(of function: FunctionDocument) -> [Text] {
        let words = Self.words(of: function.name)
        var texts: [Text] = []
        func add(_ text: @autoclosure () -> String, as form: DocumentTexts) {
            guard contains(form) else { return }
            let text = text()
            if let place = texts.firstIndex(where: { $0.text == text }) {
                texts[place].forms.formUnion(form)
            } else if !text.isEmpty {
                texts.append(Text(text: text, forms: form))
            }
        }
        add(function.json.text(), as: .json)
        add(function.description.isEmpty ? words : "\(words): \(function.description)", as: .summary)
        add(Self.signature(of: function), as: .signature)
        add(function.description, as: .description)
        add(words, as: .name)
        for example in function.examples { add(example, as: .examples) }
        return texts.isEmpty ? [Text(text: words, forms: .name)] : texts
    }

    /// `set alarm: Wakes at a time. (time, days)`
    public static func signature(of function: FunctionDocument) -> String {
        let parameters = function.parameters["properties"]?.objectValue?.keys.map { words(of: $0) } ?? []
        return words(of: function.name)
            + (function.description.isEmpty ? "" : ": \(function.description)")
            + (parameters.isEmpty ? "" : " (\(parameters.joined(separator: ", ")))")
    }

    /// Cut at humps, digits and separators, digits dropped; a name without letters is a word itself.
    static func words(of name: String) -> String {
        var words: [String] = [], run = "", before = Character(" ")
        for letter in name {
            if !letter.isLetter || (letter.isUppercase && before.isLowercase) {
                if !run.isEmpty { words.append(run) }
                run = ""
            }
            if letter.isLetter { run.append(letter) }
            before = letter
        }
        if !run.isEmpty { words.append(run) }
        return words.isEmpty ? name : words.joined(separator: " ")
    }
}

extension FunctionDocument {
    /// The API document, without examples.
    var json: JSONValue {
        var members: JSONObject = ["name": .string(name), "description": .string(description)]
        if let domain { members["domain"] = .string(domain) }
        members["parameters"] = parameters
        return .object(members)
    }
}
