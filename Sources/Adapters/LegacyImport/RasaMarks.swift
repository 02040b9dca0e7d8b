import Documents

/// An example with its entities marked: `[text](entity:value)`, `[text]{"entity": …, "role": …, "group": …, "value": …}`
/// or `[text][{…}, {…}]` for several entities of one text.
struct RasaMarks {
    struct Mark {
        var text: String
        var entity: String
        var role: String?, group: String?
        /// What the text stands for, where that is another word.
        var value: String?

        var slot: String { role.map { RasaDomain.slot(of: entity, role: $0) } ?? entity }
    }

    /// Without marks.
    var text: String
    var marks: [Mark]

    static func read(_ line: String, path: String) throws(LegacyImportError) -> RasaMarks {
        var result = RasaMarks(text: "", marks: []), rest = Substring(line)
        while let open = rest.firstIndex(of: "[") {
            result.text += rest[..<open]
            let tail = rest[rest.index(after: open)...]
            guard let close = tail.firstIndex(of: "]") else {
                rest = rest[open...]
                break
            }
            let said = String(tail[..<close]), after = tail[tail.index(after: close)...]
            guard let (marks, end) = try marks(said, after, path: path) else {
                // Brackets of the text itself.
                result.text += "["
                rest = tail
                continue
            }
            result.text += said
            result.marks += marks
            rest = end
        }
        result.text += rest
        return result
    }

    /// nil where no mark follows the bracket.
    private static func marks(
        _ said: String, _ after: Substring, path: String
    ) throws(LegacyImportError) -> (marks: [Mark], rest: Substring)? {
        if after.first == "(", let end = after.firstIndex(of: ")") {
            let parts = after[..<end].dropFirst().split(separator: ":", maxSplits: 1).map(String.init)
            guard let entity = parts.first else { return nil }
            let value = parts.count == 2 ? parts[1] : nil
            return ([Mark(text: said, entity: entity, value: value)], after[after.index(after: end)...])
        }
        let last: Character = after.first == "[" ? "]" : "}"
        guard after.first == "{" || after.hasPrefix("[{"), let end = closing(after, last) else { return nil }
        let json = String(after[...end])
        guard let value = try? JSONValue(parsing: json) else { throw error(json, path) }
        var marks: [Mark] = []
        for member in value.arrayValue ?? [value] {
            guard let entity = member["entity"]?.stringValue else { throw error(json, path) }
            let value = member["value"].map(\.legacyText)
            marks.append(
                Mark(
                    text: said, entity: entity, role: member["role"]?.stringValue,
                    group: member["group"]?.legacyText, value: value))
        }
        return (marks, after[after.index(after: end)...])
    }

    /// Where the JSON that begins here ends, quoted brackets apart.
    private static func closing(_ text: Substring, _ last: Character) -> Substring.Index? {
        var depth = 0, isQuoted = false, isEscaped = false
        for index in text.indices {
            let character = text[index]
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isQuoted = false
                }
                continue
            }
            switch character {
            case "\"": isQuoted = true
            case "[", "{": depth += 1
            case "]", "}":
                depth -= 1
                if depth == 0 { return character == last ? index : nil }
            default: break
            }
        }
        return nil
    }

    private static func error(_ mark: String, _ path: String) -> LegacyImportError {
        LegacyImportError(path: path, message: "\(mark) is not JSON with \"entity\"; mend the example's mark")
    }
}
