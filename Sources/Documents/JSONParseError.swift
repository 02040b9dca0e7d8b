/// Why a text is not JSON. `offset` counts bytes from the start.
public struct JSONParseError: Error, Hashable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case unexpectedEnd, unexpectedByte, badNumber, badEscape, badUTF8, controlCharacter, tooDeep
        case trailingBytes
        case duplicateName(String)
    }

    public let reason: Reason
    public let offset: Int

    public var description: String {
        let what =
            switch reason {
            case .unexpectedEnd: "the text ends in the middle of a value"
            case .unexpectedByte: "this byte cannot stand here"
            case .badNumber: "not a JSON number, or beyond the range of a double"
            case .badEscape: "not a JSON escape, or half of a surrogate pair"
            case .badUTF8: "not UTF-8"
            case .controlCharacter: "a control character in a string must be escaped"
            case .tooDeep: "arrays and objects are nested too deeply"
            case .trailingBytes: "there is more after the value"
            case .duplicateName(let name): "the member \"\(name)\" stands twice in one object"
            }
        return "invalid JSON at byte \(offset): \(what)"
    }
}
