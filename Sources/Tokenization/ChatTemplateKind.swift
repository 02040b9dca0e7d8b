/// Why a model's conversations cannot be written.
public enum ChatTemplateError: Error, Hashable, CustomStringConvertible {
    case missing
    case unknown
    case noControlToken(String)

    public var description: String {
        switch self {
        case .missing:
            "the model carries no chat template: it is no chat model. Use an Instruct model, or /v1/completions"
        case .unknown:
            """
            the model's chat template is none that kinglet knows: Qwen2.5 (ChatML with tools in the Hermes form) and \
            plain ChatML. Use a Qwen2.5 or SmolLM2 Instruct model, or /v1/completions
            """
        case .noControlToken(let marker):
            "the model's vocabulary lacks \(marker), which its chat template needs. Fetch it again: kinglet pull"
        }
    }
}

/// Which of the known templates a Jinja text is, and the system prompt that it sets where a conversation has none.
enum ChatTemplateKind: Sendable, Hashable {
    /// Qwen2.5: ChatML; tools in the system turn, calls as `<tool_call>`, their answers as `<tool_response>`.
    case hermes(defaultSystem: String)
    /// `<|im_start|>role\ncontent<|im_end|>\n`, and no more.
    case plain(defaultSystem: String?)

    var supportsTools: Bool {
        switch self {
        case .hermes: true
        case .plain: false
        }
    }

    /// nil if `template` is none of them. Layout and kind of quotes do not matter; every other change does, since it
    /// may change the text that the model expects.
    init?(template: String) {
        let defaultSystem = Self.defaultSystem(of: template)
        switch (Self.fingerprint(of: template, without: defaultSystem), defaultSystem) {
        case (0, let text?): self = .hermes(defaultSystem: text)
        case (1, let text): self = .plain(defaultSystem: text)
        default: return nil
        }
    }

    /// The text between `<|im_start|>system\n` and `<|im_end|>` where the template writes both itself.
    private static func defaultSystem(of template: String) -> String? {
        for start in template.ranges(of: "<|im_start|>system").map(\.upperBound) {
            let rest = template[start...]
            guard let line = ["\\n", "\n"].first(where: rest.hasPrefix) else { continue }
            let text = rest.dropFirst(line.count)
            guard let end = text.firstRange(of: "<|im_end|>")?.lowerBound else { continue }
            if !text[..<end].contains(where: { "'\"{}".contains($0) }) { return String(text[..<end]) }
        }
        return nil
    }

    /// FNV-1a of the template without white space and the default system prompt, quotes made alike.
    static func fingerprint(of template: String, without defaultSystem: String?) -> UInt64 {
        var text = template
        if let defaultSystem { text = text.replacing(defaultSystem, with: "%") }
        text = text.replacing("\\n", with: "").replacing("\"", with: "'")
        return text.unicodeScalars.filter { !$0.properties.isWhitespace }.reduce(0xCBF2_9CE4_8422_2325) {
            ($0 ^ UInt64($1.value)) &* 0x100_0000_01B3
        }
    }
}
