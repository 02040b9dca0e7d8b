import Documents
import Foundation
import ModelFiles
import Models

/// A folder that is there when it is whole: what is made lies beside it, in `OUTPUT.part`, until then.
public struct OutputFolder: Sendable {
    public let path: String
    /// Where a run works, and what it goes on from.
    public var work: String { path + ".part" }

    /// - Throws: `.occupied` where something stands that is not an empty folder.
    public init(_ path: String) throws(CompressionError) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !self.path.isEmpty else { throw .setting("OUTPUT is empty") }
        let files = FileManager.default
        guard files.fileExists(atPath: self.path) else { return }
        guard let content = try? files.contentsOfDirectory(atPath: self.path), content.isEmpty else {
            throw .occupied(path: self.path)
        }
    }

    /// The model's name: the last part of the path.
    public var name: String { URL(fileURLWithPath: path).lastPathComponent }

    /// Makes the folder to work in.
    package func prepare() throws(CompressionError) {
        do {
            try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: work, reason: error.localizedDescription)
        }
    }

    /// Writes a model's files, in bf16, and its card beside them; then the folder gets its name.
    package func finish(_ source: some WeightSource, _ tokenizer: TokenizerDescription, _ card: ModelCard) throws {
        try HuggingFaceModelWriter(source.description, tokenizer).write(to: work) { try source.weight($0).all() }
        try finish(card)
    }

    /// The card, then the name; until then a run can go on from what it measured.
    package func finish(_ card: ModelCard) throws(CompressionError) {
        do {
            try DurableFile.write(card.json.text(.spaced) + "\n", to: "\(work)/\(ModelCard.jsonName)")
            try DurableFile.write(card.markdown, to: "\(work)/\(ModelCard.markdownName)")
        } catch {
            throw .cannotWrite(path: work, reason: "\(error)")
        }
        guard rename(work, path) == 0 else {
            throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
        // The model is whole; the journal has done its work.
        try? FileManager.default.removeItem(atPath: "\(path)/\(Journal.fileName)")
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(parent, O_RDONLY)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
