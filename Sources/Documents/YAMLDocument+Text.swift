import OrderedCollections
import Yams

extension YAMLDocument {
    /// A JSON value as YAML that `parse` reads back as the same value, and that readers of YAML 1.1 do not take for a
    /// number, a date or a truth value either.
    public static func text(_ value: JSONValue) throws(YAMLError) -> String {
        let text: String
        do {
            text = try Yams.serialize(node: node(value), width: 120, allowUnicode: true)
        } catch {
            throw YAMLError(message: "cannot be written as YAML: \(error)")
        }
        // The precheck does not know what is quoted: a string may look like an alias to it.
        return (try? YAMLPrecheck.check(text)) == nil ? escaped(text) : text
    }

    /// The same document with the signs of YAML's syntax escaped in quoted scalars. Exact for what `text` writes: its plain
    /// scalars have no quotes.
    private static func escaped(_ text: String) -> String {
        var (result, isQuoted, isEscaped) = ("", false, false)
        for scalar in text.unicodeScalars {
            if isQuoted, !isEscaped, "*?[]{}".unicodeScalars.contains(scalar) {
                result += "\\x" + String(scalar.value, radix: 16, uppercase: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && scalar == "\\" && !isEscaped
        }
        return result
    }

    private static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: return plain("null")
        case .bool(let flag): return plain(flag ? "true" : "false")
        case .integer, .number: return plain(value.text())
        case .string(let text):
            return .scalar(.init(text, Tag(.implicit), isPlain(text) ? .plain : .doubleQuoted))
        case .array(let elements):
            let isFlow = elements.allSatisfy { $0.arrayValue == nil && $0.objectValue == nil } && elements.count <= 12
            return .sequence(.init(elements.map(node), Tag(.implicit), isFlow ? .flow : .block))
        case .object(let members):
            let pairs = members.map { (node(.string($0.key)), node($0.value)) }
            return .mapping(.init(pairs, Tag(.implicit), members.isEmpty ? .flow : .block))
        }
    }

    private static func plain(_ text: String) -> Node { .scalar(.init(text, Tag(.implicit), .plain)) }

    /// Words of letters that no reader takes for anything but a string.
    private static func isPlain(_ text: String) -> Bool {
        let reserved: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, text.utf8.last != UInt8(ascii: " ")
        else { return false }
        return !reserved.contains(text.lowercased())
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || " _-.".unicodeScalars.contains(scalar)
            }
    }
}
