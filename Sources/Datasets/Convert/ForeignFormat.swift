import Documents
import Functions

/// Forms that data sets of others have.
package enum ForeignFormat: String, Sendable, CaseIterable {
    /// Slot filling: words with B-, I- and O tags and an intent.
    case bio
    /// The Berkeley leaderboard: questions, and their possible answers in another file.
    case bfcl
    /// OpenAI's fine-tuning and chats: `messages` and `tools`.
    case openai
    /// xlam-function-calling-60k: `query`, `tools`, `answers`.
    case xlam
    /// ToolACE: functions in `system`, calls as Python writes them.
    case toolace
    /// A Rasa project's NLU files.
    case rasa
    /// The export of a LUIS application.
    case luis

    /// - Parameters:
    ///   - paths: the files, JSON Lines or one JSON array each; of `bio` and `rasa` folders too.
    ///   - answers: possible answers of `bfcl`.
    ///   - text: what an assistant's text without a call means, in `openai` and `toolace`; nil: such turns are left out.
    package func read(_ paths: [String], answers: String?, text: Outcome?) throws -> ConvertedSet {
        switch self {
        case .bio: try TaggedWords.read(paths)
        case .rasa: try LegacyExamples.rasa(paths)
        case .luis: try LegacyExamples.luis(paths)
        case .bfcl: try BerkeleyQuestions.read(try rows(paths), answers: try answers.map { try rows([$0]) })
        case .openai: try ToolDialogues.read(try rows(paths), text: text)
        case .xlam: try QueryToolsAnswers.read(try rows(paths))
        case .toolace: try ToolACEDialogues.read(try rows(paths), text: text)
        }
    }

    /// Values of JSON Lines, or of one JSON array, with where they stand.
    private func rows(_ paths: [String]) throws -> [ForeignRow] {
        try paths.flatMap { path -> [ForeignRow] in
            let bytes = try JSONLines.bytes(path)
            let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
            if first == UInt8(ascii: "["), let list = try? JSONValue(parsing: bytes).arrayValue {
                return list.enumerated().map { ForeignRow(place: "\(path)[\($0.offset)]", json: $0.element) }
            }
            var line = 0
            return try JSONLines.rows(path) { value throws(FieldError) in
                line += 1
                return ForeignRow(place: "\(path): row \(line)", json: value)
            }
        }
    }
}

/// One value of a file, and where it stands.
package struct ForeignRow: Sendable {
    package let place: String
    package let json: JSONValue

    package init(place: String, json: JSONValue) { (self.place, self.json) = (place, json) }

    /// A member that is a text.
    func text(_ name: String) throws(ConversionError) -> String {
        guard let text = json[name]?.stringValue else {
            throw ConversionError(place, "\(name) is missing, or is no text")
        }
        return text
    }

    /// A member that is a list, or the JSON text of one.
    func list(_ name: String) throws(ConversionError) -> [JSONValue] {
        let value = json[name]
        let list = value?.arrayValue ?? value?.stringValue.flatMap { try? JSONValue(parsing: $0).arrayValue }
        guard let list else { throw ConversionError(place, "\(name) is missing, or is no list") }
        return list
    }
}
