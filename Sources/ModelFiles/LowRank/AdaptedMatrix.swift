/// The matrices of a layer that an adapter can change, in the order of the forward pass.
public enum AdaptedMatrix: String, Sendable, CaseIterable, Hashable {
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case attentionOutput = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"

    /// The weight in a layer of a model.
    public func weight(ofLayer layer: Int) -> TensorName {
        switch self {
        case .query: .query(layer)
        case .key: .key(layer)
        case .value: .value(layer)
        case .attentionOutput: .attentionOutput(layer)
        case .gate: .gate(layer)
        case .up: .up(layer)
        case .down: .down(layer)
        }
    }

    /// A factor's tensor as PEFT names it; `A` is `[rank, inputs]`, `B` is `[outputs, rank]`.
    package func tensor(_ factor: LowRankAdapter.Factor, ofLayer layer: Int) -> String {
        let suffix = ".weight", weight = weight(ofLayer: layer).huggingFace
        return "base_model.model.\(weight.dropLast(suffix.count)).lora_\(factor.rawValue)\(suffix)"
    }
}
