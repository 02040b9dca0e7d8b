/// A model's description before its tensors were seen: metadata leave out what the tensors show.
struct UndecidedDescription {
    /// `vocabularySize`, `headSize`, `hasQKVBias`, `hasHeadNorms` and `tiesEmbeddings` are not yet valid.
    var known: ModelDescription
    /// As metadata give it; nil: `hiddenSize / heads`.
    var headSize: Int?
    /// As metadata give it; nil: the rows of the token embedding.
    var vocabularySize: Int?
    /// As metadata give it; nil: tied if there is no output matrix.
    var tiesEmbeddings: Bool?

    /// The description, completed and checked by the shapes of tensors.
    func decide(path: String, shape: (TensorName) -> [Int]?) throws(ModelFileError) -> ModelDescription {
        var model = known
        model.headSize = try decidedHeadSize(path: path)
        guard let embedding = shape(.tokenEmbedding), let rows = embedding.first else {
            throw .damaged(path: path, .missingTensor(TensorName.tokenEmbedding.description))
        }
        model.vocabularySize = vocabularySize ?? rows
        guard rows == model.vocabularySize else {
            let expected = [model.vocabularySize, model.hiddenSize]
            throw .damaged(path: path, .wrongShape(tensor: "token embedding", shape: embedding, expected: expected))
        }
        model.tiesEmbeddings = tiesEmbeddings ?? (shape(.output) == nil)
        let hasBias = shape(.queryBias(0)) != nil || shape(.keyBias(0)) != nil || shape(.valueBias(0)) != nil
        model.hasQKVBias = model.architecture == .qwen2 || hasBias
        model.hasHeadNorms = model.architecture == .qwen3
        if let fault = model.fault { throw .damaged(path: path, .value(key: "the model's sizes", reason: fault)) }
        return model
    }

    /// Width of one attention head, where the metadata leave it open.
    private func decidedHeadSize(path: String) throws(ModelFileError) -> Int {
        if let headSize { return headSize }
        guard known.heads > 0, known.hiddenSize % known.heads == 0 else {
            throw .damaged(
                path: path,
                .value(
                    key: "the model's sizes",
                    reason: "hidden size \(known.hiddenSize) is no multiple of \(known.heads) heads"))
        }
        return known.hiddenSize / known.heads
    }
}
