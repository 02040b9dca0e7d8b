import Documents
import Grammar
import TestSupport
import Testing

/// Laws that hold for any schema: what the masks allow is valid, can always be ended, and forced tokens are no choice.
@Suite struct GrammarPropertyTests {
    @Test("whatever is drawn from the masks is valid, and closed within the budget", arguments: UInt64(0)..<300)
    func validInstances(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var generator = SchemaGenerator(random: random)
        let schema = generator.document()
        random = generator.random
        let grammar = try GrammarTesting.compile(schema)
        let least = Matcher(grammar).tokensToClose
        for round in 0..<6 {
            let budget = round < 3 ? least + Int.random(in: 0...12, using: &random) : 120 + least
            let sample = GrammarTesting.sample(grammar, using: &random, budget: budget)
            let text = String(decoding: sample.bytes, as: UTF8.self)
            #expect(sample.isComplete, "\(schema.text(.compact)) not closed within \(budget): \(text)")
            #expect(sample.tokens <= budget)
            let value = try? JSONValue(parsing: text)
            let failure = value.map { InstanceValidator(document: schema).failure($0, schema) } ?? "no JSON"
            #expect(failure == nil, "\(schema.text(.compact)) wrote \(text): \(failure ?? "")")
            #expect(value?.text(.spaced) != nil)
        }
    }

    @Test("forced tokens are what the mask allows, one by one", arguments: UInt64(0)..<100)
    func forcedTokens(seed: UInt64) throws {
        var generator = SchemaGenerator(random: SeededGenerator(seed))
        let grammar = try GrammarTesting.compile(generator.document())
        var random = generator.random
        var matcher = Matcher(grammar)
        for _ in 0..<60 where !matcher.isComplete {
            let forced = matcher.forcedTokens()
            if forced.isEmpty {
                guard let token = matcher.mask().tokens.randomElement(using: &random) else { break }
                let isAccepted = matcher.accept(token)
                #expect(isAccepted)
                continue
            }
            // At once, and one by one with the masks looked at: the same place.
            var stepwise = matcher
            for token in forced {
                #expect(stepwise.mask().tokens == [token])
                let areAccepted = (matcher.accept(token), stepwise.accept(token))
                #expect(areAccepted == (true, true))
            }
            #expect(matcher.mask().tokens == stepwise.mask().tokens)
            #expect(matcher.closingBytes == stepwise.closingBytes)
        }
    }

    @Test("from anywhere the closing tokens lead to a complete value, one fewer each time", arguments: UInt64(0)..<100)
    func closing(seed: UInt64) throws {
        var generator = SchemaGenerator(random: SeededGenerator(seed &+ 5_000))
        let schema = generator.document()
        let grammar = try GrammarTesting.compile(schema)
        var random = generator.random
        var matcher = Matcher(grammar)
        for _ in 0..<25 where !matcher.isComplete {
            var closer = matcher
            var left = closer.tokensToClose
            while !closer.canEnd {
                guard let token = closer.closingTokens().first, closer.accept(token) else {
                    Issue.record("\(schema.text(.compact)): closing is refused")
                    return
                }
                #expect(closer.tokensToClose <= left - 1)
                left = closer.tokensToClose
            }
            guard let token = matcher.mask().tokens.randomElement(using: &random),
                token != SmallVocabulary.endToken, matcher.accept(token)
            else { break }
        }
    }

    @Test("a token is in the mask just when it is accepted", arguments: UInt64(0)..<60)
    func maskEqualsAcceptance(seed: UInt64) throws {
        var generator = SchemaGenerator(random: SeededGenerator(seed &+ 9_000))
        let grammar = try GrammarTesting.compile(generator.document())
        var random = generator.random
        var matcher = Matcher(grammar)
        for _ in 0..<20 where !matcher.isComplete {
            let mask = matcher.mask()
            if matcher.forcedTokens().isEmpty {
                for token in 0..<Int32(SmallVocabulary.vocabulary.size) {
                    var copy = matcher
                    let isAccepted = copy.accept(token)
                    #expect(isAccepted == mask.contains(token))
                }
            }
            guard let token = mask.tokens.randomElement(using: &random), matcher.accept(token) else { break }
        }
    }
}
