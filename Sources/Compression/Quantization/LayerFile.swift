import Foundation
import ModelFiles

/// The quantised matrices of one layer in a file of the folder that a run works in: whole, or not there.
struct LayerFile {
    let path: String
    let scheme: QuantizationPlan.Scheme

    init(folder: String, layer: Int, _ scheme: QuantizationPlan.Scheme) {
        path = "\(folder)/layer-\(layer).safetensors"
        self.scheme = scheme
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    func write(_ matrices: [(name: TensorName, matrix: QuantizedMatrix)]) throws {
        try SafetensorsWriter(matrices.flatMap { entries($0.name.huggingFace, $0.matrix) }).write(to: path)
    }

    func write(_ matrices: [(name: TensorName, matrix: EightBitFloatMatrix)]) throws {
        let entries = matrices.flatMap { name, matrix -> [SafetensorsWriter.Entry] in
            let name = name.huggingFace
            return [
                .init(name: name, raw: .f8e4m3, shape: [matrix.rows, matrix.columns]) { matrix.codes },
                .init(name: name + "_scale", type: .bf16, shape: [matrix.rows, 1]) { matrix.scales },
            ]
        }
        try SafetensorsWriter(entries).write(to: path)
    }

    private func entries(_ name: String, _ matrix: QuantizedMatrix) -> [SafetensorsWriter.Entry] {
        let (rows, columns) = (matrix.rows, matrix.columns)
        let scale = SafetensorsWriter.Entry(name: name + "_scale", type: .bf16, shape: [rows, matrix.groups]) {
            matrix.scales
        }
        switch scheme.layout {
        case .plain, .floats: return [.init(name: name, raw: .i8, shape: [rows, columns]) { matrix.plain }, scale]
        case .packed:
            let words = columns * matrix.grid.bits / 32
            return [
                .init(name: name + "_packed", raw: .i32, shape: [rows, words]) { matrix.packed }, scale,
                .init(name: name + "_shape", raw: .i64, shape: [2]) { matrix.shape },
            ]
        }
    }

    /// All of it, for the model's file.
    func entries() throws -> [SafetensorsWriter.Entry] {
        try Safetensors.tensors(of: MappedFile(path: path)).map { tensor in
            .init(name: tensor.name, raw: tensor.type, shape: tensor.shape) {
                tensor.withBytes(ofRows: 0..<tensor.rows) { Data($0) }
            }
        }
    }

    /// The weights that its matrices stand for, by their names in Hugging Face files.
    func weights() throws -> [String: Tensor] {
        let tensors = try Safetensors.tensors(of: MappedFile(path: path))
        let joined = try CompressedTensors(bits: scheme.bits, layout: scheme.layout).joined(tensors, path: path)
        return Dictionary(joined.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
