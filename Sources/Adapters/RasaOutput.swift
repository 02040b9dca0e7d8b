import Documents
import OrderedCollections

/// The answer of Rasa's `POST /model/parse` (Rasa Open Source 3, HTTP API).
///
/// `start` and `end` count Unicode characters as Python does. An entity that the query does not say has 0 and 0:
/// the API has no other way to say so, both are required.
enum RasaOutput {
    /// The answer of one frame.
    static func json(_ frame: LegacyFrame, _ utterance: Utterance) -> JSONValue {
        let confidence = frame.intent == nil ? 0 : JSONValue.rounded(frame.confidence, 4)
        let intent: JSONValue = ["name": frame.intent.map { .string($0) } ?? .null, "confidence": confidence]
        var finder = SpanFinder(utterance.text)
        let entities = frame.slots.map { slot in
            let span = finder.find(slot) ?? .nowhere
            return [
                "entity": .string(slot.name), "start": .integer(span.start), "end": .integer(span.end),
                "value": .string(slot.value.legacyText), "confidence_entity": confidence, "extractor": "kinglet",
            ] as JSONValue
        }
        let members: JSONObject = [
            "text": .string(utterance.text), "intent": intent,
            "intent_ranking": .array(frame.intent == nil ? [] : [intent]), "entities": .array(entities),
        ]
        return .object(members.merging(frame.unmappedMembers) { own, _ in own })
    }
}
