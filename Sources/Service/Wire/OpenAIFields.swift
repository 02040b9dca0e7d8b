import Documents
import Inference
import OrderedCollections
import Tokenization

/// Fields that all OpenAI-compatible bodies have in common. Unknown fields are ignored there; those that would change
/// the answer and are not offered are refused.
package enum OpenAIFields {
    /// The model that runs, where the name is its own or none is given; or it with an adapter, `<model>:<adapter>` or the
    /// adapter's name alone.
    ///
    /// - Throws: `OpenAIError.unknownModel` for another name.
    package static func model(
        _ fields: inout FieldReader, runs model: String, _ adapter: (String) -> ServedAdapter?
    ) throws -> (name: String, adapter: ServedAdapter?) {
        guard let name = try fields.optionalString("model"), name != model else { return (model, nil) }
        let own = name.hasPrefix("\(model):") ? String(name.dropFirst(model.count + 1)) : name
        guard let adapter = adapter(own) else { throw OpenAIError.unknownModel(name, known: model) }
        return (name, adapter)
    }

    /// A text or up to 16 texts.
    static func stop(_ fields: inout FieldReader, _ name: String) throws(FieldError) -> [String] {
        guard let value = fields.optional(name) else { return [] }
        let texts = value.stringValue.map { [$0] } ?? value.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count <= 16, texts.count == (value.arrayValue?.count ?? 1),
            texts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 256 })
        else {
            throw FieldError(
                path: name, reason: .wrongType, message: "\(name) must be a text or up to 16 texts of 1 to 256 bytes")
        }
        return texts
    }

    /// `stream` and `stream_options`.
    static func streaming(_ fields: inout FieldReader) throws(FieldError) -> (streams: Bool, usage: StreamUsage) {
        (try fields.optionalBool("stream") ?? false, try StreamUsage(&fields))
    }
}

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

/// Errors that only OpenAI's routes know.
package enum OpenAIError: Error {
    case unknownModel(String, known: String)
}

extension Sampling {
    /// The sampling fields that all OpenAI-compatible routes share.
    ///
    /// - Parameter fallback: holds where the body says nothing of temperature, top_p and top_k.
    init(_ fields: inout FieldReader, fallback: Sampling) throws(FieldError) {
        self = fallback
        let temperature = try fields.optionalDouble("temperature", in: 0...10)
        // A caller who sets the temperature wants the plain distribution at it.
        if let temperature { self = Sampling(temperature: Float(temperature)) }
        topP = try fields.optionalDouble("top_p", in: 0...1).map { Float($0) } ?? topP
        topK = try fields.optionalInt("top_k", in: -1...1_000_000).map { max(0, $0) } ?? topK
        minP = Float(try fields.optionalDouble("min_p", in: 0...1) ?? 0)
        presencePenalty = Float(try fields.optionalDouble("presence_penalty", in: -2...2) ?? 0)
        frequencyPenalty = Float(try fields.optionalDouble("frequency_penalty", in: -2...2) ?? 0)
        repetitionPenalty = Float(try fields.optionalDouble("repetition_penalty", in: 0.01...10) ?? 1)
        seed = try fields.optionalInt("seed", in: .min ... .max).map { UInt64(bitPattern: Int64($0)) }
        try readBias(&fields)
    }

    private mutating func readBias(_ fields: inout FieldReader) throws(FieldError) {
        guard let value = fields.optional("logit_bias") else { return }
        var members: [(String, JSONValue)] = []
        if let object = value.objectValue {
            members = object.map { ($0.key, $0.value) }
        } else if let pairs = value.arrayValue {
            // llama.cpp's form: [[15043, 1.5], …].
            for (index, pair) in pairs.enumerated() {
                guard let parts = pair.arrayValue, parts.count == 2, let id = parts[0].intValue else {
                    throw FieldError(
                        path: "logit_bias[\(index)]", reason: .wrongType,
                        message: "logit_bias[\(index)] must be a token id and a number")
                }
                members.append((String(id), parts[1] == false ? -100 : parts[1]))
            }
        } else {
            throw FieldError(
                path: "logit_bias", reason: .wrongType,
                message: "logit_bias must be an object of token ids and numbers, not \(value.typeName)")
        }
        for (text, bias) in members {
            guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let id = TokenID(text), let bias = bias.doubleValue,
                (-100...100).contains(bias)
            else {
                throw FieldError(
                    path: "logit_bias.\(text)", reason: .outOfRange,
                    message: "logit_bias.\(text) must be a token id with a bias in -100 to 100")
            }
            logitBias[id] = Float(bias)
        }
    }

    init(temperature: Float, topP: Float = 1, topK: Int = 0) {
        self.init()
        (self.temperature, self.topP, self.topK) = (temperature, topP, topK)
    }
}

extension FieldReader {
    /// A reader for the object in field `name`, which must be there.
    mutating func object(_ name: String) throws(FieldError) -> FieldReader {
        try FieldReader(required(name), path: path(of: name))
    }
}
