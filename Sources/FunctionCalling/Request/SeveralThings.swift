/// Whether a request may ask for several things at once.
public enum SeveralThings {
    /// Words that join two requests, or two values of one, in the languages that rules read.
    private static let joining: Set<String> = [
        "and", "then", "also", "plus", "both", "each", "as", "und", "dann", "sowie", "außerdem", "auch", "et", "puis",
        "ensuite", "aussi", "y", "e", "luego", "después", "también",
    ]
    private static let marks: Set<Character> = [",", ";", "&", "+", "\n", "，", "、", "；", "。"]
    private static let ideographs = ["和", "并", "然后", "再", "还有", "以及", "同时", "跟", "与", "顺便"]
    /// Characters that are looked at.
    private static let maximumLength = 4_000

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
