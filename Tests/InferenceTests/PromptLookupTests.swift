import Inference
import TestSupport
import Testing
import Tokenization

@Suite struct PromptLookupTests {
    @Test func goesOnAsTheTextDidAfterTheSameThreeTokens() {
        var lookup = PromptLookup()
        #expect(lookup.guess(behind: [1, 2, 3, 4, 5, 9, 2, 3, 6, 1, 2, 3], limit: 8) == [4, 5])
    }

    @Test func takesTwoWhereThreeNeverOccurred() {
        var lookup = PromptLookup()
        #expect(lookup.guess(behind: [2, 3, 6, 7, 8, 1, 2, 3], limit: 8) == [6, 7])
        #expect(lookup.guess(behind: [3, 6, 7, 8, 1, 2, 3], limit: 8).isEmpty)
        #expect(lookup.guess(behind: [2, 3], limit: 8).isEmpty)
        #expect(lookup.guess(behind: [2, 3, 6, 7, 2, 3], limit: 0).isEmpty)
    }

    @Test func guessesMoreAfterRightGuessesAndPausesAfterWrongOnes() {
        let text = (0..<40).map { TokenID($0) } + [0, 1, 2]
        var lookup = PromptLookup()
        var lengths: [Int] = []
        for right in [2, 4, 8, 15, 3, 0] {
            let guess = lookup.guess(behind: text, limit: 100)
            lengths.append(guess.count)
            lookup.note(guessed: guess.count, right: right)
        }
        #expect(lengths == [2, 4, 8, 15, 15, 3])
        #expect(lookup.guess(behind: text, limit: 100).isEmpty, "a pause of one step")
        #expect(lookup.guess(behind: text, limit: 100) == [3])
        lookup.note(guessed: 1, right: 0)
        #expect(lookup.guess(behind: text, limit: 100).isEmpty)
        #expect(lookup.guess(behind: text, limit: 100).isEmpty, "then of two")
        #expect(!lookup.guess(behind: text, limit: 100).isEmpty)
    }

    @Test("law: a guess is what followed the latest like end", arguments: UInt64(0)..<20)
    func latest(seed: UInt64) {
        var random = SeededGenerator(seed)
        let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in TokenID.random(in: 0...5, using: &random) }
        var lookup = PromptLookup()
        let guess = lookup.guess(behind: text, limit: 1).first
        func following(_ length: Int) -> TokenID? {
            guard text.count > length else { return nil }
            return (0..<text.count - length).reversed().first { text[$0..<$0 + length] == text.suffix(length) }
                .map { text[$0 + length] }
        }
        #expect(guess == (text.count > 3 ? following(3) ?? following(2) : nil))
    }
}
