import Documents
import Kernels
import ModelFiles
import OrderedCollections

/// How weights become whole numbers, or floats of 8 bits.
public struct QuantizationPlan: Sendable, Hashable {
    /// Bits of weights and of inputs; inputs of 16 stay as they are, of 8 become whole numbers when the model runs. `fp8`:
    /// both are E4M3 with a scale for a row and for a token, as LLM Compressor's FP8_DYNAMIC has it.
    public enum Scheme: String, Sendable, CaseIterable {
        case w4a16, w8a16, w8a8, fp8

        /// Of a weight.
        public var bits: Int { self == .w4a16 ? 4 : 8 }
        /// Columns that share a scale unless told otherwise; nil: a whole row, as integer products of inputs want it.
        public var group: Int? { roundsInputs ? nil : 128 }
        /// Inputs are rounded when the model runs.
        var roundsInputs: Bool { self == .w8a8 || self == .fp8 }

        var layout: CompressedTensors.Layout {
            switch self {
            case .w4a16, .w8a16: .packed
            case .w8a8: .plain
            case .fp8: .floats
            }
        }

        /// What perplexity is measured in: what the engine has for it.
        var format: WeightFormat {
            switch self {
            case .w4a16, .w8a16: .bf16
            case .w8a8: .w8a8
            case .fp8: .fp8
            }
        }
    }

    public enum Method: String, Sendable, CaseIterable {
        /// Each weight to the integer next to it.
        case round
        case gptq
    }

    public let scheme: Scheme
    public let method: Method
    public let grid: IntegerGrid
    public let choice: ScaleChoice
    /// GPTQ: of the mean of a Hessian's diagonal, added to it.
    public var damping = 0.01
    /// GPTQ: columns with the largest inputs first.
    public var ordersByActivation = true
    /// GPTQ: how often all integers are gone over once more.
    public var sweeps: Int

    /// - Parameters:
    ///   - group: columns that share a scale; 0: a whole row; nil: as the scheme has it.
    ///   - choice: nil: `error` for GPTQ in 4 bits, else `range`.
    /// - Throws: `.setting` for groups that cannot be.
    public init(
        _ scheme: Scheme, _ method: Method, group: Int? = nil, choice: ScaleChoice? = nil
    ) throws(CompressionError) {
        guard !scheme.roundsInputs || group ?? 0 == 0 else {
            throw .setting("--group \(group ?? 0): \(scheme.rawValue) has one scale for a whole row. Leave --group out")
        }
        guard scheme != .fp8 || method == .round && choice ?? .range == .range else {
            throw .setting("fp8 takes the float next to each weight. Leave --method and --scales out")
        }
        (self.scheme, self.method) = (scheme, method)
        let width = group ?? scheme.group ?? 0
        grid = try IntegerGrid(bits: scheme.bits, group: width == 0 ? nil : width)
        self.choice = choice ?? (method == .gptq && scheme.bits == 4 ? .error : .range)
        sweeps = method == .gptq && scheme.bits == 4 ? 3 : 0
    }

    /// For journal and card.
    var record: JSONObject {
        var members: JSONObject = [
            "scheme": .string(scheme.rawValue), "group": grid.group.map { .integer($0) } ?? .null,
            "method": .string(method.rawValue), "scales": .string(choice.rawValue),
        ]
        guard method == .gptq else { return members }
        members["damping"] = .number(damping)
        members["order"] = .string(ordersByActivation ? "activation" : "columns")
        members["sweeps"] = .integer(sweeps)
        return members
    }

    /// `quantization_config` of config.json (compressed-tensors 0.20, `QuantizationConfig`).
    package var configuration: JSONValue {
        var weights: JSONObject = [
            "num_bits": .integer(grid.bits), "type": scheme == .fp8 ? "float" : "int", "symmetric": true,
            "strategy": grid.group == nil ? "channel" : "group",
            "group_size": grid.group.map { .integer($0) } ?? .null, "dynamic": false, "observer": "minmax",
        ]
        // The order of rounding alone: groups are columns that adjoin.
        if method == .gptq, ordersByActivation { weights["actorder"] = "weight" }
        let inputs: JSONValue = [
            "num_bits": 8, "type": scheme == .fp8 ? "float" : "int", "symmetric": true, "strategy": "token",
            "group_size": .null, "dynamic": true,
        ]
        return [
            "quant_method": "compressed-tensors", "format": .string(scheme.layout.rawValue),
            "quantization_status": "compressed",
            "config_groups": [
                "group_0": [
                    "targets": ["Linear"], "weights": .object(weights),
                    "input_activations": scheme.roundsInputs ? inputs : .null, "output_activations": .null,
                    "format": .string(scheme.layout.rawValue),
                ]
            ],
            "ignore": ["lm_head"], "kv_cache_scheme": .null, "global_compression_ratio": .null,
        ]
    }
}
