import OrderedCollections
import Documents

/// What a step did: a line of the log.
public struct StepReport: Sendable, Hashable {
    /// From 1.
    public var step: Int
    public var steps: Int
    public var loss: StepLoss
    /// Mean loss over the validation samples, where they were asked after this step.
    public var validation: Double?
    public var rate: Float
    /// Of the gradients, before clipping.
    public var norm: Double
    public var samples: Int
    /// Of this step alone, validation and checkpoint left out.
    public var seconds: Double
    /// What else the log says of it.
    package var notes: JSONObject = [:]

    package var json: JSONValue {
        var members: JSONObject = [
            "step": .integer(step), "loss": .number(loss.loss), "rate": .number(Double(rate)), "norm": .number(norm),
            "samples": .integer(samples), "completion_tokens": .integer(loss.tokens), "rows": .integer(loss.rows),
            "seconds": .number(seconds),
        ]
        members["found"] = loss.found.map { .number($0) }
        members["validation_loss"] = validation.map { .number($0) }
        members.merge(notes) { known, _ in known }
        return .object(members)
    }
}
