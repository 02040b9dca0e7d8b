import Documents
import OrderedCollections

/// The answer of LUIS' prediction API, version 3.0, with `verbose=true`.
///
/// `startIndex` and `length` count UTF-16 code units, as .NET does; both are 0 for an entity that the query does not
/// say. A frame without intent is LUIS' own `None`.
enum LUISOutput {
    /// The prediction of one frame.
    static func json(_ frame: LegacyFrame, _ utterance: Utterance) -> JSONValue {
        let intent = frame.intent ?? "None"
        let score = frame.intent == nil ? 0 : JSONValue.rounded(frame.confidence, 4)
        var finder = SpanFinder(utterance.text)
        var entities = JSONObject(), instances = JSONObject()
        for (name, slots) in frame.slotsByName {
            entities[name] = .array(slots.map(\.value))
            instances[name] = .array(
                slots.map { instance(of: name, at: finder.find($0) ?? .nowhere, score) })
        }
        if !instances.isEmpty { entities["$instance"] = .object(instances) }
        let members: JSONObject = [
            "query": .string(utterance.text),
            "prediction": [
                "topIntent": .string(intent), "intents": .object([intent: ["score": score]]),
                "entities": .object(entities),
            ],
        ]
        return .object(members.merging(frame.unmappedMembers) { own, _ in own })
    }

    /// An instance of an entity, where it stands in the query.
    private static func instance(of name: String, at span: QuerySpan, _ score: JSONValue) -> JSONValue {
        [
            "type": .string(name), "text": .string(span.text), "startIndex": .integer(span.utf16Start),
            "length": .integer(span.utf16Length), "score": score, "modelTypeId": 1,
            "modelType": "Entity Extractor", "recognitionSources": ["model"],
        ]
    }
}
