import OrderedCollections
import Foundation
import Documents

/// Writes a safetensors file tensor by tensor, under another name until it is whole: what stands at `path` is the old
/// file or the new one, also after a crash.
package struct SafetensorsWriter {
    /// A tensor to be written; its numbers are asked for when it is its turn.
    package struct Entry {
        package let name: String
        package let type: TensorType
        package let shape: [Int]
        let data: () throws -> Data

        /// - Parameter type: f32 or bf16.
        package init(name: String, type: TensorType, shape: [Int], numbers: @escaping () throws -> [Float]) {
            (self.name, self.type, self.shape) = (name, type, shape)
            data = { SafetensorsWriter.data(try numbers(), type) }
        }

        /// - Parameters:
        ///   - type: one of safetensors.
        ///   - data: the numbers as the file has them, little-endian.
        package init(name: String, raw type: TensorType, shape: [Int], data: @escaping () throws -> Data) {
            (self.name, self.type, self.shape, self.data) = (name, type, shape, data)
        }

        var count: Int { shape.reduce(1, *) }
        var bytes: Int { count * type.bytesPerBlock }
    }

    private let metadata: JSONObject
    private let entries: [Entry]

    /// - Parameter metadata: strings, as the format wants them.
    package init(_ entries: [Entry], metadata: JSONObject = ["format": "pt"]) {
        (self.entries, self.metadata) = (entries, metadata)
    }

    package func write(to path: String) throws {
        try DurableFile.write(to: path) { file in
            try file.write(contentsOf: header())
            for entry in entries {
                let data = try entry.data()
                precondition(data.count == entry.bytes, "\(entry.name): \(data.count) bytes of \(entry.bytes)")
                try file.write(contentsOf: data)
            }
        }
    }

    /// The length of the JSON, and the JSON, filled up to a multiple of 8.
    private func header() -> Data {
        var members: JSONObject = ["__metadata__": .object(metadata)]
        var offset = 0
        for entry in entries {
            members[entry.name] = [
                "dtype": .string(entry.type.safetensors ?? ""),
                "shape": .array(entry.shape.map { .integer($0) }),
                "data_offsets": [.integer(offset), .integer(offset + entry.bytes)],
            ]
            offset += entry.bytes
        }
        var text = JSONValue.object(members).utf8()
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        var data = Data()
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: text)
        return data
    }

    private static func data(_ numbers: [Float], _ type: TensorType) -> Data {
        if type != .bf16 { return numbers.withUnsafeBytes { Data($0) } }
        return numbers.map(brainHalf).withUnsafeBytes { Data($0) }
    }
}
