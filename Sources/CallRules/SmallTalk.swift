import Functions
import SpokenTime

/// Takes back a call where nothing is asked for: a greeting, thanks, a single letter.
///
/// A small model answers whatever is said with the call that is nearest.
struct SmallTalk: CallRule {
    static let name = "small_talk"
    /// It reads words of five languages, but a request that is nothing but small talk is too short to tell which.
    static let languages: Set<SpokenLanguage>? = nil

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        let words = Self.words(context.query)
        guard !Self.isAskedFor(words, by: context.function) else { return .call(call) }
        // Yes, no or a letter answer a question that was asked before.
        if context.isAnswer, words.allSatisfy({ $0.count == 1 || Self.answers.contains($0) }) { return .call(call) }
        let letters = words.reduce(0) { $0 + $1.count }
        let isLetter = letters == 1 && words.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isLetter } }
        let isTalk =
            Self.phrases.contains(words.joined(separator: " "))
            || (words.contains(where: Self.talk.contains)
                && words.allSatisfy { Self.talk.contains($0) || Self.around.contains($0) })
        return letters == 0 || isLetter || isTalk ? .refused(.noAppropriateFunction, message: nil) : .call(call)
    }

    /// Whether the function itself is about these words: a scene `good night`, a function `say_hello`.
    private static func isAskedFor(_ words: [String], by function: FunctionDefinition) -> Bool {
        guard !words.isEmpty else { return false }
        let telling = words.filter { $0.count > 2 && !around.contains($0) }
        return function.examples.contains { Self.words($0) == words }
            || (!telling.isEmpty && telling.allSatisfy(function.words.contains))
    }

    private static func words(_ text: String) -> [String] {
        text.prefix(200).lowercased().replacing("’", with: "'")
            .split { !($0.isLetter || $0.isNumber || $0 == "'") }.map(String.init)
    }

    private static let answers: Set<String> = [
        "yes", "no", "ok", "okay", "sure", "yeah", "yep", "nope", "please", "thanks", "ja", "nein", "bitte", "danke",
        "oui",
        "non", "merci", "sí", "si", "gracias", "好", "好的", "是", "是的", "不", "嗯", "对", "可以", "行",
    ]

    /// What says nothing but politeness or mood.
    private static let talk = Set(
        """
        thanks thank thx ty cheers hello hi hey hiya howdy greetings bye goodbye ok okay yeah yep nope cool nice great awesome \
        lovely wow lol haha hehe hm hmm hmmm mhm uh um er ah oh ouch welcome sorry yes no sure fine perfect brilliant \
        danke dank hallo hi tschüss tschüs servus moin super toll prima klasse ja nein genau \
        merci bonjour bonsoir salut coucou ciao d'accord oui non bravo génial \
        gracias hola adiós adios vale sí genial perfecto buenas \
        谢谢 谢谢你 谢谢您 多谢 感谢 非常感谢 太感谢了 你好 您好 早 早上好 晚上好 下午好 晚安 再见 拜拜 哈哈 哈哈哈 嗯 嗯嗯 好的 好吧 好 \
        不错 厉害 太好了 太棒了 真棒 哦 啊
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Words that may stand beside them.
    private static let around = Set(
        """
        a an so very much many lot lots again for your the help you that's that is it was to all there everyone everybody \
        kinglet assistant dear friend buddy really just good well done job nice great day evening morning afternoon night \
        see later soon take care and i am i'm then now too my me this \
        vielen herzlichen schön schönen schöne sehr dir ihnen guten gute tag abend morgen nacht alles klar das war \
        beaucoup bien très bonne nuit soirée journée à toi vous revoir de mille \
        muchas mil por todo muy bien buenos días tardes noches hasta luego mañana 你 您 了 啦 呀 啊 小 助手
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let phrases: Set<String> = [
        "how are you", "how are you doing", "how is it going", "how's it going", "what's up", "whats up", "who are you",
        "what are you", "good morning", "good evening", "good afternoon", "good night", "nice to meet you",
        "you're great",
        "you are great", "i love you", "you're welcome", "never mind", "nevermind", "good job", "well done", "my bad",
        "wie geht's", "wie geht es dir", "guten morgen", "guten tag", "guten abend", "gute nacht", "wer bist du",
        "ça va",
        "comment ça va", "comment vas tu", "qui es tu", "bonne nuit", "au revoir", "qué tal", "cómo estás",
        "buenos días",
        "buenas noches", "quién eres", "hasta luego", "你好吗", "你是谁", "辛苦了", "没事", "没关系", "不客气", "我爱你",
    ]
}
