/// The separators between members and elements.
public enum JSONSpacing: Sendable {
    /// `{"a":1,"b":[2]}`
    case compact
    /// `{"a": 1, "b": [2]}`, as Python's `json.dumps` and the chat templates' `tojson` write it.
    case spaced
}

extension JSONValue {
    /// The value as JSON text. Only `"`, `\` and control characters are escaped.
    public func text(_ spacing: JSONSpacing = .compact) -> String {
        String(decoding: utf8(spacing), as: UTF8.self)
    }

    /// The value's text as UTF-8.
    public func utf8(_ spacing: JSONSpacing = .compact) -> [UInt8] {
        var output: [UInt8] = []
        write(into: &output, spacing)
        return output
    }

    /// Appends the value's text.
    private func write(into output: inout [UInt8], _ spacing: JSONSpacing) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .number(let value): output.append(contentsOf: String(value).utf8)
        case .string(let value): Self.write(value, into: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(contentsOf: (spacing == .spaced ? ", " : ",").utf8) }
                element.write(into: &output, spacing)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(contentsOf: (spacing == .spaced ? ", " : ",").utf8) }
                Self.write(member.key, into: &output)
                output.append(contentsOf: (spacing == .spaced ? ": " : ":").utf8)
                member.value.write(into: &output, spacing)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a text in quotes, with the escapes that RFC 8259 asks for.
    private static func write(_ text: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
            case 0x0A: output.append(contentsOf: #"\n"#.utf8)
            case 0x0D: output.append(contentsOf: #"\r"#.utf8)
            case 0x09: output.append(contentsOf: #"\t"#.utf8)
            case 0x08: output.append(contentsOf: #"\b"#.utf8)
            case 0x0C: output.append(contentsOf: #"\f"#.utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: #"\u00"#.utf8)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
