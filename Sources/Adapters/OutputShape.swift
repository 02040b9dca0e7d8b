import Documents
import Foundation
import Functions
import OrderedCollections

/// Shapes in which frames are written. A further shape is a further case and a file with its writer.
public enum OutputShape: String, Sendable, Hashable, CaseIterable {
    /// Domain, intent, slots.
    case dis
    /// The answer of Rasa's `POST /model/parse`.
    case rasa
    /// The answer of LUIS' prediction API, version 3.
    case luis
    /// What Dialogflow ES sends to a webhook.
    case dialogflow
    /// What Alexa sends to a skill.
    case alexa
}

/// The request as a legacy shape repeats it: text, locale, id and time.
public struct Utterance: Sendable, Hashable {
    public var text: String
    /// A BCP 47 tag.
    public var locale: String
    /// Of the response; shapes that carry an id repeat it.
    public var id: String
    public var time: Date

    /// The request as legacy shapes repeat it.
    public init(_ text: String, locale: String? = nil, id: String = "", time: Date = Date()) {
        (self.text, self.locale, self.id, self.time) = (text, locale ?? "en-US", id, time)
    }
}

/// Runs an adapter and writes its shape.
public enum LegacyOutput {
    /// One frame; an array of frames for more than one call.
    ///
    /// - Parameter shape: nil for the adapter's own.
    public static func json(
        rules: AdapterRules, shape: OutputShape? = nil, outcome: Outcome, calls: [FunctionCall], confidence: Double,
        utterance: Utterance
    ) -> JSONValue {
        let frames =
            outcome == .call
            ? calls.map { rules.frame(for: $0) } : [rules.frame(for: outcome, confidence: confidence)]
        let written = frames.map { write($0, shape ?? rules.output, utterance) }
        return written.count == 1 ? written[0] : .array(written)
    }

    /// One frame in a shape.
    private static func write(_ frame: LegacyFrame, _ shape: OutputShape, _ utterance: Utterance) -> JSONValue {
        switch shape {
        case .dis: DISOutput.json(frame)
        case .rasa: RasaOutput.json(frame, utterance)
        case .luis: LUISOutput.json(frame, utterance)
        case .dialogflow: DialogflowOutput.json(frame, utterance)
        case .alexa: AlexaOutput.json(frame, utterance)
        }
    }
}

extension LegacyFrame {
    /// The frame's `unmapped` as a member; none where all is mapped.
    var unmappedMembers: JSONObject {
        unmapped.isEmpty ? [:] : ["unmapped": .array(unmapped.map { .string($0) })]
    }

    /// Slots by name, in the order of their first values.
    var slotsByName: [(name: String, slots: [Slot])] {
        var names: [String] = []
        var groups: [String: [Slot]] = [:]
        for slot in slots {
            if groups[slot.name] == nil { names.append(slot.name) }
            groups[slot.name, default: []].append(slot)
        }
        return names.map { ($0, groups[$0] ?? []) }
    }
}

extension JSONValue {
    /// Legacy stacks take values as texts: a string as it is, anything else as compact JSON.
    var legacyText: String { stringValue ?? text() }
}
