import Foundation
import Documents

/// An opened BERT sentence encoder: a Hugging Face folder, mapped and checked.
///
/// config.json, model.safetensors (or shards), tokenizer.json or vocab.txt; and where the folder comes from
/// sentence-transformers, its modules.json, sentence_bert_config.json and 1_Pooling/config.json.
public struct BertFile: Sendable {
    public let description: BertDescription, tokenizer: WordPieceDescription
    public let path: String
    /// Bytes of all weight files.
    public let sizeInBytes: Int
    private let tensors: [String: Tensor]
    private let prefix: String

    /// Whether the folder at `path` says that it holds a BERT model.
    public static func isBert(path: String) -> Bool {
        guard let config = try? JSONFile(optional: "config.json", folder: path) else { return false }
        return config["model_type"]?.stringValue == "bert"
    }

    /// Opens a folder and checks every tensor's name, type and shape.
    ///
    /// - Throws: `ModelFileError` that names file and tensor.
    public static func open(path: String) throws(ModelFileError) -> BertFile {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard FileManager.default.fileExists(atPath: folder + "/config.json") else {
            throw .notAModel(path: path, reason: "the folder has no config.json")
        }
        let config = try JSONFile(folder: folder, name: "config.json")
        return try BertFile(folder: folder, description: BertConfig.description(config, folder: folder))
    }

    /// Maps the tensors of a folder whose description is known.
    private init(folder: String, description: BertDescription) throws(ModelFileError) {
        (self.path, self.description) = (folder, description)
        if let fault = description.fault {
            throw .damaged(path: folder, .value(key: "the model's sizes", reason: fault))
        }
        tokenizer = try WordPieceReader.description(folder: folder)
        guard tokenizer.tokens.count <= description.vocabularySize else {
            throw .damaged(
                path: folder,
                .count(what: "tokens", value: UInt64(tokenizer.tokens.count), limit: description.vocabularySize))
        }
        // The position ids are the numbers from 0 on, stored as 64-bit integers; nobody needs them.
        let (all, size) = try HuggingFaceFolder.weights(folder) { !$0.hasSuffix("embeddings.position_ids") }
        try HuggingFaceFolder.refuseBareFloats(all, path: folder)
        sizeInBytes = size
        var tensors: [String: Tensor] = [:]
        for tensor in all { tensors[tensor.name] = tensor }
        prefix = tensors["bert." + BertTensorName.wordEmbedding.text] == nil ? "" : "bert."
        self.tensors = tensors
        for name in BertTensorName.embeddings { try check(name) }
        // Layer by layer: a file that claims millions of layers ends at the first one missing.
        for layer in 0..<description.layers { for name in BertTensorName.names(ofLayer: layer) { try check(name) } }
    }

    /// All that are in the folder, by their names.
    var allTensors: [Tensor] { tensors.values.sorted { $0.name < $1.name } }

    /// Refuses a tensor that is missing or has another shape.
    private func check(_ name: BertTensorName) throws(ModelFileError) {
        let text = prefix + name.text
        guard let tensor = tensors[text] else { throw .damaged(path: path, .missingTensor(text)) }
        let expected = description.shape(of: name)
        guard tensor.shape == expected else {
            throw .damaged(path: path, .wrongShape(tensor: text, shape: tensor.shape, expected: expected))
        }
    }

    /// The tensor `name`, of the shape that `description` gives, all its weights finite.
    ///
    /// - Throws: `.damaged` for one with a NaN or an infinity.
    public func tensor(_ name: BertTensorName) throws(ModelFileError) -> Tensor {
        let text = prefix + name.text
        guard let tensor = tensors[text] else { throw .damaged(path: path, .missingTensor(text)) }
        if let row = tensor.firstRowNotFinite() { throw .damaged(path: path, .notFinite(tensor: text, row: row)) }
        return tensor
    }

    /// Gives the pages of all other tensors back to the system, once they are packed: a process then holds its weights once.
    public func letGo(except kept: [BertTensorName]) {
        let names = Set(kept.map { prefix + $0.text })
        for (name, tensor) in tensors where !names.contains(name) { tensor.letGo() }
    }
}
