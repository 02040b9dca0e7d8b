import ModelFiles

/// What a GGUF file's tensors are of, by llama.cpp's names; which tensor is of which type is as `llama-quantize` has it.
public enum GGUFScheme: String, Sendable, CaseIterable {
    case f16, bf16, q8_0, q4_0, q4_k_m

    /// `LLAMA_FTYPE_…` of llama.h.
    package var fileType: UInt32 {
        switch self {
        case .f16: 1
        case .q4_0: 2
        case .q8_0: 7
        case .q4_k_m: 15
        case .bf16: 32
        }
    }

    /// Norms and biases stay in f32.
    package func type(of name: TensorName, in model: ModelDescription) -> TensorType {
        let shape = model.shape(of: name)
        guard shape.count == 2, let columns = shape.last else { return .f32 }
        return Self.fitting(wished(name, model), columns: columns)
    }

    /// If blocks of all sizes could be had.
    private func wished(_ name: TensorName, _ model: ModelDescription) -> TensorType {
        // The matrix that logits are made with bears rounding least.
        let isHead = name == .output || name == .tokenEmbedding && model.tiesEmbeddings
        switch self {
        case .f16: return .f16
        case .bf16: return .bf16
        case .q8_0: return .q8_0
        case .q4_0: return isHead ? .q6_K : .q4_0
        case .q4_k_m: return isHead || Self.isCareful(name, layers: model.layers) ? .q6_K : .q4_K
        }
    }

    /// Values and down in the first and last eighth of the layers, and in every third between.
    private static func isCareful(_ name: TensorName, layers: Int) -> Bool {
        switch name {
        case .value(let layer), .down(let layer):
            layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2
        default: false
        }
    }

    /// The type itself, or what stands in for it in rows that are no whole number of its blocks.
    private static func fitting(_ type: TensorType, columns: Int) -> TensorType {
        switch type {
        case .q4_K where columns % 256 != 0: fitting(.q5_0, columns: columns)
        case .q6_K where columns % 256 != 0: fitting(.q8_0, columns: columns)
        case .q4_0 where columns % 32 != 0, .q5_0 where columns % 32 != 0, .q8_0 where columns % 32 != 0: .f16
        default: type
        }
    }
}
