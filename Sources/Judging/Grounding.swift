import Documents
import FunctionCalling
import Functions
import OrderedCollections
import SpokenTime

/// Finds values in calls that nothing in the dialogue speaks of: most invented or changed ones.
///
/// A text value has a ground if it, or a word of it, is said by the user, in the history or in the context, or is
/// named in its schema (enum, default, description). Words count by their beginnings, so that inflection does not
/// matter. Numbers, times and dates are not looked at, since they are often worked out; nor are values in another
/// script than the dialogue's.
struct Grounding {
    /// Bytes of the dialogue that are looked at, the latest.
    static let maximumBytes = 64 << 10
    /// What says no more than yes, no or whatever.
    private static let neutral: Set<String> = [
        "", "true", "false", "yes", "no", "any", "all", "none", "null", "default",
    ]

    private let text: String
    private let beginnings: Set<String>
    /// Words of at most six letters, and the first letters of all words one after the other: for abbreviations.
    private let shortWords: Set<String>, initials: String
    private let isLatin: Bool

    /// Collects the words of query, history and context.
    init(_ dialogue: JudgedDialogue) {
        var parts = dialogue.history.map(\.content)
        if !dialogue.context.isEmpty { parts.append(JSONValue.object(dialogue.context).text()) }
        parts.append(dialogue.query)
        let whole = parts.joined(separator: "\n")
        let latest = String(decoding: whole.utf8.suffix(Self.maximumBytes), as: UTF8.self)
        text = TextFolding.fold(latest)
        var beginnings: Set<String> = []
        let words = Self.words(latest)
        shortWords = Set(words.filter { $0.count <= 6 })
        initials = String(words.compactMap(\.first))
        for word in words {
            var beginning = ""
            for character in word.prefix(24) {
                beginning.append(character)
                beginnings.insert(beginning)
            }
        }
        self.beginnings = beginnings
        isLatin = latest.unicodeScalars.allSatisfy { !$0.properties.isAlphabetic || $0.value < 0x250 }
    }

    /// The first value without ground, as a sentence; nil if all have one.
    func complaint(about calls: [FunctionCall], _ functions: [FunctionDefinition]) -> String? {
        for call in calls {
            let properties = functions.first { $0.name == call.function }?.parameters["properties"]
            for (name, value) in call.parameters {
                if let found = groundless(value, properties?[name]) {
                    return "\(name) is \"\(found.prefix(80))\", of which nothing is said"
                }
            }
        }
        return nil
    }

    /// The first text in a value that nothing in the dialogue speaks of; nil: there is none.
    private func groundless(_ value: JSONValue, _ schema: JSONValue?) -> String? {
        switch value {
        case .string(let text): isGrounded(text, schema) ? nil : text
        case .array(let elements): elements.lazy.compactMap { groundless($0, schema?["items"]) }.first
        case .object(let members):
            members.lazy.compactMap { groundless($0.value, schema?["properties"]?[$0.key]) }.first
        default: nil
        }
    }

    /// Whether the dialogue has a text, in any notation.
    private func isGrounded(_ value: String, _ schema: JSONValue?) -> Bool {
        let folded = TextFolding.fold(value)
        if Self.neutral.contains(folded) || text.contains(folded) { return true }
        if schema?["enum"] != nil || schema?["const"] != nil || schema?["default"] == .string(value) { return true }
        if let described = schema?["description"]?.stringValue, TextFolding.fold(described).contains(folded) {
            return true
        }
        // A longer text is composed, not quoted.
        guard isLatin, let notation = NumberedText(value), !notation.hasNumber else { return true }
        let words = Self.words(value)
        guard !words.isEmpty, words.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value < 0x250 } }) else {
            return true
        }
        if words.count > 1, shortWords.contains(String(words.compactMap(\.first))) { return true }  // "SF" was said
        if words.count == 1, (2...5).contains(folded.count), value.allSatisfy(\.isUppercase), initials.contains(folded)
        {
            return true  // "New York City" was said
        }
        let telling = words.filter { $0.count > 2 }
        return (telling.isEmpty ? words : telling).contains { word in
            beginnings.contains(String(word.prefix(max(3, min(5, word.count - 2)))))
        }
    }

    /// Words and numbers of a text, in lower case.
    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && $0 != "'" }.map(String.init)
    }
}
