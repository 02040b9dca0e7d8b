/// Whether a request may ask for several things at once.
public enum SeveralThings {
    /// Words that join two requests, or two values of one, in the languages that rules read.
    private static let joining: Set<String> = [
        "and", "then", "also", "both", "each", "und", "dann", "sowie", "außerdem", "auch", "et", "puis",
        "ensuite", "aussi", "y", "luego", "después", "también",
    ]
    private static let marks: Set<Character> = [",", ";", "&", "+", "\n", "，", "、", "；", "。"]
    private static let ideographs = ["和", "并", "然后", "再", "还有", "以及", "同时", "跟", "与", "顺便"]
    /// Characters that are looked at.
    private static let maximumLength = 4_000

    /// What stands between marks and joining words.
    static func parts(of text: String) -> [String] {
        var parts: [[Substring]] = [[]]
        for word in text.prefix(maximumLength).split(whereSeparator: \.isWhitespace) {
            if joining.contains(word.lowercased()) {
                parts.append([])
                continue
            }
            parts[parts.count - 1].append(word)
            if let last = word.last, marks.contains(last) || ".?!".contains(last) { parts.append([]) }
        }
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
    }

    /// True where the text has two sentences, a list or a word that joins: that is no proof, but without any of them there
    /// is one request.
    public static func areAsked(in text: String) -> Bool {
        let text = text.prefix(maximumLength)
        let words = text.lowercased().split { !($0.isLetter || $0.isNumber) }
        if words.contains(where: { joining.contains(String($0)) }) { return true }
        if text.contains(where: marks.contains) || ideographs.contains(where: text.contains) { return true }
        return text.contains(/[.?!？！]\s*[^\s.?!？！\d].*\p{L}/)
    }
}
