import OrderedCollections
import Yams

/// Why a text is not the YAML that is taken here.
public struct YAMLError: Error, Hashable, CustomStringConvertible {
    public let message: String

    package init(message: String) {
        self.message = message
    }
    public var description: String { message }
}

/// Reads one YAML document as a JSON value: order kept, scalars by the core schema of YAML 1.2 (10.3.2), so that `on`,
/// `no` and `12:30` stay strings.
///
/// A document of comments alone is null. Aliases are allowed, and what they expand to is counted: no text costs more than `maximumNodes` nodes.
public enum YAMLDocument {
    public static let maximumBytes = 8 << 20
    public static let maximumNodes = 500_000
    public static let maximumDepth = 32

    /// A byte order mark before the document is passed over (YAML 1.2, 5.2).
    public static func parse(_ marked: String) throws(YAMLError) -> JSONValue {
        let text = marked.unicodeScalars.first == "\u{FEFF}" ? String(marked.unicodeScalars.dropFirst()) : marked
        guard text.utf8.count <= maximumBytes else {
            throw YAMLError(message: "more than \(maximumBytes >> 20) MiB of YAML; split it")
        }
        try YAMLPrecheck.check(text)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw YAMLError(message: "invalid YAML: \(oneLine("\(error)"))")
        }
        guard let root else { return .null }
        var converter = Converter()
        return try converter.value(root, depth: 0)
    }

    /// The parser's words without the excerpt of the text that follows them, in lines of their own.
    private static func oneLine(_ error: String) -> String {
        let lines = error.split(separator: "\n")
        let last = lines.firstIndex { $0.hasSuffix(":") } ?? max(0, lines.count - 1)
        let said = lines.prefix(last + 1).joined(separator: " ")
        return said.hasSuffix(":") ? String(said.dropLast()) : said
    }
}

private struct Converter {
    var nodes = 0

    mutating func value(_ node: Node, depth: Int) throws(YAMLError) -> JSONValue {
        nodes += 1
        guard nodes <= YAMLDocument.maximumNodes else {
            throw error(node, "more than \(YAMLDocument.maximumNodes) values, aliases expanded; use fewer")
        }
        guard depth <= YAMLDocument.maximumDepth else {
            throw error(node, "nested more than \(YAMLDocument.maximumDepth) deep")
        }
        switch node {
        case .scalar(let scalar): return try self.scalar(scalar, node)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(element, depth: depth + 1)) }
            return .array(elements)
        case .mapping(let mapping):
            var members = JSONObject()
            for (key, element) in mapping {
                guard case .scalar(let name) = key else { throw error(key, "a name must be a plain text") }
                guard members[name.string] == nil else {
                    throw error(key, "the name \"\(name.string)\" stands twice in one mapping")
                }
                members[name.string] = try value(element, depth: depth + 1)
            }
            return .object(members)
        case .alias: throw error(node, "an alias without its anchor")
        }
    }

    private func scalar(_ scalar: Node.Scalar, _ node: Node) throws(YAMLError) -> JSONValue {
        let tag = scalar.tag.rawValue
        let isPlain = scalar.style == .plain || scalar.style == .any
        guard tag.isEmpty || tag == "!" || tag == "tag:yaml.org,2002:str" else {
            throw error(node, "tags such as \(tag) are not taken; write the value without it")
        }
        guard isPlain, tag.isEmpty else { return .string(scalar.string) }
        guard let value = CoreSchema.resolve(scalar.string) else {
            throw error(node, "\(scalar.string) has no place in JSON")
        }
        return value
    }

    private func error(_ node: Node, _ message: String) -> YAMLError {
        YAMLError(message: node.mark.map { "line \($0.line), column \($0.column): \(message)" } ?? message)
    }
}

/// Plain scalars by the core schema of YAML 1.2 (10.3.2), without octal and hexadecimal numbers: those stay strings.
private enum CoreSchema {
    /// nil for infinities and NaN.
    static func resolve(_ text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        case ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN": return nil
        default: break
        }
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first),
            text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }),
            text.utf8.contains(where: { (0x30...0x39).contains($0) })
        else { return .string(text) }
        if let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text) else { return .string(text) }
        return number.isFinite ? .number(number) : nil
    }
}
