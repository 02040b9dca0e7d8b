import Documents
import OrderedCollections

/// Features of a call that the model would make, for and against it: numbers that mean the same whatever the pool.
public struct ChoiceFeatures: Sendable, Hashable {
    public enum Name: String, Sendable, Hashable, CaseIterable {
        /// Log-odds of any function's name against `no_appropriate_function`, at the first token that tells them apart.
        case overNone = "over_none"
        /// The same against `request_unclear`.
        case overUnclear = "over_unclear"
        /// Log-probability of the function's name among those offered.
        case name
        /// Mean and least log-probability of the tokens chosen for the arguments; 0 without any.
        case values
        case leastValue = "least_value"
        /// Share of the name's words that the request says.
        case nameSaid = "name_said"
        /// Share of the request's words that the function's document has.
        case documented
        /// Share of the required values that the dialogue speaks of; 1 without any that could be looked for.
        case grounded
        /// Required values that it does not speak of.
        case groundless
        /// Log-odds of yes against no when the model is asked whether the function does what is requested; 0 unasked.
        case check
        /// Cosine of the nearest labelled request that this function answers; 0 without any.
        case likeness
        /// Share of the nearest labelled requests that this function answers.
        case agreement
        /// Score of the function with the hybrid retriever; 0 with another, whose scores are of another scale.
        case retrieved
        /// Logarithm of the number of functions offered.
        case offered
    }

    private var values: [Double]

    public init() { values = Array(repeating: 0, count: Name.allCases.count) }

    public subscript(name: Name) -> Double {
        get { Self.place[name].map { values[$0] } ?? 0 }
        set { if let place = Self.place[name] { values[place] = newValue.isFinite ? newValue : 0 } }
    }

    private static let place = Dictionary(uniqueKeysWithValues: zip(Name.allCases, 0...))

    public var json: JSONObject {
        JSONObject(
            uniqueKeysWithValues: Name.allCases.map {
                ($0.rawValue, .number((self[$0] * 10_000).rounded() / 10_000))
            })
    }

    /// Names that are not known are ignored, absent ones are 0.
    public init(json: JSONObject) {
        self.init()
        for name in Name.allCases { self[name] = json[name.rawValue]?.doubleValue ?? 0 }
    }
}
