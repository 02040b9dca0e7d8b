import Documents

/// When a stream says how many tokens it has: OpenAI's `include_usage`, and vLLM's `continuous_usage_stats` beside it.
enum StreamUsage: Sendable, Hashable {
    case never
    /// In a chunk of its own behind all others, which have `null`.
    case atEnd
    /// There, and in each chunk: of the answer that the chunk is of, up to that chunk.
    case throughout

    /// Of `stream_options`. Without `include_usage` the other means nothing, as in vLLM.
    init(_ fields: inout FieldReader) throws(FieldError) {
        guard var options = try fields.optionalObject("stream_options") else {
            self = .never
            return
        }
        let isIncluded = try options.optionalBool("include_usage") ?? false
        let isContinuous = try options.optionalBool("continuous_usage_stats") ?? false
        self = !isIncluded ? .never : isContinuous ? .throughout : .atEnd
    }

    /// The member of a chunk with something of an answer; nil: it has none.
    ///
    /// - Parameter grown: of that answer up to here.
    func ofChunk(_ grown: @autoclosure () -> JSONValue) -> JSONValue? {
        switch self {
        case .never: nil
        case .atEnd: .null
        case .throughout: grown()
        }
    }
}
