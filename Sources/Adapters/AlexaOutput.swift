import Documents
import Foundation
import OrderedCollections

/// What Alexa sends to a custom skill: an envelope with an `IntentRequest` (request and response JSON reference, 1.0).
///
/// A slot's `value` is what the user said, if the query says it; the legacy value is its resolution. A frame without
/// intent is Alexa's own `AMAZON.FallbackIntent`.
enum AlexaOutput {
    /// The envelope of one frame.
    static func json(_ frame: LegacyFrame, _ utterance: Utterance) -> JSONValue {
        var finder = SpanFinder(utterance.text)
        var slots = JSONObject()
        for (name, values) in frame.slotsByName {
            let simple = values.map { Self.value(of: $0, said: finder.find($0), slot: name) }
            slots[name] = slot(name, simple)
        }
        let request: JSONValue = [
            "type": "IntentRequest", "requestId": .string("amzn1.echo-api.request.\(utterance.id)"),
            "timestamp": .string(utterance.time.formatted(.iso8601)), "locale": .string(utterance.locale),
            "dialogState": "COMPLETED",
            "intent": [
                "name": .string(frame.intent ?? "AMAZON.FallbackIntent"), "confirmationStatus": "NONE",
                "slots": .object(slots),
            ],
        ]
        let application: JSONValue = ["applicationId": "amzn1.ask.skill.kinglet"]
        let user: JSONValue = ["userId": "amzn1.ask.account.kinglet"]
        let members: JSONObject = [
            "version": "1.0",
            "session": [
                "new": false, "sessionId": .string("amzn1.echo-api.session.\(utterance.id)"),
                "application": application, "attributes": [:], "user": user,
            ],
            "context": ["System": ["application": application, "user": user]],
            "request": request,
        ]
        return .object(members.merging(frame.unmappedMembers) { own, _ in own })
    }

    /// Several values of one slot are a list, which has no single `value`.
    private static func slot(_ name: String, _ values: [JSONObject]) -> JSONValue {
        var members: JSONObject = ["name": .string(name)]
        if values.count == 1, let only = values.first {
            if let value = only["value"] { members["value"] = value }
            if let resolutions = only["resolutions"] { members["resolutions"] = resolutions }
            members["slotValue"] = .object(only)
        } else {
            members["slotValue"] = ["type": "List", "values": .array(values.map { .object($0) })]
        }
        members["confirmationStatus"] = "NONE"
        members["source"] = "USER"
        return .object(members)
    }

    private static func value(of slot: LegacyFrame.Slot, said span: QuerySpan?, slot name: String) -> JSONObject {
        let canonical = slot.value.legacyText, spoken = span?.text ?? canonical
        var value: JSONObject = ["type": "Simple", "value": .string(spoken)]
        guard spoken != canonical else { return value }
        value["resolutions"] = [
            "resolutionsPerAuthority": [
                [
                    "authority": .string("amzn1.er-authority.echo-sdk.amzn1.ask.skill.kinglet.\(name)"),
                    "status": ["code": "ER_SUCCESS_MATCH"],
                    "values": [["value": ["name": .string(canonical), "id": .string(canonical)]]],
                ]
            ]
        ]
        return value
    }
}
