import Functions

/// Names of a legacy stack as names and words of a pool.
enum LegacyNames {
    /// Letters, digits, `_`, `-`, `.`, as a pool wants it; a number is added where two would be one.
    static func identifier(_ text: String, not taken: inout Set<String>) -> String {
        let base = parameter(text)
        var name = base, number = 2
        while taken.contains(name) || Outcome.reservedNames.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        taken.insert(name)
        return name
    }

    private static func parameter(_ text: String) -> String {
        let mapped = text.unicodeScalars.map { scalar -> Character in
            let isKept =
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || scalar == "_" || scalar == "-" || scalar == "."
            return isKept ? Character(scalar) : "_"
        }
        return mapped.isEmpty ? "unnamed" : String(String(mapped).prefix(100))
    }

    /// `bookFlight`, `book_flight` and `faq/book-flight` in words.
    static func words(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            if "_-./+:".unicodeScalars.contains(scalar) {
                result.append(" ")
            } else {
                if scalar.properties.isUppercase, let last = result.unicodeScalars.last, last.properties.isLowercase {
                    result.append(" ")
                }
                result.unicodeScalars.append(scalar)
            }
        }
        return result.lowercased().split(separator: " ").joined(separator: " ")
    }

    static func sentence(_ name: String) -> String {
        let text = words(name)
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
