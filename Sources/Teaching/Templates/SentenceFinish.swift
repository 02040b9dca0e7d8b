import Digests

/// How a drawn sentence is written: blanks, the first letter, the mark at its end.
package enum SentenceFinish {
    /// One blank between words, none at the ends.
    package static func tidied(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// People who type into an assistant write a capital or a full stop now and then, in Chinese rarely.
    package static func finished(
        _ text: String, _ language: TemplateLanguage, using random: inout SplitMix64
    ) -> String {
        var text = text
        if language != .zh, Int.random(in: 0..<3, using: &random) == 0, let first = text.first {
            text = first.uppercased() + text.dropFirst()
        }
        let isMarked = text.last.map { !($0.isLetter || $0.isNumber || $0 == "%" || $0 == "°") } ?? true
        if Int.random(in: 0..<(language == .zh ? 5 : 3), using: &random) == 0, !isMarked {
            text += mark(of: text, language)
        }
        return text
    }

    private static func mark(of text: String, _ language: TemplateLanguage) -> String {
        guard language != .zh else { return questionWords.contains(where: text.contains) ? "？" : "。" }
        let first = text.split { !$0.isLetter && $0 != "'" }.first?.lowercased() ?? ""
        let asks = openings[language]?.contains(first) ?? false || text.hasPrefix("¿")
        return asks ? "?" : "."
    }

    private static let questionWords = [
        "吗", "呢", "什么", "多少", "几点", "几度", "怎么", "哪", "谁", "多久", "能不能", "可不可以", "有没有", "是不是",
    ]

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    /// Words that questions begin with.
    private static let openings: [TemplateLanguage: Set<String>] = [
        .en: words(
            "what what's when when's where where's who who's which why how how's is are am do does did can could will would shall should have has"
        ),
        .de: words(
            "was wann wo wer welche welcher welches warum wie wieviel ist sind hat habe kannst könntest kann läuft gibt muss wird würdest"
        ),
        .fr: words("que qu'est quel quelle quels quelles quand où qui pourquoi comment combien est peux pourrais as"),
        .es: words("qué cuándo dónde quién cuál cuáles por cómo cuánto cuánta cuántos está puedes podrías hay tengo"),
    ]
}
