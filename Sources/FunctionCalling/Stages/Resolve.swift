import Foundation
import Functions
import Inference
import Tokenization

/// The stage before the first: a request that corrects the one before it becomes that request with other words.
///
/// "No, I meant the kitchen" behind "turn off the lights in the living room" asks to turn off the lights in the kitchen. Which
/// words are the ones to be exchanged, the model knows: the sentence that it finds likeliest is the one that was meant.
package struct Resolve: Sendable {
    let generator: any Generator
    let template: any ConversationTemplate

    /// Words of the earlier request that are tried as one.
    private static let longestPhrase = 3
    /// Sentences that are compared.
    private static let mostTries = 24

    /// - Throws: what the generator throws.
    package func callAsFunction(_ request: FunctionCallRequest) async throws -> FunctionCallRequest {
        guard let last = request.history.lastIndex(where: { $0.role == .user }),
            let correction = SpokenCorrection(request.query)
        else { return request }
        let earlier = request.history[last].content
        guard SpokenCorrection(earlier) == nil, let meant = try await sentence(earlier, correction, request) else {
            return request
        }
        var request = request
        request.query = meant
        request.history.removeSubrange(last...)
        return request
    }

    /// The earlier request with what is meant; nil where there is nothing to exchange.
    private func sentence(
        _ earlier: String, _ correction: SpokenCorrection, _ request: FunctionCallRequest
    ) async throws -> String? {
        let sentences = Self.sentences(earlier, correction)
        guard sentences.count > 1 else { return sentences.first }
        let prompt = template.encode([ChatMessage(role: .user, content: "Say what you want of the assistant, briefly.")]
        )
        let continuations = sentences.map { generator.tokenizer.encode($0) }
        var like = GenerationRequest(prompt: prompt, maxTokens: 1)
        like.priority = request.priority
        let scores = try await generator.scores(of: continuations, behind: prompt, like: like)
        // A mean, so that the words that are taken out do not make a sentence likelier by being fewer.
        let means = zip(scores.totals, continuations).map { $0 / Double(max(1, $1.count)) }
        return zip(means, sentences).max { $0.0 < $1.0 }?.1
    }

    /// The earlier request with each run of its words exchanged that may be what was wrong: content words beside each
    /// other, numbers for a number. The one that is named as wrong, where one is.
    static func sentences(_ earlier: String, _ correction: SpokenCorrection) -> [String] {
        if let wrong = correction.wrong, let place = earlier.range(of: wrong, options: .caseInsensitive) {
            return [earlier.replacingCharacters(in: place, with: correction.right)]
        }
        let words = earlier.split(whereSeparator: \.isWhitespace)
        let isNumber = correction.right.contains(where: \.isNumber)
        var sentences: [String] = []
        for start in words.indices.dropFirst() {
            for end in start + 1...min(words.count, start + longestPhrase) where sentences.count < mostTries {
                let run = words[start..<end]
                guard run.allSatisfy({ !SpokenCorrection.isCommon($0) }) else { continue }
                guard !isNumber || run.contains(where: { $0.contains(where: \.isNumber) }) else { continue }
                sentences.append(
                    (words[..<start] + [Substring(correction.right)] + words[end...]).joined(separator: " "))
            }
        }
        return sentences
    }
}
