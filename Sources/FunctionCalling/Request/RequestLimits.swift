/// How large a request may be: the one table, which settings may lower. Beyond it stands a 400 that names the field, before
/// anything is computed. The defaults are what the parts behind can bear.
public struct RequestLimits: Sendable, Hashable {
    public var queryBytes = 16_000
    public var historyTurns = 200
    public var turnBytes = 32_000
    public var functions = 1_024
    /// Of `context.state`, and of a judge's `context`.
    public var stateBytes = 16_000
    public var topK = 64
    /// That one request may ask for.
    public var calls = 16
    /// In an answer that is judged.
    public var judgedCalls = 64
    public var votes = 9
    /// Of each JSON Schema: values, schemas inside each other, bytes of a pattern.
    public var schemaNodes = 2_000
    public var schemaDepth = 24
    public var patternBytes = 1_000
    /// Arrays and objects inside each other, in the whole body.
    public var jsonDepth = 64
    /// Answers to one prompt.
    public var answers = 16
    public var prompts = 128
    public var maxTokens = 32_768
    /// 0: as many as the model's context takes.
    public var promptTokens = 8_192
    public var stopTexts = 16
    public var stopBytes = 256
    public var logprobs = 20
    public var biases = 1_024

    public init() {}
}
