import Digests
import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import OrderedCollections

/// A model as one GGUF file, which llama.cpp and what is built on it run, with a card beside it (`FILE.json`, `FILE.md`).
public struct GGUFExport {
    private let source: SourceModel
    private let weights: PairedHeads
    private let path: String
    private let scheme: GGUFScheme
    private let pool: WorkerPool

    /// What the card says beside what the files tell.
    public struct Notes {
        /// As it was typed.
        public var command: String
        /// What perplexity is measured on; nil: it is not.
        public var test: TextWindows?
        /// Lines of progress.
        public var tell: (String) -> Void

        public init(command: String, test: TextWindows? = nil, tell: @escaping (String) -> Void = { _ in }) {
            (self.command, self.test, self.tell) = (command, test, tell)
        }
    }

    /// - Throws: `.setting` for a name that readers do not take for a GGUF file, `.occupied` where something stands.
    public init(
        _ source: SourceModel, to path: String, _ scheme: GGUFScheme, on pool: WorkerPool
    ) throws(CompressionError) {
        guard path.hasSuffix(".gguf") else { throw .setting("\(path): a GGUF file's name ends in .gguf") }
        for file in [path, path + ".json", path + ".md"] where FileManager.default.fileExists(atPath: file) {
            throw .occupied(path: file)
        }
        (self.source, self.path, self.scheme, self.pool) = (source, path, scheme, pool)
        weights = PairedHeads(source.file)
    }

    /// Writes the file under another name, which it keeps until it is whole; then the card.
    public func run(_ notes: Notes) throws {
        var model = weights.description
        model.name = source.file.description.name
        let names = model.tensorNames
        let entries = try names.enumerated().map { place, name in
            try entry(name) {
                if place % 32 == 0 { notes.tell("tensor \(place + 1) of \(names.count)") }
            }
        }
        let metadata = GGUFModelMetadata(model, source.file.tokenizer, fileType: scheme.fileType)
        do {
            try GGUFWriter(metadata: metadata.pairs, entries: entries).write(to: path)
        } catch let error as CompressionError {
            throw error
        } catch let error as ModelFileError {
            throw error
        } catch {
            throw CompressionError.cannotWrite(path: path, reason: "\(error)")
        }
        let card = try card(notes, title: "\(model.name), \(scheme.rawValue)")
        do {
            try DurableFile.write(card.json.text(.spaced) + "\n", to: path + ".json")
            try DurableFile.write(card.markdown, to: path + ".md")
        } catch {
            throw CompressionError.cannotWrite(path: path, reason: "\(error)")
        }
    }

    /// Numbers that are encoded at a time.
    private static let portion = 1 << 22

    private func entry(_ name: TensorName, begin: @escaping () -> Void) throws -> GGUFWriter.Entry {
        let type = scheme.type(of: name, in: weights.description), shape = weights.description.shape(of: name)
        return GGUFWriter.Entry(name: name.description, type: type, shape: shape) { take in
            begin()
            let rows = try weights.weight(name)
            let step = max(1, Self.portion / rows.columns)
            for first in stride(from: 0, to: rows.rows, by: step) {
                let data = encoded(rows, first..<min(first + step, rows.rows), type)
                guard EncodedBlocks.areFinite(type, data) else {
                    throw CompressionError.setting(
                        "\(name): a number is too large for \(type.rawValue). Take bf16")
                }
                try take(data)
            }
        }
    }

    /// Some rows in the form of the file.
    private func encoded(_ rows: WeightRows, _ range: Range<Int>, _ type: TensorType) -> Data {
        let blocks = rows.columns / type.blockSize, bytes = blocks * type.bytesPerBlock
        var data = Data(count: range.count * bytes)
        data.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            // Safe: workers get disjoint rows; parallelFor returns after the last.
            nonisolated(unsafe) let output = base
            pool.parallelFor(range.count, grain: 4) { _, part in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.columns) { row in
                    guard let numbers = row.baseAddress else { return }
                    for place in part {
                        rows.read(range.lowerBound + place..<range.lowerBound + place + 1, numbers)
                        EncodedBlocks.encode(type, numbers, count: blocks, into: output + place * bytes)
                    }
                }
            }
        }
        return data
    }

    private func card(_ notes: Notes, title: String) throws -> ModelCard {
        let result = try SourceModel(path: path)
        let counts = TensorType.allCases.map { type in (type, result.file.tensors.count { $0.type == type }) }
        let types = ModelCard.Table(
            title: "Tensors", member: "tensors", columns: ["type", "count"],
            rows: counts.filter { $0.1 > 0 }.map { [.string($0.0.rawValue), .integer($0.1)] })
        return ModelCard(title: title, facts: try facts(notes, of: result), tables: [types])
    }

    private func facts(_ notes: Notes, of result: SourceModel) throws -> JSONObject {
        var facts: JSONObject = [
            "command": .string(notes.command), "source": .object(source.record), "scheme": .string(scheme.rawValue),
            "sha256": result.record["sha256"] ?? .null,
            "bytes": ["source": .integer(source.file.sizeInBytes), "result": .integer(result.file.sizeInBytes)],
        ]
        guard let test = notes.test else { return facts }
        func perplexity(_ file: ModelFile) throws -> JSONValue {
            let value = try test.perplexity(of: file, format: .bf16, on: pool).value
            return value.isFinite ? .rounded(value, 3) : .null
        }
        let values = (whole: try perplexity(source.file), left: try perplexity(result.file))
        notes.tell("perplexity \(values.whole.text()), as \(scheme.rawValue) \(values.left.text())")
        facts["perplexity"] = [
            "file": test.record["file"] ?? .null, "windows": test.record["windows"] ?? .null,
            "length": test.record["length"] ?? .null, "source": values.whole, "result": values.left,
        ]
        return facts
    }
}
