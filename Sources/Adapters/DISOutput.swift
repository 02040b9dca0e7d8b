import Documents
import OrderedCollections

/// Domain, intent, slots: `{"domain", "intent", "slots": [{"name", "value", "raw"}], "confidence"}`, and `"unmapped"`
/// where the adapter lacks a rule.
public enum DISOutput {
    /// One frame.
    public static func json(_ frame: LegacyFrame) -> JSONValue {
        var members: JSONObject = [
            "domain": frame.domain.map { .string($0) } ?? .null,
            "intent": frame.intent.map { .string($0) } ?? .null,
            "slots": .array(
                frame.slots.map { ["name": .string($0.name), "value": $0.value, "raw": $0.raw] }),
            "confidence": JSONValue.rounded(frame.confidence, 4),
        ]
        if !frame.unmapped.isEmpty { members["unmapped"] = .array(frame.unmapped.map { .string($0) }) }
        return .object(members)
    }
}
