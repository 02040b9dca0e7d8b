import OrderedJSON
import Yams

/// Writes a JSON value as YAML that reads back as the same value, here and by readers of YAML 1.1.
public enum YAMLWriter {
    public static func text(_ value: JSONValue) throws -> String {
        try Yams.serialize(node: node(value), width: 100, allowUnicode: true)
    }

    private static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: Node("null")
        case .bool(let value): Node(value ? "true" : "false")
        case .integer, .number: Node(value.text())
        case .string(let text): Node(text, Tag(.str), isPlain(text) ? .plain : .doubleQuoted)
        case .array(let elements):
            Node(elements.map(node), Tag(.seq), elements.allSatisfy(isScalar) ? .flow : .block)
        case .object(let members):
            Node(
                members.map { (Node($0.key, Tag(.str), isPlain($0.key) ? .plain : .doubleQuoted), node($0.value)) },
                Tag(.map), members.isEmpty ? .flow : .block)
        }
    }

    private static func isScalar(_ value: JSONValue) -> Bool { value.arrayValue == nil && value.objectValue == nil }

    /// Words that no reader takes for a number, a date, a truth value or anything but a text.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first),
            text.utf8.last != UInt8(ascii: " "), text.utf8.count < 80
        else { return false }
        let isSimple = text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "-", ".", "/", ";", "(", ")", "'": true
            default: false
            }
        }
        return isSimple && !words.contains(text.lowercased())
    }

    private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
}
