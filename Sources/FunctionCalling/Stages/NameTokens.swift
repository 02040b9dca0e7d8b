import Foundation
import Functions
import Inference
import Tokenization

/// Where a name stands among the tokens of an answer.
package struct NameTokens {
    private let tokens: [GeneratedToken]
    private let tokenizer: Tokenizer
    /// Bytes before each token.
    private let starts: [Int]
    private let span: Range<Int>?
    /// Where the next call's name begins; the end where there is none.
    private let end: Int

    /// - Parameter call: which of the answer's calls.
    package init(_ tokens: [GeneratedToken], _ tokenizer: Tokenizer, call: Int = 0) {
        self.tokenizer = tokenizer
        self.tokens = tokens
        var bytes: [UInt8] = [], starts: [Int] = []
        for token in tokens {
            starts.append(bytes.count)
            bytes.append(contentsOf: token.bytes)
        }
        self.starts = starts
        let spans = NameSpans.find(in: bytes)
        span = spans.indices.contains(call) ? spans[call] : nil
        end = spans.indices.contains(call + 1) ? spans[call + 1].lowerBound : bytes.count
    }

    /// Tokens that lie behind the name, as far as they are of its call.
    var behindName: [GeneratedToken] {
        guard let span, let first = starts.firstIndex(where: { $0 >= span.upperBound }) else { return [] }
        return tokens.indices[first...].prefix { starts[$0] < end }.map { tokens[$0] }
    }

    /// Log-odds of the functions against each of the two other names, from the alternatives of the first chosen token of
    /// the name. What such a token shares with a function's name counts for the function.
    func odds(functions: [String]) -> (overNone: Double, overUnclear: Double) {
        var weights = (functions: 1e-6, none: 1e-6, unclear: 1e-6)
        for alternative in alternatives {
            if functions.contains(where: alternative.begins) {
                weights.functions += alternative.probability
            } else if alternative.begins(Outcome.noAppropriateFunction.rawValue) {
                weights.none += alternative.probability
            } else if alternative.begins(Outcome.requestUnclear.rawValue) {
                weights.unclear += alternative.probability
            }
        }
        return (log(weights.functions / weights.none), log(weights.functions / weights.unclear))
    }

    /// What the logarithm of each name's probability is at most: that of its beginning, at the first chosen token of the
    /// name; of names whose beginning is none of the alternatives that are known, that of the least likely of these.
    package func bounds(of names: [String]) -> [String: Double] {
        let alternatives = alternatives
        guard let least = alternatives.map(\.probability).min() else { return [:] }
        return Dictionary(
            names.map { name in
                let known = alternatives.filter { $0.begins(name) }.reduce(0) { $0 + $1.probability }
                return (name, log(max(known, least)))
            }, uniquingKeysWith: max)
    }

    /// A token that could have stood in the place of a name's first chosen one.
    private struct Alternative {
        let probability: Double
        let text: String
        /// Bytes of the name before this token: forced where all names begin alike.
        let lead: Int

        func begins(_ name: String) -> Bool {
            let rest = String(decoding: name.utf8.dropFirst(lead), as: UTF8.self)
            return rest.hasPrefix(text) || (rest + "\"").hasPrefix(text)
        }
    }

    private var alternatives: [Alternative] {
        guard let span,
            let index = tokens.indices.first(where: {
                !tokens[$0].isForced && starts[$0] < span.upperBound
                    && starts[$0] + tokens[$0].bytes.count > span.lowerBound
            })
        else { return [] }
        let lead = max(0, starts[index] - span.lowerBound)
        return tokens[index].alternatives.map { alternative in
            let text = String(decoding: tokenizer.bytes(of: alternative.id), as: UTF8.self)
            return Alternative(
                probability: exp(Double(alternative.logprob)), text: String(text.drop { $0 == "\"" || $0 == " " }),
                lead: lead)
        }
    }
}
