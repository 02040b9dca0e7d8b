import Documents
import Grammar
import Inference
import TestSupport

/// JSON Schemas: compiled within their budgets; then a text is drawn from the masks.
enum SchemaFuzzing {
    /// Every byte and some pieces of JSON.
    private static let vocabulary: GrammarVocabulary = {
        let pieces = [
            "{\"", "\": ", "\", \"", "\"}", "}}", "[\"", ", ", "true", "null", "10", "0.", "e+", "é", "\\u00", "ab",
        ]
        let tokens = [Array("<end>".utf8)] + (0...255).map { [UInt8($0)] } + pieces.map { Array($0.utf8) }
        return GrammarVocabulary(
            bytes: tokens, endTokens: [0], isSpecial: { $0 == 0 }, encode: { $0.map { Int32($0) + 1 } })
    }()

    /// Smaller than a server's, so that one input takes milliseconds even in an instrumented build.
    private static let limits: GrammarLimits = {
        var limits = GrammarLimits()
        limits.schemaNodes = 500
        limits.enumValues = 500
        limits.patternStates = 400
        limits.automatonNodes = 20_000
        limits.compileTime = .seconds(1)
        return limits
    }()

    static func run(_ bytes: [UInt8]) throws(Finding) {
        guard let schema = try? JSONValue(parsing: bytes) else { return }
        let start = ContinuousClock.now
        let grammar = try? CompiledGrammar.compile(schema: schema, vocabulary: vocabulary, limits: limits)
        let time = ContinuousClock.now - start
        try Finding.unless(time < .seconds(10), "compiling within 1 s took \(time)")
        guard let grammar else { return }
        var random = SeededGenerator(HTTPFuzzing.seed(of: bytes))
        try walk(grammar, &random)
    }

    private static func walk(_ grammar: CompiledGrammar, _ random: inout SeededGenerator) throws(Finding) {
        var (matcher, text) = (Matcher(grammar), [UInt8]())
        let least = matcher.tokensToClose
        // A value that needs so much is refused by the engine.
        guard least < 400 else { return }
        var left = least + Int.random(in: 0...40, using: &random)
        while !matcher.isComplete, left > 0 {
            let mask = matcher.mask(within: left)
            guard let token = mask.tokens.randomElement(using: &random) else {
                throw Finding("no token fits after \(String(decoding: text, as: UTF8.self)), \(left) left")
            }
            try Finding.unless(
                matcher.accept(token),
                "token \(token) of the mask is refused after \(String(decoding: text, as: UTF8.self))")
            if token == 0 { break }
            text += vocabulary.tokenBytes[Int(token)]
            left -= 1
        }
        let written = String(decoding: text, as: UTF8.self)
        try Finding.unless(matcher.canEnd, "not closed within the budget: \(written)")
        try Finding.unless((try? JSONValue(parsing: text, maximumDepth: 256)) != nil, "not JSON: \(written)")
    }
}
