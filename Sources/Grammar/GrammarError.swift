/// Why a schema cannot become a grammar: where, what and what to do about it.
public struct GrammarError: Error, Hashable, CustomStringConvertible {
    /// JSON Pointer (RFC 6901) of the offending keyword, "" for the whole schema.
    public let pointer: String
    public let message: String
    /// With more time the schema might compile.
    public let isOutOfTime: Bool

    public init(pointer: String, message: String, isOutOfTime: Bool = false) {
        (self.pointer, self.message, self.isOutOfTime) = (pointer, message, isOutOfTime)
    }

    public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
}

/// Bounds on what one schema may cost. A schema beyond them is refused, with the pointer of what was too much.
public struct GrammarLimits: Sendable, Hashable {
    /// Levels of schemas inside schemas.
    public var schemaDepth = 64
    /// Schemas in all, after `allOf` and branches have been merged.
    public var schemaNodes = 20_000
    /// Values of one `enum`.
    public var enumValues = 10_000
    /// States of one pattern's automaton.
    public var patternStates = 4_000
    /// Nodes of the whole automaton.
    public var automatonNodes = 400_000
    /// Objects and arrays inside each other in the JSON written.
    public var valueDepth = 64
    /// Wall time of one compilation.
    public var compileTime = Duration.seconds(2)
    /// Bytes of lazily made states and masks that one grammar keeps before it starts afresh.
    public var tableBytes = 8 << 20

    public init() {}
}
