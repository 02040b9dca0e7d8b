import Documents
import OrderedCollections
import Tokenization

/// Body of a request to `POST /chat/completions`.
enum RemoteQuestion {
    /// The body; a later attempt has another seed.
    static func json(_ request: StageRequest, _ endpoint: RemoteEndpoint, attempt: Int) -> JSONValue {
        var members: JSONObject = [
            "model": .string(endpoint.model),
            "messages": .array(
                request.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
            "max_tokens": .integer(request.maxTokens), "temperature": .number(Double(request.temperature)),
            "logprobs": true,
        ]
        if let seed = request.seed {
            // A bad answer would come again from the same seed.
            members["seed"] = .integer(Int(truncatingIfNeeded: seed & 0x7FFF_FFFF) + attempt - 1)
        }
        if let schema = request.schema, endpoint.constrains {
            members["response_format"] = [
                "type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": schema],
            ]
        }
        return .object(members)
    }
}

/// Body of its response.
enum RemoteAnswer {
    /// Why an answer is none.
    struct Fault: Error {
        let reason: String
    }

    /// - Parameter isWhole: whether an answer that was cut at the limit of tokens is a fault.
    static func read(_ body: [UInt8], isWhole: Bool) throws(Fault) -> StageAnswer {
        guard let json = try? JSONValue(parsing: body) else { throw Fault(reason: "the body is not JSON") }
        guard let choice = json["choices"]?.arrayValue?.first, let text = choice["message"]?["content"]?.stringValue
        else { throw Fault(reason: "choices[0].message.content is missing") }
        if isWhole, choice["finish_reason"] == "length" {
            throw Fault(reason: "it was cut at the limit of tokens; raise max_tokens")
        }
        var usage = Usage()
        usage.promptTokens = json["usage"]?["prompt_tokens"]?.intValue ?? 0
        usage.completionTokens = json["usage"]?["completion_tokens"]?.intValue ?? 0
        usage.cachedTokens = json["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.intValue ?? 0
        return StageAnswer(text: text, tokens: tokens(choice["logprobs"]), usage: usage)
    }

    /// Ids mean nothing here: the other server may have another vocabulary.
    private static func tokens(_ logprobs: JSONValue?) -> [GeneratedToken] {
        (logprobs?["content"]?.arrayValue ?? []).compactMap { entry in
            guard let text = entry["token"]?.stringValue, let logprob = entry["logprob"]?.doubleValue else {
                return nil
            }
            let bytes = entry["bytes"]?.arrayValue?.compactMap { $0.intValue.flatMap { UInt8(exactly: $0) } }
            return GeneratedToken(id: -1, bytes: bytes ?? Array(text.utf8), logprob: Float(logprob))
        }
    }

    /// What an error's body says, in OpenAI's form or any other.
    static func message(of body: [UInt8]) -> String {
        let json = try? JSONValue(parsing: body)
        let text =
            json?["error"]?["message"]?.stringValue ?? json?["message"]?.stringValue
            ?? String(decoding: body.prefix(300), as: UTF8.self)
        return String(text.prefix(300))
    }
}
