/// Texts from outside within HTML and XML.
package enum MarkupText {
    /// - Returns: the text with nothing that a parser takes for markup, in elements and in quoted attributes. Characters
    ///   that XML 1.0 (2.2) does not have are U+FFFD.
    package static func escape(_ text: some StringProtocol) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // As they are, an attribute would have them as spaces.
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    /// The same, cut to a length that people read.
    package static func short(_ text: String, _ limit: Int = 600) -> String {
        text.count > limit ? escape(text.prefix(limit)) + "…" : escape(text)
    }

    /// Whether a document may have the character: no control characters of C0 or C1, no noncharacters.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0xFDCF, 0xFDF0...0xFFFD: true
        case 0x1_0000...: scalar.value & 0xFFFE != 0xFFFE
        default: false
        }
    }
}
