import Documents
import OrderedCollections

/// Quantised weights as the compressed-tensors library keeps them: integers of 4 or 8 bits, scales for groups of columns or
/// for whole rows, or floats of 8 bits, scales for whole rows or the matrix.
///
/// Packed: `X.weight_packed` int32 `[outputs, inputs * bits / 32]`, `X.weight_shape` int64 `[2]`; plain: `X.weight` int8
/// `[outputs, inputs]`, or E4M3. All: `X.weight_scale` `[outputs, groups]`, where zero is not at 0 `X.weight_zero_point`, and where
/// columns of a group do not adjoin `X.weight_g_idx` `[inputs]`. `X.input_scale`, one scale for all inputs of E4M3, is passed
/// over: the engine gives each token its own.
package struct CompressedTensors: QuantizedLayout, Hashable {
    package enum Layout: String, Sendable {
        case packed = "pack-quantized"
        case plain = "int-quantized"
        case floats = "float-quantized"
    }

    /// Of a number: 4 or 8.
    package let bits: Int
    package let layout: Layout
    /// 0 stands for zero.
    package let isSymmetric: Bool
    /// Inputs are rounded like the weights.
    package let roundsInputs: Bool

    package init(bits: Int, layout: Layout, isSymmetric: Bool = true, roundsInputs: Bool = false) {
        (self.bits, self.layout, self.isSymmetric) = (bits, layout, isSymmetric)
        self.roundsInputs = roundsInputs
    }

    /// What `quantization_config` of a config.json says.
    ///
    /// - Throws: `.unsupported` for all but integers of one width in one of the layouts.
    package init(_ quantization: JSONValue, path: String) throws(ModelFileError) {
        func refuse(_ what: String) -> ModelFileError { .unsupported(path: path, what: what) }
        let format = quantization["format"]?.stringValue ?? "none"
        guard let layout = Layout(rawValue: format) else {
            throw refuse("the weights are quantised in the layout \(format)")
        }
        guard quantization["quantization_status"]?.stringValue ?? "compressed" == "compressed" else {
            throw refuse("the quantised weights are not compressed")
        }
        for (key, harmless) in [("sparsity_config", "dense"), ("transform_config", "")] {
            let value = quantization[key] ?? .null
            guard value.isNull || value.objectValue?.isEmpty == true || value["format"]?.stringValue == harmless else {
                throw refuse("the weights are quantised with a \(key)")
            }
        }
        var kinds = Set<CompressedTensors>()
        for (name, group) in quantization["config_groups"]?.objectValue ?? [:] {
            guard (group["format"]?.stringValue ?? format) == format else {
                throw refuse("\(name): the weights are quantised in another layout")
            }
            do {
                kinds.insert(try Self(layout, group))
            } catch {
                throw refuse("\(name): \(error.what)")
            }
        }
        guard let kind = kinds.first, kinds.count == 1 else {
            throw refuse("the weights are quantised in \(kinds.count) ways")
        }
        self = kind
    }

    private struct Refused: Error { let what: String }

    /// One of `config_groups`.
    private init(_ layout: Layout, _ group: JSONValue) throws(Refused) {
        let isFloat = layout == .floats, weights = group["weights"] ?? .null, bits = weights["num_bits"]?.intValue ?? 0
        guard weights["type"]?.stringValue ?? "int" == (isFloat ? "float" : "int"),
            weights["dynamic"]?.boolValue != true, bits == 8 || bits == 4 && !isFloat
        else { throw Refused(what: "the weights are not \(isFloat ? "floats of 8 bits" : "integers of 4 or 8 bits")") }
        let isSymmetric = weights["symmetric"]?.boolValue ?? true
        guard isFloat else {
            self.init(bits: bits, layout: layout, isSymmetric: isSymmetric)
            return
        }
        let strategy = weights["strategy"]?.stringValue ?? "tensor"
        guard isSymmetric, strategy == "channel" || strategy == "tensor" else {
            throw Refused(what: "floats of 8 bits have scales of the strategy \(strategy)")
        }
        let inputs = group["input_activations"] ?? .null
        guard inputs.isNull || inputs["type"]?.stringValue == "float" && inputs["num_bits"]?.intValue == 8 else {
            throw Refused(what: "inputs of floats of 8 bits are no such floats")
        }
        self.init(bits: bits, layout: layout, roundsInputs: !inputs.isNull)
    }

    package func joined(_ tensors: [Tensor], path: String) throws(ModelFileError) -> [Tensor] {
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let mark = layout == .packed ? ".weight_packed" : ".weight_scale"
        let modules = tensors.filter { $0.name.hasSuffix(mark) }.map { String($0.name.dropLast(mark.count)) }
        let integers = layout == .packed ? "weight_packed" : "weight"
        let parts = Set(
            modules.flatMap { module in
                [integers, "weight_scale", "weight_shape", "weight_zero_point", "weight_g_idx", "input_scale"].map {
                    "\(module).\($0)"
                }
            })
        var joined = tensors.filter { !parts.contains($0.name) }
        for module in modules { joined.append(try matrix(QuantizedParts(byName, module, path: path))) }
        return joined
    }

    private func matrix(_ parts: QuantizedParts) throws(ModelFileError) -> Tensor {
        let integers =
            try layout == .packed
            ? parts.matrix("weight_packed", .i32) : parts.matrix("weight", layout == .floats ? .f8e4m3 : .i8)
        let rows = integers.rows, columns = layout == .packed ? integers.columns * (32 / bits) : integers.columns
        if layout == .packed, let shape = parts.optional("weight_shape") {
            guard shape.type.isInteger, shape.dequantized() == [Float(rows), Float(columns)] else {
                throw .unsupported(path: parts.path, what: "\(parts.weightName) is not \(rows) rows of \(columns)")
            }
        }
        let scale = try parts.scales("weight_scale")
        // One scale for all rows is a scale for each.
        let groups = scale.count == 1 ? 1 : scale.columns
        guard scale.count == 1 || scale.shape.count == 2 && scale.rows == rows, columns % groups == 0,
            layout != .floats || groups == 1
        else { throw parts.wrongShape(scale, [rows, 1]) }
        let scales = WeightScales(
            values: scale.count == 1 ? Array(repeating: scale.dequantized()[0], count: rows) : scale.dequantized(),
            zeros: try zeros(parts, rows: rows, groups: groups), groups: groups, groupSize: columns / groups,
            groupOfColumn: try parts.groupOfColumn("weight_g_idx", columns: columns, groups: groups))
        let type: TensorType = layout != .packed ? integers.type : bits == 4 ? .int4 : .int8
        guard let tensor = Tensor(name: parts.weightName, integers: integers, as: type, scales: scales) else {
            throw parts.wrongShape(integers, [rows, columns])
        }
        return tensor
    }

    package var eightBitFloatInputs: EightBitFloatInputs? {
        layout == .floats ? roundsInputs ? .rounded : .asTheyAre : nil
    }

    /// `[rows, groups]`; packed, they lie in words along the rows.
    private func zeros(_ parts: QuantizedParts, rows: Int, groups: Int) throws(ModelFileError) -> [Float]? {
        guard !isSymmetric else {
            if let zeros = parts.optional("weight_zero_point"), zeros.dequantized().contains(where: { $0 != 0 }) {
                throw .damaged(
                    path: parts.path, .value(key: zeros.name, reason: "is not 0, but the weights are symmetric"))
            }
            return nil
        }
        let isPacked = layout == .packed, perWord = isPacked ? 32 / bits : 1
        let zeros = try parts.matrix("weight_zero_point", isPacked ? .i32 : .i8)
        guard zeros.columns == groups, zeros.rows == (rows + perWord - 1) / perWord else {
            throw parts.wrongShape(zeros, [(rows + perWord - 1) / perWord, groups])
        }
        guard isPacked else { return zeros.dequantized() }
        let words = zeros.words
        let mask = UInt32(1 << bits) - 1, offset = Float(1 << (bits - 1))
        return (0..<rows * groups).map { place in
            let (row, group) = (place / groups, place % groups)
            return Float(words[row / perWord * groups + group] >> UInt32(row % perWord * bits) & mask) - offset
        }
    }
}

extension Tensor {
    /// Of a tensor of int32, as they are; f32 does not hold them all.
    var words: [UInt32] {
        withBytes(ofRows: 0..<rows) { bytes in
            (0..<bytes.count / 4).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
            }
        }
    }
}
