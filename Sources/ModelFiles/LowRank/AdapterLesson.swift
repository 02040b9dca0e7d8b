/// What an adapter was trained with, as far as its card says.
public struct AdapterLesson: Sendable, Hashable {
    /// How prompts were laid out, in the words of who writes them; nil: not known.
    public var layout: String?
    /// Names of the functions that it was taught; nil: not known.
    public var functions: Set<String>?

    public init(layout: String? = nil, functions: Set<String>? = nil) {
        (self.layout, self.functions) = (layout, functions)
    }

    /// Whether it was taught all of these, or may have been.
    public func covers(_ names: some Sequence<String>) -> Bool {
        guard let functions else { return true }
        return names.allSatisfy(functions.contains)
    }
}
