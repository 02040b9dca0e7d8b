import Foundation
import Inference

/// The model's probability of each name that it chose.
package enum ChoiceConfidence {
    /// One value a name, in the order of the text: the product of the probabilities of the sampled tokens that overlap
    /// the name or its closing quote. The quote counts because it tells `alarm_set` from `alarm_set_sound`.
    package static func ofNames(in tokens: [GeneratedToken]) -> [Double] {
        var bytes: [UInt8] = [], ends: [Int] = []
        for token in tokens {
            bytes.append(contentsOf: token.bytes)
            ends.append(bytes.count)
        }
        return NameSpans.find(in: bytes).map { span in
            var logarithm = 0.0
            for (index, token) in tokens.enumerated() where !token.isForced {
                let start = index == 0 ? 0 : ends[index - 1]
                if start < span.upperBound, ends[index] > span.lowerBound { logarithm += Double(token.logprob) }
            }
            return min(1, exp(logarithm))
        }
    }
}

/// Where the values of `name` stand in `{"name": "x", …}` or `[{"name": "x", …}, …]`, closing quotes included.
package enum NameSpans {
    package static func find(in bytes: [UInt8]) -> [Range<Int>] {
        let callDepth = bytes.first == UInt8(ascii: "[") ? 2 : 1
        var spans: [Range<Int>] = [], depth = 0, index = 0, isNamed = false
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard index < bytes.count else { return spans }
                if depth == callDepth {
                    if isNamed { spans.append(start..<index + 1) }
                    isNamed = !isNamed && bytes[start..<index].elementsEqual("name".utf8)
                }
            default: break
            }
            index += 1
        }
        return spans
    }
}
