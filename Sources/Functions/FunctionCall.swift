import Documents

/// A function and its parameters, as the model chose them.
public struct FunctionCall: Sendable, Hashable {
    public var function: String
    public var parameters: JSONObject
    /// Probability of the function's name under the model, in [0, 1].
    public var confidence: Double

    public init(function: String, parameters: JSONObject, confidence: Double = 1) {
        (self.function, self.parameters, self.confidence) = (function, parameters, confidence)
    }
}
