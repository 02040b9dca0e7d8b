import Digests
import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// The model that a smaller one is made of, and what its card says of it.
public struct SourceModel: Sendable {
    public let file: ModelFile
    /// Name, sha256 of each weight file, numbers, layers and sizes.
    public let record: JSONObject

    /// Opens it and reads every byte once.
    public init(path: String) throws {
        file = try ModelFile.open(path: path)
        let model = file.description
        record = [
            "name": .string(model.name), "sha256": .object(try Self.digests(path)),
            "parameters": .integer(model.parameterCount),
        ]
    }

    /// By the names of the weight files.
    private static func digests(_ path: String) throws -> JSONObject {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let names =
            isFolder.boolValue
            ? try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".safetensors") }.sorted()
            : [""]
        var digests: JSONObject = [:]
        for name in names {
            let file = try MappedFile(path: name.isEmpty ? path : "\(path)/\(name)")
            var hash = SHA256()
            withExtendedLifetime(file) { hash.update(file.bytes) }
            digests[name.isEmpty ? URL(fileURLWithPath: path).lastPathComponent : name] = .string(hash.hexadecimal())
        }
        return digests
    }
}

extension ModelDescription {
    /// Its sizes, for cards.
    var sizes: JSONObject {
        [
            "parameters": .integer(parameterCount), "layers": .integer(layers), "hidden_size": .integer(hiddenSize),
            "intermediate_size": .integer(intermediateSize), "heads": .integer(heads), "kv_heads": .integer(kvHeads),
            "vocabulary": .integer(vocabularySize),
        ]
    }
}
