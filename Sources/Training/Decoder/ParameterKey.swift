import ModelFiles

/// A tensor that training knows: a weight of the model or a factor of its adapter.
public enum ParameterKey: Hashable, Sendable, CustomStringConvertible {
    case weight(TensorName)
    case factorA(AdaptedMatrix, Int)
    case factorB(AdaptedMatrix, Int)

    /// As files of models and of PEFT name it.
    public var description: String {
        switch self {
        case .weight(let name): name.huggingFace
        case .factorA(let matrix, let layer): matrix.tensor(.a, ofLayer: layer)
        case .factorB(let matrix, let layer): matrix.tensor(.b, ofLayer: layer)
        }
    }

    /// Whether weight decay pulls it to zero: matrices, not norms and biases.
    package var decays: Bool {
        switch self {
        case .factorA, .factorB: true
        case .weight(let name):
            switch name {
            case .attentionNorm, .feedForwardNorm, .outputNorm, .queryNorm, .keyNorm, .queryBias, .keyBias, .valueBias:
                false
            default: true
            }
        }
    }
}
