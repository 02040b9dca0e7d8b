import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// An adapter of the whole model for one with fewer tokens: the same weights; the tokens that activate it have their new ids.
public struct MovedAdapter: Sendable {
    private let folder: AdapterFolder
    private let config: JSONObject
    /// Ids of the whole vocabulary; empty: it is always active.
    public let invocation: [Int]

    /// The last part of its path.
    public var name: String { folder.name }

    /// - Throws: `.text` for what is no folder of an adapter.
    public init(_ path: String) throws(CompressionError) {
        folder = AdapterFolder(path)
        guard let bytes = FileManager.default.contents(atPath: folder.configPath),
            let members = (try? JSONValue(parsing: Array(bytes)))?.objectValue,
            FileManager.default.fileExists(atPath: folder.weightsPath)
        else { throw .text(path: folder.configPath, reason: "is no adapter's configuration with weights beside it") }
        config = members
        invocation = members["alora_invocation_tokens"]?.arrayValue?.compactMap(\.intValue) ?? []
    }

    /// - Parameters:
    ///   - kept: ids of the whole vocabulary by place; all that activate it are among them.
    ///   - base: the model that it belongs to now.
    func write(to path: String, kept: [Int], base: String) throws {
        let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
        var members = config
        members["base_model_name_or_path"] = .string(base)
        if !invocation.isEmpty {
            members["alora_invocation_tokens"] = .array(invocation.compactMap { place[$0] }.map { .integer($0) })
        }
        let (files, copy) = (FileManager.default, AdapterFolder(path))
        try? files.removeItem(atPath: path)
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        try files.copyItem(atPath: folder.weightsPath, toPath: copy.weightsPath)
        if files.fileExists(atPath: folder.cardPath) {
            try files.copyItem(atPath: folder.cardPath, toPath: copy.cardPath)
        }
        try DurableFile.write(JSONValue.object(members).text(.spaced) + "\n", to: copy.configPath)
    }
}
