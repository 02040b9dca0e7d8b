import Tokenization

/// A prompt, and how answers to it are rewarded.
package struct ReinforcedPrompt: Sendable {
    package let tokens: [TokenID]
    /// What an answer's text is worth, whether it is right, and the parts by their names.
    package let reward: @Sendable (String) -> RewardedText

    package init(tokens: [TokenID], reward: @escaping @Sendable (String) -> RewardedText) {
        (self.tokens, self.reward) = (tokens, reward)
    }
}

extension ReinforcedPrompt {
    /// A prompt whose last user turn ends with more words.
    ///
    /// - Parameter words: nothing: the prompt stays as it is.
    package static func asking(_ words: [TokenID], in prompt: [TokenID], _ tokenizer: Tokenizer) -> [TokenID] {
        guard let end = prompt.lastIndex(where: tokenizer.endTokens.contains) else { return prompt }
        return prompt[..<end] + words + prompt[end...]
    }
}

/// What a text is worth.
package struct RewardedText: Sendable, Hashable {
    package var value: Double
    package var isRight: Bool

    package init(value: Double, isRight: Bool) { (self.value, self.isRight) = (value, isRight) }
}
