import Inference
import TestSupport
import Testing

@Suite struct StreamedTextTests {
    @Test("property: pieces put together are the answer, which ends before its stop text", arguments: UInt64(0)..<200)
    func pieces(seed: UInt64) {
        var random = SeededGenerator(seed)
        let stops = ["ab", "aab", "é", "bcb"].filter { _ in Bool.random(using: &random) }
        let letters = (0..<40).map { _ in ["a", "b", "c", "é"].randomElement(using: &random) ?? "a" }
        var (streamed, whole, answer) = (StreamedText(stop: stops), "", "")
        for letter in letters {
            whole += letter
            answer += streamed.append(letter)
            #expect(whole.hasPrefix(answer))
            // The engine ends the answer with the token that completes a stop text.
            let cuts = stops.compactMap { whole.firstRange(of: $0)?.lowerBound }
            if let cut = cuts.min() {
                whole = String(whole[..<cut])
                break
            }
        }
        answer += streamed.rest(of: whole)
        #expect(answer == whole)
    }

    @Test func nothingWaitsWithoutStopTexts() {
        var streamed = StreamedText(stop: ["", "end"])
        #expect(streamed.append("then") == "th")
        #expect(streamed.append("x") == "enx")
        #expect(streamed.rest(of: "thenx!") == "!")
    }
}
