import Documents
import Functions

/// Finds calls that do something else than the request says, where its words leave no doubt: "cancel order 42" answered with
/// `order_status`.
///
/// Reads English only, and looks at one request with one call: what several calls share, no word decides. Two things tell:
/// a function that is offered whose whole name is said while the called one's is not, and a request that begins with the
/// contrary of what the called function's name says.
struct SaidAction {
    /// Verbs that a request begins with, and words of function names that say the contrary.
    private static let contraries: [(said: Set<String>, called: Set<String>)] = {
        let undo: Set<String> = ["cancel", "delete", "remove", "discard", "revoke", "unsubscribe"]
        let look: Set<String> = ["show", "list", "track"],
            make: Set<String> = ["create", "add", "book", "buy", "reserve"]
        let pairs: [(Set<String>, Set<String>)] = [
            (["lock"], ["unlock"]), (["open"], ["close", "shut"]), (["mute"], ["unmute"]), (["enable"], ["disable"]),
            (["start", "play"], ["stop", "pause"]), (["increase", "raise"], ["decrease", "lower"]),
        ]
        return [
            (undo, look.union(make).union(["status", "get", "new", "subscribe"])), (look, undo), (make, undo),
        ] + pairs.flatMap { [($0.0, $0.1), ($0.1, $0.0)] }
    }()
    private static let openings: Set<String> = [
        "please", "could", "can", "would", "you", "kindly", "now", "hey", "just",
    ]
    private static let small: Set<String> = ["the", "a", "an", "my", "of", "to", "for", "in", "on", "at", "and"]

    private let words: [String]
    private let isEnglish: Bool

    init(_ query: String) {
        words = Self.words(query)
        isEnglish = query.unicodeScalars.allSatisfy(\.isASCII)
    }

    /// Why the call is another action than the one that was said; nil if nothing speaks against it.
    func complaint(about calls: [FunctionCall], _ functions: [FunctionDefinition]) -> String? {
        guard isEnglish, let call = calls.first, calls.count == 1,
            let function = functions.first(where: { $0.name == call.function })
        else { return nil }
        return nearer(than: function, functions) ?? opposite(of: function)
    }

    /// Another function whose name is said word by word; what it says beyond the called one's, nothing of that speaks of.
    private func nearer(than called: FunctionDefinition, _ functions: [FunctionDefinition]) -> String? {
        let said = Set(words), own = Set(Self.words(called.name))
        guard !own.subtracting(Self.small).isSubset(of: said) else { return nil }
        let known = Set(Self.words(([called.name, called.description] + called.examples).joined(separator: " ")))
        for other in functions where other.name != called.name {
            let names = Set(Self.words(other.name)).subtracting(Self.small)
            let telling = names.subtracting(known)
            guard names.count > 1, names.isSubset(of: said), !telling.isEmpty, !names.isDisjoint(with: own) else {
                continue
            }
            return "the request says \(telling.sorted().joined(separator: " ")), as \(other.name) does; "
                + "\(called.name) does not speak of it"
        }
        return nil
    }

    private func opposite(of called: FunctionDefinition) -> String? {
        guard let verb = words.first(where: { !Self.openings.contains($0) }),
            let wanted = Self.contraries.first(where: { $0.said.contains(verb) })
        else { return nil }
        // "delete the shopping list": a word that is said as a thing is no action of the function.
        let contrary = wanted.called.intersection(Self.words(called.name)).subtracting(words)
        let spoken = Set(Self.words(([called.name, called.description] + called.examples).joined(separator: " ")))
        guard !contrary.isEmpty, wanted.said.isDisjoint(with: spoken) else { return nil }
        return "the request says \(verb), which is not what \(called.name) does"
    }

    /// Lower case; `orderStatus` and `order_status` are two words.
    private static func words(_ text: String) -> [String] {
        var words: [String] = [], word = "", last: Character = " "
        for character in text {
            if !character.isLetter || (character.isUppercase && last.isLowercase), !word.isEmpty {
                words.append(word)
                word = ""
            }
            if character.isLetter { word += character.lowercased() }
            last = character
        }
        return word.isEmpty ? words : words + [word]
    }
}
