import Documents
import Foundation
import OrderedCollections

/// A Hugging Face folder as a model: config.json, tokenizer.json and one or several safetensors files.
enum HuggingFaceFolder {
    /// Opens config.json, tokenizer.json and the safetensors of a folder as a model.
    static func open(path: String) throws(ModelFileError) -> ModelFile {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard FileManager.default.fileExists(atPath: folder + "/config.json") else {
            throw .notAModel(path: path, reason: "the folder has no config.json")
        }
        let config = try JSONFile(folder: folder, name: "config.json")
        let undecided = try HuggingFaceConfig.description(config, name: folder.lastPathComponent)
        let quantization = try HuggingFaceConfig.quantization(config)
        var (tensors, size) = try weights(folder)
        if let quantization { tensors = try quantization.joined(tensors, path: path) }
        try refuseBareFloats(tensors, path: path)
        return try ModelFile(
            path: path, sizeInBytes: size, tensors: tensors, style: .huggingFace, undecided: undecided,
            tokenizer: try HuggingFaceTokenizer.description(folder: folder, config: config),
            eightBitFloatInputs: quantization?.eightBitFloatInputs)
    }

    /// - Throws: `.unsupported` for floats of 8 bits without scales: as weights they have some, whose place differs from model
    ///   to model.
    static func refuseBareFloats(_ tensors: [Tensor], path: String) throws(ModelFileError) {
        if let bare = tensors.first(where: { $0.type == .f8e4m3 && $0.eightBitFloatScales == nil }) {
            throw .unsupported(path: path, what: "tensor \(bare.name) is of type F8_E4M3")
        }
    }

    /// - Parameter isWanted: tensors that it says no to are passed over, whatever they are.
    static func weights(
        _ folder: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws(ModelFileError) -> (tensors: [Tensor], size: Int) {
        if FileManager.default.fileExists(atPath: folder + "/model.safetensors") {
            let file = try MappedFile(path: folder + "/model.safetensors")
            return (try Safetensors.tensors(of: file, where: isWanted), file.bytes.count)
        }
        guard let index = try JSONFile(optional: "model.safetensors.index.json", folder: folder) else {
            throw .notAModel(
                path: folder, reason: "the folder has neither model.safetensors nor model.safetensors.index.json")
        }
        return try shards(index, folder: folder, where: isWanted)
    }

    /// `weight_map` says which file holds which tensor; what else the files hold is passed over.
    private static func shards(
        _ index: JSONFile, folder: String, where isWanted: (String) -> Bool
    ) throws(ModelFileError) -> (tensors: [Tensor], size: Int) {
        guard let map = index["weight_map"]?.objectValue else {
            throw index.wrong("weight_map", "an object of tensor and file names")
        }
        var wanted: [String: Set<String>] = [:]
        for (tensor, file) in map where isWanted(tensor) {
            guard let file = file.stringValue, !file.contains("/"), file.hasSuffix(".safetensors") else {
                throw index.wrong("weight_map.\(tensor)", "the name of a safetensors file in this folder")
            }
            wanted[file, default: []].insert(tensor)
        }
        var tensors: [Tensor] = [], size = 0
        for (name, names) in wanted.sorted(by: { $0.key < $1.key }) {
            let file = try MappedFile(path: folder + "/" + name)
            let found = try Safetensors.tensors(of: file, where: names.contains)
            let missing = names.subtracting(found.map(\.name)).min()
            if let missing { throw .damaged(path: file.path, .missingTensor(missing)) }
            (tensors, size) = (tensors + found, size + file.bytes.count)
        }
        return (tensors, size)
    }
}
