import OrderedJSON

/// A call as a domain-intent-slot stack would have understood it; every output shape is written from it.
public struct LegacyFrame: Sendable, Hashable {
    public struct Slot: Sendable, Hashable {
        public var name: String
        /// In the words of the legacy stack.
        public var value: JSONValue
        /// As the model gave it; null for a constant of the adapter.
        public var raw: JSONValue

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

    public init(domain: String?, intent: String?, slots: [Slot] = [], confidence: Double = 1, unmapped: [String] = []) {
        (self.domain, self.intent, self.slots) = (domain, intent, slots)
        (self.confidence, self.unmapped) = (confidence, unmapped)
    }
}

/// Shapes in which frames are written. A further shape is a further case and a file with its writer.
public enum OutputShape: String, Sendable, Hashable, CaseIterable {
    case dis
}

/// Runs an adapter and writes its shape.
public enum LegacyOutput {
    /// One frame; an array of frames for more than one call.
    ///
    /// - Parameter shape: nil for the adapter's own.
    public static func json(
        rules: AdapterRules, shape: OutputShape? = nil, outcome: Outcome, calls: [FunctionCall], confidence: Double,
        query: String
    ) -> JSONValue {
        let frames =
            outcome == .call
            ? calls.map { rules.frame(for: $0) } : [rules.frame(for: outcome, confidence: confidence)]
        let written = frames.map { frame in
            switch shape ?? rules.output {
            case .dis: DISOutput.json(frame)
            }
        }
        return written.count == 1 ? written[0] : .array(written)
    }
}
