import Documents

/// A call as a domain-intent-slot stack would have understood it; every output shape is written from it.
public struct LegacyFrame: Sendable, Hashable {
    /// A slot: our value (`raw`) and the legacy stack's.
    public struct Slot: Sendable, Hashable {
        public var name: String
        /// In the words of the legacy stack.
        public var value: JSONValue
        /// As the model gave it; null for a constant of the adapter.
        public var raw: JSONValue

        /// A slot as it is written.
        public init(name: String, value: JSONValue, raw: JSONValue) {
            (self.name, self.value, self.raw) = (name, value, raw)
        }
    }

    public var domain: String?
    public var intent: String?
    public var slots: [Slot]
    public var confidence: Double
    /// What the adapter has no rule for: `function`, `function.parameter` or `function.parameter=value`.
    public var unmapped: [String]

    /// A frame; `unmapped` lists what has no rule.
    public init(domain: String?, intent: String?, slots: [Slot] = [], confidence: Double = 1, unmapped: [String] = []) {
        (self.domain, self.intent, self.slots) = (domain, intent, slots)
        (self.confidence, self.unmapped) = (confidence, unmapped)
    }
}
