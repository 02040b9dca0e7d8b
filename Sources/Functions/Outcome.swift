/// What a request came to.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    case call
    case noAppropriateFunction = "no_appropriate_function"
    case requestUnclear = "request_unclear"

    /// Names that the model answers with instead of a function's; no pool may use them.
    public static let reservedNames: Set<String> = [
        Outcome.noAppropriateFunction.rawValue, Outcome.requestUnclear.rawValue,
    ]

    /// The response's `message`.
    public var message: String? {
        switch self {
        case .call: nil
        case .noAppropriateFunction: "No appropriate function"
        case .requestUnclear: "Request unclear"
        }
    }
}
