import Functions
import OrderedCollections
import SpokenTime

/// Takes back a call where the request says that it is not to be done: "please do not lock the front door".
struct NegatedRequest: CallRule {
    static let name = "negated_request"
    static let languages: Set<SpokenLanguage>? = [.english, .chinese, .german, .french, .spanish]

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        // Not to be disturbed is what such a function is there for.
        guard let language = context.language, !context.function.words.contains("disturb"),
            !call.parameters.keys.contains(where: Self.isOfWhatIsNotWanted)
        else { return .call(call) }
        let text = context.query.prefix(1_000).lowercased().replacing("’", with: "'")
        return Self.isNegated(text, language, context.function)
            ? .refused(.noAppropriateFunction, message: nil) : .call(call)
    }

    /// "Take me home, but not by motorway": the negation is said by a value.
    private static func isOfWhatIsNotWanted(_ parameter: String) -> Bool {
        parameter.lowercased().contains(/avoid|exclu|without|except|omit/)
    }

    private static func isNegated(_ text: String, _ language: SpokenLanguage, _ function: FunctionDefinition) -> Bool {
        switch language {
        case .english: english(text, function)
        case .german:
            !text.contains(/\b(sondern|stattdessen|lieber|aber|warum|wieso|weshalb|vergiss|vergessen)\b/)
                && !text.contains(/^(kannst|könntest|willst|würdest|magst)\b/)
                && (text.contains(/\bnicht\b(?! (mehr|nur|so|zu|ganz) )/)
                    || text.contains(/\b(auf keinen fall|keinesfalls|unter keinen umständen)\b/)
                    || text.contains(
                        /^(bitte |jetzt |hey )*(?!ich|es|da|hier|wir|ist|gibt)(\w+ ){0,3}(kein|keine|keinen)\b/))
        case .french:
            !text.contains(
                /\b(mais|plutôt|pourquoi)\b|n'oublie|n'hésite|ne manque|^(peux|pourrais|veux|voudrais)[ -]tu\b/)
                && text.contains(
                    /\b(ne |n')\S+.*?\b(pas|jamais)\b|^(s'il te plaît,? |s'il vous plaît,? )?(pas|évite|évitez) (de |d')|\ben aucun cas\b/
                )
        case .spanish:
            !text.contains(/\b(sino|mejor|pero)\b|por qué no|\bno (olvides|te olvides|dejes)\b/)
                && text.contains(
                    /^(¡|por favor,? |oye,? |eh,? )*(no (me |te |le |nos )*\w*(as|es|a|e|ar|er|ir)\b|evita \w+r\b)|\b(bajo ningún concepto|en ningún caso|de ninguna manera)\b/
                )
        case .chinese:
            !text.contains(/[，,。；]\s*(而是|要|改|换|帮我|请(?!不|别|勿))|(别|不要)忘/)
                && (text.contains(
                    /(^|[，,。！!\s]|请|我|你|先|也|就|都|天|晚|现在|千万|麻烦)(不要|不用|不必|不许|不准|禁止|避免|切忌|切勿|别(?!的|让|人|墅|名)|勿|莫)/)
                    || text.contains(/(^|[^要特分区级性类个告离])(不要|不用|别)(再)?[关开锁放打播调叫设停启唤吵发拨订买加删]/))
        }
    }

    /// `Do not …`, with a verb that the function does: "don't leave the lights on" asks to switch them off.
    private static func english(_ text: String, _ function: FunctionDefinition) -> Bool {
        let opening =
            /^((please|hey|ok|okay|oh|and|but|just|so|now|no,|kinglet|i said|i told you to|whatever you do)[,.!]? )*/
        // "Do not, I repeat, do not lock": said twice is said.
        let text = text.replacing(#/,? (i repeat|under any circumstances|on any account|ever),? /#, with: " ")
        let rest = text[(text.prefixMatch(of: opening)?.range.upperBound ?? text.startIndex)...]
        if let match = rest.prefixMatch(of: forbidding) { return does(String(match.verb), function) }
        if let match = rest.prefixMatch(of: refraining), !hasOtherClause(rest) {
            return does(String(match.verb), function)
        }
        if let match = rest.prefixMatch(of: /no (need|reason) to (?<verb>\w+)/) {
            return does(String(match.verb), function)
        }
        // "No music tonight", but not "no, the kitchen", nor "no more sugar on the list".
        if let match = rest.prefixMatch(of: /no (?<noun>[a-z]+)/) {
            let noun = String(match.noun)
            return !notNegated.contains(noun) && !hasOtherClause(rest) && does(noun, function)
        }
        guard
            let match = rest.prefixMatch(
                of:
                    /(do not|don't|dont|do n't|never|you (should|must) not|you (shouldn't|mustn't)|(i|we) (do not|don't) want (you )?to|make sure not to|(i'd|i would|we'd|we would) (rather|prefer it if|prefer that|prefer) you (not|didn't|did not|don't|do not)) (ever |you dare |please |just |you |to |do not |don't )*(?<verb>[a-z]+)/
            )
        else { return false }
        let verb = String(match.verb)
        guard !notMeant.contains(verb), !hasOtherClause(rest[match.range.upperBound...]) else { return false }
        return does(verb, function)
    }

    /// `under no circumstances delete it`
    private static var forbidding: Regex<(Substring, verb: Substring)> {
        /(?:under no circumstances|by no means|on no account|in no case) (?:(?:should|must|may|are|do) you (?:to )?|please |ever )?(?<verb>[a-z]+)/
    }
    /// `refrain from playing`, `hold off on locking`, `avoid deleting`: the verb without its ending.
    private static var refraining: Regex<(Substring, verb: Substring)> {
        /(?:refrain from|abstain from|hold off(?: on)?|avoid) (?<verb>[a-z]{3,}?)ing\b/
    }

    /// Something else is asked for behind it: "don't play jazz, play rock".
    private static func hasOtherClause(_ text: Substring) -> Bool {
        text.contains(
            /\b(but|instead|rather|unless|until|just|only)\b|[,;.] *(please )?(?!please|thanks|ok|today|tonight|now)\w+ \w+/
        )
    }

    /// Verbs whose negation is a request.
    private static let notMeant: Set<String> = [
        "forget", "hesitate", "worry", "fail", "let", "bother", "miss", "mind", "think", "you", "know", "want", "like",
        "need", "care", "stop", "leave", "keep",
    ]
    private static let notNegated: Set<String> = [
        "i", "we", "wait", "not", "the", "make", "actually", "that", "that's", "problem", "worries", "more", "thanks",
        "longer", "matter", "one", "it", "its", "it's", "my", "sorry", "only", "idea", "way", "use", "in", "on", "to",
    ]

    /// Whether a word is of what the function does; one that undoes something is named otherwise ("don't wake me tomorrow"
    /// is what cancelling an alarm is for).
    private static func does(_ word: String, _ function: FunctionDefinition) -> Bool {
        let stem = word.count > 4 ? String(word.prefix(word.count - 1)) : word
        func has(_ words: some Sequence<String>) -> Bool {
            words.contains { $0.hasPrefix(stem) && $0.count < stem.count + 4 }
        }
        let name = Set(function.name.lowercased().split { !$0.isLetter }.map(String.init))
        return has(name) || (name.isDisjoint(with: undoing) && has(function.words))
    }

    private static let undoing: Set<String> = [
        "cancel", "delete", "disable", "remove", "stop", "off", "mute", "pause", "skip", "clear", "close", "end",
        "quiet",
    ]
}
