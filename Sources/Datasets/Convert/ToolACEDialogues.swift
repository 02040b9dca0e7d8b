import Documents
import Functions
import OrderedCollections

/// ToolACE: `system` lists the functions as JSON behind some words, `conversations` has turns `{"from", "value"}`, calls as
/// Python writes them.
enum ToolACEDialogues {
    static func read(_ rows: [ForeignRow], text: Outcome?) throws(ConversionError) -> ConvertedSet {
        var set = ConvertedSet()
        for row in rows {
            guard let functions = list(in: try row.text("system")) else {
                throw ConversionError(row.place, "system has no JSON list of functions")
            }
            let offered = try OfferedFunctions(functions, place: row.place)
            set.add(DialogueSamples(offered, text: text), try row.list("conversations").map(message))
        }
        return set
    }

    private static func message(_ json: JSONValue) -> DialogueMessage {
        let content = json["value"]?.stringValue ?? ""
        switch json["from"]?.stringValue {
        case "user", "human": return DialogueMessage(role: .user, content: content)
        case "assistant", "gpt", "function_call":
            return DialogueMessage(role: .assistant, content: content, calls: calls(content))
        case "system": return DialogueMessage(role: .system, content: content)
        default: return DialogueMessage(role: nil, content: content)
        }
    }

    /// nil for a text that makes no calls.
    private static func calls(_ text: String) -> [JSONValue]? {
        let calls =
            PythonCalls.read(text)
            ?? (try? JSONValue(parsing: text)).map { value in
                (value.arrayValue ?? [value]).filter { $0["name"] != nil }
            }
        return calls.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The first JSON array of objects in a text.
    static func list(in text: String) -> [JSONValue]? {
        let bytes = Array(text.utf8)
        for start in bytes.indices where bytes[start] == UInt8(ascii: "[") {
            guard let end = end(of: bytes, from: start),
                let list = try? JSONValue(parsing: bytes[start...end]).arrayValue, !list.isEmpty,
                list.allSatisfy({ $0.objectValue != nil })
            else { continue }
            return list
        }
        return nil
    }

    /// Where the bracket at `start` closes, texts apart.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0, isQuoted = false, isEscaped = false
        for place in start..<bytes.count {
            let byte = bytes[place]
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return place }
            default: break
            }
        }
        return nil
    }
}
