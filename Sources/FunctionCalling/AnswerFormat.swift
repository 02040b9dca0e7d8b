import OrderedJSON

/// Scaffold.
public struct FunctionCall: Sendable, Hashable {
    public var function: String
    public var parameters: JSONObject
    public var confidence: Double

    public init(function: String, parameters: JSONObject, confidence: Double = 1) {
        (self.function, self.parameters, self.confidence) = (function, parameters, confidence)
    }
}
