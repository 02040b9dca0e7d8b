/// Why a file's vocabulary and merges make no tokenizer.
public enum TokenizerError: Error, Hashable, CustomStringConvertible {
    case emptyVocabulary
    case tooManyTokens(Int)
    /// A special or end token lies outside the vocabulary.
    case tokenOutOfRange(name: String, id: TokenID, count: Int)
    /// A merge names a token, or makes one, that the vocabulary lacks.
    case unknownMerge(rank: Int, left: String, right: String)

    public var description: String {
        let remedy = "The file is damaged or no byte-level BPE; fetch it again: kinglet pull"
        return switch self {
        case .emptyVocabulary:
            "the tokenizer has no tokens. \(remedy)"
        case .tooManyTokens(let count):
            "the tokenizer has \(count) tokens, more than \(Vocabulary.maximumCount). \(remedy)"
        case .tokenOutOfRange(let name, let id, let count):
            "token \(name) has the id \(id), the vocabulary ends at \(count - 1). \(remedy)"
        case .unknownMerge(let rank, let left, let right):
            "merge \(rank) of \"\(left)\" and \"\(right)\" names or makes a token that is not in the vocabulary. \(remedy)"
        }
    }
}
