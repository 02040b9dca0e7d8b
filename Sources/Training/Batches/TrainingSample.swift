/// A prompt and what the model should answer.
public struct TrainingSample: Sendable, Hashable {
    /// Prompt, then completion.
    public let tokens: [Int32]
    /// Tokens of the prompt: no loss is taken on them.
    public let promptLength: Int
    /// Which one it is of its training's samples.
    package var number = 0

    /// - Throws: unless both prompt and completion have tokens.
    public init(prompt: [Int32], completion: [Int32], place: String) throws(TrainingError) {
        guard !prompt.isEmpty, !completion.isEmpty else {
            throw .sample(place: place, reason: "\(prompt.isEmpty ? "the prompt" : "the completion") has no tokens")
        }
        (tokens, promptLength) = (prompt + completion, prompt.count)
    }

    /// Tokens that the model learns to write.
    public var completionLength: Int { tokens.count - promptLength }

    /// Where `invocation` stands first in the prompt.
    package func position(ofFirst invocation: [Int32]) -> Int? {
        guard promptLength >= invocation.count else { return nil }
        return (0...promptLength - invocation.count).first {
            tokens[$0..<$0 + invocation.count].elementsEqual(invocation)
        }
    }

    /// Where `invocation` stands last in the prompt: from there an activated adapter acts, as in PEFT.
    package func position(ofLast invocation: [Int32]) -> Int? {
        guard promptLength >= invocation.count else { return nil }
        return (0...promptLength - invocation.count).last {
            tokens[$0..<$0 + invocation.count].elementsEqual(invocation)
        }
    }
}
