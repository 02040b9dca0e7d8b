import Documents
import OrderedCollections

/// What Dialogflow ES (API v2) sends to a webhook: `WebhookRequest` with its `queryResult`.
///
/// The message is a protocol buffer, where a member that is not in its description is refused: what is unmapped stands
/// in `queryResult.diagnosticInfo`, which may hold anything.
enum DialogflowOutput {
    /// The request of one frame.
    static func json(_ frame: LegacyFrame, _ utterance: Utterance) -> JSONValue {
        var parameters = JSONObject()
        for (name, slots) in frame.slotsByName {
            parameters[name] = slots.count == 1 ? slots[0].value : .array(slots.map(\.value))
        }
        let project = "projects/kinglet/agent"
        var result: JSONObject = [
            "queryText": .string(utterance.text), "action": .string(frame.intent ?? "input.unknown"),
            "parameters": .object(parameters), "allRequiredParamsPresent": true,
        ]
        if let intent = frame.intent {
            result["intent"] = [
                "name": .string("\(project)/intents/\(intent)"), "displayName": .string(intent),
            ]
        }
        result["intentDetectionConfidence"] =
            frame.intent == nil ? 0 : JSONValue.rounded(frame.confidence, 4)
        if !frame.unmapped.isEmpty { result["diagnosticInfo"] = .object(frame.unmappedMembers) }
        result["languageCode"] = .string(utterance.locale)
        return [
            "responseId": .string(utterance.id), "session": .string("\(project)/sessions/\(utterance.id)"),
            "queryResult": .object(result),
        ]
    }
}
