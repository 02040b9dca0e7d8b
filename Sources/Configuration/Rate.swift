import Documents

/// A client's rate: requests a second, burst, tokens a minute. 0: no limit.
package struct Rate: Sendable, Hashable {
    package var requestsPerSecond = 0.0
    /// Requests at once, after a pause.
    package var burst = 1
    /// Prompt tokens that were computed, and generated ones.
    package var tokensPerMinute = 0

    package init() {}

    package var isLimited: Bool { requestsPerSecond > 0 || tokensPerMinute > 0 }

    /// - Returns: nil where none of its fields is there.
    init?(_ fields: inout FieldReader, otherwise: Rate) throws(FieldError) {
        self = otherwise
        let perSecond = try fields.optionalDouble("requests_per_second", in: 0...1e6)
        let burst = try fields.optionalInt("burst", in: 1...1_000_000)
        let tokens = try fields.optionalInt("tokens_per_minute", in: 0...1_000_000_000)
        guard perSecond != nil || burst != nil || tokens != nil else { return nil }
        if let perSecond {
            requestsPerSecond = perSecond
            self.burst = max(1, Int(perSecond.rounded(.up)))
        }
        if let burst { self.burst = burst }
        if let tokens { tokensPerMinute = tokens }
    }
}
