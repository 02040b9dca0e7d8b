import Documents
import OrderedCollections

/// What an adapter was trained with, as far as its card says.
public struct AdapterLesson: Sendable, Hashable {
    /// How prompts were laid out, in the words of who writes them; nil: not known.
    public var layout: String?
    /// Names of the functions that it was taught; nil: not known.
    public var functions: Set<String>?
    /// It makes vectors, and answers no prompts: see `FinderRecipe`.
    public private(set) var isFinder = false

    /// A layout that shows functions is known, and none that it was taught.
    public var isForAny: Bool { layout != nil && functions == nil && !isFinder }

    public init(layout: String? = nil, functions: Set<String>? = nil) {
        (self.layout, self.functions) = (layout, functions)
    }

    /// - Parameter card: nil: nothing is known.
    /// - Throws: `.damaged`.
    package init(card: AdapterParts.Text?) throws(LowRankAdapterError) {
        guard let card else { return }
        guard let members = (try? JSONValue(parsing: card.bytes))?.objectValue else {
            throw .damaged(path: card.path, reason: "is no JSON object")
        }
        layout = members["layout"]?.stringValue
        isFinder = members["finder"] != nil
        functions = members["functions"]?.arrayValue.map { Set($0.compactMap(\.stringValue)) }
    }

    /// Whether it was taught all of these, or may have been.
    public func covers(_ names: some Sequence<String>) -> Bool {
        guard let functions else { return true }
        return names.allSatisfy(functions.contains)
    }
}
