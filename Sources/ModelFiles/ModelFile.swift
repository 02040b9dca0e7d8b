import Foundation

/// An opened model: a `.gguf` file or a Hugging Face folder, mapped and checked.
///
/// Opening reads names, shapes and the vocabulary, and checks that every tensor the decoder needs is there, of the
/// right shape and inside the file. Weights are read when `tensor(_:)` hands them out.
public struct ModelFile: Sendable {
    public let description: ModelDescription, tokenizer: TokenizerDescription
    public let path: String
    /// Bytes of all weight files.
    public let sizeInBytes: Int
    /// All tensors, in file order.
    public let tensors: [Tensor]
    /// How `tensors` are named.
    private let style: TensorName.Style
    private let byName: [String: Int]
    /// What weights of E4M3 are to be multiplied with; nil: there are none.
    public let eightBitFloatInputs: EightBitFloatInputs?

    /// Opens a `.gguf` file or a folder.
    ///
    /// - Throws: `ModelFileError` that names file, tensor or key.
    public static func open(path: String) throws(ModelFileError) -> ModelFile {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .cannotRead(path: path, reason: "no such file or folder; fetch one: kinglet pull")
        }
        return isFolder.boolValue ? try HuggingFaceFolder.open(path: path) : try GGUFModel.open(path: path)
    }

    /// - Parameter undecided: the description as far as metadata tell; what only the tensors tell is filled in here.
    init(
        path: String, sizeInBytes: Int, tensors: [Tensor], style: TensorName.Style, undecided: UndecidedDescription,
        tokenizer: TokenizerDescription, eightBitFloatInputs: EightBitFloatInputs? = nil
    ) throws(ModelFileError) {
        self.eightBitFloatInputs = eightBitFloatInputs
        (self.path, self.sizeInBytes, self.tensors, self.style) = (path, sizeInBytes, tensors, style)
        var byName: [String: Int] = [:]
        byName.reserveCapacity(tensors.count)
        for (index, tensor) in tensors.enumerated() {
            guard byName.updateValue(index, forKey: tensor.name) == nil else {
                throw .damaged(path: path, .duplicate(what: "tensor \(tensor.name)"))
            }
        }
        self.byName = byName
        let shapes = { (name: TensorName) in byName[name.text(style)].map { tensors[$0].shape } }
        description = try undecided.decide(path: path, shape: shapes)
        self.tokenizer = try tokenizer.fitted(to: description.vocabularySize, path: path)
        try checkTensors()
    }

    /// The tensor `name`, of the shape that `description` gives, all its weights finite.
    ///
    /// Reads each block's scales once (for f32, f16 and bf16: all weights), which also brings the pages into memory.
    /// - Throws: `.damaged` for a missing tensor or one with a NaN or an infinity.
    public func tensor(_ name: TensorName) throws(ModelFileError) -> Tensor {
        guard let index = byName[name.text(style)] else {
            throw .damaged(path: path, .missingTensor(name.text(style)))
        }
        let tensor = tensors[index]
        if let row = tensor.firstRowNotFinite() {
            throw .damaged(path: path, .notFinite(tensor: tensor.name, row: row))
        }
        return tensor
    }

    /// Gives the pages of all other tensors back to the system, once they are packed: a process then holds its weights once.
    public func letGo(except kept: [TensorName]) {
        let names = Set(kept.map { $0.text(style) })
        for tensor in tensors where !names.contains(tensor.name) { tensor.letGo() }
    }

    /// Whether the file has a tensor; some models share input and output matrix.
    public func hasTensor(_ name: TensorName) -> Bool { byName[name.text(style)] != nil }

    /// Numbers in all tensors.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }

    /// Every tensor of the decoder is here and has its shape; no other changes what the model computes.
    private func checkTensors() throws(ModelFileError) {
        var known = Set<String>()
        for layer in -1..<description.layers {
            // Layer by layer: a file that claims millions of layers ends at the first one missing.
            let names =
                layer < 0
                ? [.tokenEmbedding, .outputNorm] + (description.tiesEmbeddings ? [] : [.output])
                : description.names(ofLayer: layer)
            for name in names {
                let text = name.text(style)
                guard let index = byName[text] else { throw .damaged(path: path, .missingTensor(text)) }
                let (shape, expected) = (tensors[index].shape, description.shape(of: name))
                guard shape == expected else {
                    throw .damaged(path: path, .wrongShape(tensor: text, shape: shape, expected: expected))
                }
                guard tensors[index].isOfWeights else {
                    throw .damaged(path: path, .wrongWeightType(tensor: text, type: tensors[index].type))
                }
                known.insert(text)
            }
        }
        let ignored: Set = [TensorName.output.text(style)]  // of a model that ties it to the embedding
        let isBuffer = { (name: String) in name.hasSuffix(".rotary_emb.inv_freq") }  // computed anew
        if let other = tensors.first(where: {
            !known.contains($0.name) && !ignored.contains($0.name) && !isBuffer($0.name)
        }) {
            throw .unsupported(path: path, what: "the decoder knows no tensor \(other.name)")
        }
    }
}

extension TokenizerDescription {
    /// Token ids lie below `vocabularySize`; ids without a token are empty.
    func fitted(to vocabularySize: Int, path: String) throws(ModelFileError) -> TokenizerDescription {
        guard tokens.count <= vocabularySize else {
            throw .damaged(
                path: path, .count(what: "tokens", value: UInt64(tokens.count), limit: vocabularySize))
        }
        var fitted = self
        fitted.tokens += Array(repeating: "", count: vocabularySize - tokens.count)
        for id in specialTokens.values + endOfText + [beginOfText].compactMap({ $0 })
        where !fitted.tokens.indices.contains(Int(id)) || fitted.tokens[Int(id)].isEmpty {
            throw .damaged(path: path, .value(key: "token id \(id)", reason: "there is no such token"))
        }
        return fitted
    }
}
