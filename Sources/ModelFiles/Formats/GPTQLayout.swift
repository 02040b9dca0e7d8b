import Documents
import OrderedCollections

/// Quantised weights as AutoGPTQ and its successors keep them (`quant_method` gptq): words along the inputs.
///
/// `X.qweight` int32 `[inputs * bits / 32, outputs]`, `X.scales` `[groups, outputs]`, `X.qzeros` int32
/// `[groups, outputs * bits / 32]`, `X.g_idx` int32 `[inputs]`: the group of each input.
/// `weight = (integer - zero) * scale`, integers from 0.
package struct GPTQLayout: QuantizedLayout, Hashable {
    package let bits: Int
    /// The first version of the format stores zeros less one.
    package let zerosLackOne: Bool

    /// What `quantization_config` of a config.json says.
    package init(_ quantization: JSONValue, path: String) throws(ModelFileError) {
        let format = quantization["checkpoint_format"]?.stringValue ?? "gptq"
        guard format == "gptq" || format == "gptq_v2" else {
            throw .unsupported(path: path, what: "the weights are quantised in GPTQ's layout \(format)")
        }
        guard let bits = quantization["bits"]?.intValue, bits == 4 || bits == 8 else {
            throw .unsupported(path: path, what: "the weights are not integers of 4 or 8 bits")
        }
        guard quantization["dynamic"]?.objectValue?.isEmpty ?? true else {
            throw .unsupported(path: path, what: "the weights are quantised in several ways")
        }
        (self.bits, zerosLackOne) = (bits, format == "gptq")
    }

    package func joined(_ tensors: [Tensor], path: String) throws(ModelFileError) -> [Tensor] {
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let modules = tensors.filter { $0.name.hasSuffix(".qweight") }.map { String($0.name.dropLast(8)) }
        let parts = Set(
            modules.flatMap { module in ["qweight", "scales", "qzeros", "g_idx"].map { "\(module).\($0)" } })
        // Some writers give every linear layer a bias; one of zeros is none.
        let biases = Set(modules.map { "\($0).bias" })
        var joined = tensors.filter { tensor in
            !parts.contains(tensor.name)
                && !(biases.contains(tensor.name) && tensor.dequantized().allSatisfy { $0 == 0 } && !isKnown(tensor))
        }
        for module in modules { joined.append(try matrix(QuantizedParts(byName, module, path: path))) }
        return joined
    }

    /// Biases that a decoder may have.
    private func isKnown(_ bias: Tensor) -> Bool {
        ["q_proj", "k_proj", "v_proj"].contains { bias.name.hasSuffix("\($0).bias") }
    }

    private func matrix(_ parts: QuantizedParts) throws(ModelFileError) -> Tensor {
        let packed = try parts.matrix("qweight", .i32), perWord = 32 / bits
        let (inputs, outputs) = (packed.rows * perWord, packed.columns)
        let scale = try parts.scales("scales"), groups = scale.rows
        guard scale.shape == [groups, outputs], inputs % groups == 0 else {
            throw parts.wrongShape(scale, [1, outputs])
        }
        let zeros = try parts.matrix("qzeros", .i32), zeroWords = (outputs + perWord - 1) / perWord
        guard zeros.shape == [groups, zeroWords] else { throw parts.wrongShape(zeros, [groups, zeroWords]) }
        let (byGroup, levels) = (scale.dequantized(), zeros.words)
        var values = [Float](repeating: 0, count: outputs * groups), offsets = values
        let mask = UInt32(1 << bits) - 1, half = Float(1 << (bits - 1))
        for output in 0..<outputs {
            for group in 0..<groups {
                let place = output * groups + group
                values[place] = byGroup[group * outputs + output]
                let level = levels[group * zeroWords + output / perWord] >> UInt32(output % perWord * bits) & mask
                // The first version wraps: a zero of 0 is stored as the largest level.
                offsets[place] = Float(zerosLackOne ? (level + 1) & mask : level) - half
            }
        }
        let scales = WeightScales(
            values: values, zeros: offsets.contains { $0 != 0 } ? offsets : nil, groups: groups,
            groupSize: inputs / groups,
            groupOfColumn: try parts.groupOfColumn("g_idx", columns: inputs, groups: groups))
        guard let turned = Tensor(turning: packed, perWord: perWord),
            let tensor = Tensor(name: parts.weightName, integers: turned, as: bits == 4 ? .int4 : .int8, scales: scales)
        else { throw parts.wrongShape(packed, [inputs / perWord, outputs]) }
        return tensor
    }
}

extension Tensor {
    /// Words along the rows `[inputs / perWord, outputs]` as words along the columns `[outputs, inputs / perWord]`: the same
    /// words, since a word holds neighbouring inputs of one output either way.
    fileprivate init?(turning packed: Tensor, perWord: Int) {
        let (down, outputs, words) = (packed.rows, packed.columns, packed.words)
        var turned = [UInt32](repeating: 0, count: words.count)
        for row in 0..<down {
            for output in 0..<outputs { turned[output * down + row] = words[row * outputs + output].littleEndian }
        }
        let memory = turned.withUnsafeBytes { MappedFile(name: packed.name, copying: $0) }
        self.init(name: packed.name, type: .i32, shape: [outputs, down], file: memory, offset: 0)
    }
}
