import ModelFiles

/// Trained or merged weights as a model of their own.
public enum ModelFolder {
    /// Writes a Hugging Face folder, in bf16, that `kinglet serve --model` runs and transformers reads.
    ///
    /// - Parameter tokenizer: the base model's.
    public static func write(
        _ weights: ParameterArena, _ model: ModelDescription, _ tokenizer: TokenizerDescription, to folder: String
    ) throws(TrainingError) {
        do {
            try HuggingFaceModelWriter(model, tokenizer).write(to: folder) { name in
                guard let numbers = weights.values(.weight(name)) else {
                    throw TrainingError.setting("the model has no \(name)")
                }
                return numbers
            }
        } catch let error as TrainingError {
            throw error
        } catch {
            throw .cannotWrite(path: folder, reason: "\(error)")
        }
    }
}
