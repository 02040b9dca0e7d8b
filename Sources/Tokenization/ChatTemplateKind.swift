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
            the model's chat template is none that kinglet knows: Qwen2.5 and Qwen3 (ChatML with tools in the Hermes \
            form) and plain ChatML. Use a Qwen2.5, Qwen3 or SmolLM2 Instruct model, or /v1/completions
            """
        case .noControlToken(let marker):
            "the model's vocabulary lacks \(marker), which its chat template needs. Fetch it again: kinglet pull"
        }
    }
}

/// Which of the known templates a Jinja text is, and the system prompt that it sets where a conversation has none.
enum ChatTemplateKind: Sendable, Hashable {
    /// Qwen2.5: ChatML; tools in the system turn, calls as `<tool_call>`, their answers as `<tool_response>`. Some files
    /// (Qwen2.5-Coder-1.5B) show the model a call `{{"name": …}}` in doubled braces.
    case hermes(defaultSystem: String, doublesBraces: Bool)
    /// Qwen3: as Qwen2.5 without a system prompt of its own; an answer begins with what the model thought, here always
    /// nothing: `enable_thinking` is false.
    case thinking
    /// `<|im_start|>role\ncontent<|im_end|>\n`, and no more.
    case plain(defaultSystem: String?)

    /// Whether the model was trained on conversations with tools.
    var supportsTools: Bool {
        switch self {
        case .hermes, .thinking: true
        case .plain: false
        }
    }

    /// What stands between the start of an answer and the answer where the model is not to think.
    static let emptyThought = "<think>\n\n</think>\n\n"

    /// Control tokens that the turns need.
    var markers: [String] { ["<|im_start|>", "<|im_end|>"] + (self == .thinking ? ["<think>", "</think>"] : []) }

    /// nil if `template` is none of them, to the letter: any other change may change the text that the model expects. Of
    /// Qwen3's there are many that write the same conversations, each in the Jinja of the engine that it was made for: those
    /// are known by their marks.
    init?(template: String) {
        let defaultSystem = Self.defaultSystem(of: template)
        let doublesBraces = template.contains(Self.doubledBraces.opening)
        let single = template.replacing(Self.doubledBraces.opening, with: "{\\\"name").replacing(
            Self.doubledBraces.closing, with: "object>}")
        switch (Self.fingerprint(of: doublesBraces ? single : template, without: defaultSystem), defaultSystem) {
        case (Self.hermesFingerprint, let text?): self = .hermes(defaultSystem: text, doublesBraces: doublesBraces)
        case (Self.smollmFingerprint, let text?): self = .plain(defaultSystem: text)
        case (Self.bareFingerprint, nil): self = .plain(defaultSystem: nil)
        case (_, nil) where Self.thinkingMarks.allSatisfy(template.replacing("\\n", with: "\n").contains):
            self = .thinking
        default: return nil
        }
    }

    /// As Jinja source writes them.
    private static let doubledBraces = (opening: "{{\\\"name", closing: "object>}}")
    private static let hermesFingerprint: UInt64 = 0xF2A9_699A_71C7_C7D1
    /// Tools in the Hermes form, answers to them, thoughts of earlier turns, and the switch that leaves thinking out.
    private static let thinkingMarks = [
        "# Tools\n\nYou may call one or more functions to assist with the user query.",
        "<function-name>", "<args-json-object>}\n</tool_call><|im_end|>", "<tool_response>", "reasoning_content",
        "enable_thinking is false", emptyThought,
    ]
    /// SmolLM2: a system turn of its own where the first message is none.
    private static let smollmFingerprint: UInt64 = 0xDCDA_AEB7_624E_5D0A
    /// Turns and nothing else.
    private static let bareFingerprint: UInt64 = 0x88BF_4138_D5C8_26F0

    /// The text between `<|im_start|>system\n` and `<|im_end|>` where the template writes both itself.
    private static func defaultSystem(of template: String) -> String? {
        for start in template.ranges(of: "<|im_start|>system").map(\.upperBound) {
            let rest = template[start...]
            guard let line = ["\\n", "\n"].first(where: rest.hasPrefix) else { continue }
            let text = rest.dropFirst(line.count)
            guard let end = text.firstRange(of: "<|im_end|>")?.lowerBound else { continue }
            if !text[..<end].contains(where: { "'\"\\{}".contains($0) }) { return String(text[..<end]) }
        }
        return nil
    }

    /// FNV-1a of the template without the default system prompt; a line end may be written as itself or as `\n`.
    static func fingerprint(of template: String, without defaultSystem: String?) -> UInt64 {
        var text = template.trimmingPrefix(while: \.isWhitespace)[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        if let defaultSystem { text = text.replacing(defaultSystem, with: "%") }
        return text.replacing("\\n", with: "\n").unicodeScalars.reduce(0xCBF2_9CE4_8422_2325) {
            ($0 ^ UInt64($1.value)) &* 0x100_0000_01B3
        }
    }
}
