import ModelFiles
import Models
import TestSupport
import Testing

@Suite struct KeyBalanceTests {
    @Test(
        "products stay, factors are powers of two and the same for a turned pair",
        arguments: [ModelDescription.RotaryPairing.halves, .adjacent])
    func laws(pairing: ModelDescription.RotaryPairing) {
        let model = Self.model(pairing)
        var random = SeededGenerator(3)
        for scale: Float in [0, 1, 300, 1e30, .infinity] {
            let bias = (0..<6 * 16).map { _ in Float.random(in: -1...1, using: &random) * scale }
            let factors = KeyBalance(bias: bias, model).factors
            #expect(factors.count == 5 * 16)
            for head in 0..<4 {
                for d in 0..<16 {
                    let (query, key) = (factors[head * 16 + d], factors[4 * 16 + d])
                    #expect(query * key == 1 && query.significand == 1)
                    let other = pairing == .halves ? (d + 8) % 16 : d ^ 1
                    #expect(query == factors[head * 16 + other])
                }
            }
        }
    }

    @Test("keys of very different biases come nearer to each other") func evens() {
        var bias = [Float](repeating: 0, count: 6 * 16)
        bias[4 * 16 + 3] = 150
        bias[4 * 16 + 5] = 20
        let factors = KeyBalance(bias: bias, Self.model(.halves)).factors[64...].map { $0 }
        #expect(factors[3] == 0.125 && factors[11] == 0.125 && factors[5] == 0.25 && factors[0] == 1)
    }

    @Test("norms of heads tell it too: large key dimensions shrink, by the same factor in every head") func norms() {
        let model = Self.model(.halves)
        var query = [Float](repeating: 1, count: 16), key = query
        (key[3], key[11], key[5], query[6]) = (16, 16, 4, 0)
        let factors = KeyBalance(norms: (query, key), model).factors
        #expect(factors.count == 5 * 16 && factors.allSatisfy { $0.significand == 1 })
        // The root of the ratio; dimensions that turn into each other share it.
        #expect(factors[64 + 3] == 0.25 && factors[64 + 11] == 0.25 && factors[3] == 4 && factors[48 + 11] == 4)
        #expect(factors[64 + 5] == factors[64 + 13] && factors[64] == 1)
        for place in 0..<64 { #expect(factors[place] * factors[64 + place % 16] == 1) }
        (query, key) = ([Float](repeating: 0, count: 16), [Float](repeating: .infinity, count: 16))
        #expect(KeyBalance(norms: (query, key), model).factors.allSatisfy { $0.isFinite })
    }

    private static func model(_ pairing: ModelDescription.RotaryPairing) -> ModelDescription {
        ModelDescription(
            name: "small", architecture: .qwen2, layers: 1, hiddenSize: 64, intermediateSize: 64, heads: 4, kvHeads: 1,
            headSize: 16, vocabularySize: 64, contextLength: 64, ropeBase: 1e4, rmsEpsilon: 1e-6, hasQKVBias: true,
            tiesEmbeddings: true, rotaryPairing: pairing)
    }
}
