import OrderedJSON

/// Scaffold.
public struct GrammarError: Error, Hashable, CustomStringConvertible {
    public let pointer: String, message: String
    public init(pointer: String, message: String) { (self.pointer, self.message) = (pointer, message) }
    public var description: String { "\(pointer): \(message)" }
}
public struct GrammarLimits: Sendable { public init() {} }
public final class GrammarVocabulary: Sendable {
    public init(
        bytes: [[UInt8]], endTokens: [Int32], isSpecial: (Int32) -> Bool, encode: @Sendable ([UInt8]) -> [Int32]
    ) {}
}
public final class CompiledGrammar: Sendable {
    private init() {}
    public static func compile(
        schema: JSONValue, vocabulary: GrammarVocabulary, limits: GrammarLimits = .init()
    ) throws(GrammarError) -> CompiledGrammar { CompiledGrammar() }
}
