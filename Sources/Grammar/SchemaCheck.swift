import Documents

/// Whether decoding can enforce a schema; needs no model.
public enum SchemaCheck {
    /// - Throws: for a keyword that cannot be honoured, a schema that nothing satisfies, or one that is too large.
    public static func check(_ schema: JSONValue) throws(GrammarError) {
        _ = try SchemaCompiler.compile(schema, limits: GrammarLimits())
    }
}
