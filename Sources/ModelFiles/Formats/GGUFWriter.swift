import Foundation

/// Writes a GGUF file, version 3, tensor by tensor, under another name until it is whole. `GGUFFile` reads it.
package struct GGUFWriter {
    /// A value of the metadata.
    package enum Value: Equatable {
        case uint32(UInt32), float(Float), bool(Bool), string(String)
        case strings([String]), int32s([Int32])
    }

    /// A tensor to be written; its bytes are asked for when it is its turn.
    package struct Entry {
        package let name: String
        package let type: TensorType
        /// Outermost first.
        package let shape: [Int]
        /// Gives its bytes, in parts, to `take`.
        let content: (_ take: (Data) throws -> Void) throws -> Void

        /// - Precondition: a type of GGUF files, and a shape that it can have.
        package init(
            name: String, type: TensorType, shape: [Int], content: @escaping ((Data) throws -> Void) throws -> Void
        ) {
            precondition(type.gguf != nil && type.bytes(of: shape) != nil, "\(name): no \(shape) of \(type)")
            (self.name, self.type, self.shape, self.content) = (name, type, shape, content)
        }

        package var bytes: Int { type.bytes(of: shape) ?? 0 }
    }

    /// Bytes to which tensors are aligned, where the metadata say nothing else.
    static let alignment = 32

    private let metadata: [(key: String, value: Value)]
    private let entries: [Entry]

    package init(metadata: [(key: String, value: Value)], entries: [Entry]) {
        (self.metadata, self.entries) = (metadata, entries)
    }

    package func write(to path: String) throws {
        try DurableFile.write(to: path) { file in
            try file.write(contentsOf: header)
            for entry in entries {
                var written = 0
                try entry.content { data in
                    try file.write(contentsOf: data)
                    written += data.count
                }
                precondition(written == entry.bytes, "\(entry.name): \(written) bytes of \(entry.bytes)")
                try file.write(contentsOf: Data(count: Self.padding(written)))
            }
        }
    }

    private static func padding(_ count: Int) -> Int { (alignment - count % alignment) % alignment }

    /// Everything before the data.
    private var header: Data {
        var data = Data("GGUF".utf8)
        Self.append(UInt32(3), to: &data)
        Self.append(UInt64(entries.count), to: &data)
        Self.append(UInt64(metadata.count), to: &data)
        for (key, value) in metadata {
            Self.append(key, to: &data)
            Self.append(value, to: &data)
        }
        var offset = 0
        for entry in entries {
            Self.append(entry.name, to: &data)
            Self.append(UInt32(entry.shape.count), to: &data)
            for dimension in entry.shape.reversed() { Self.append(UInt64(dimension), to: &data) }
            Self.append(entry.type.gguf ?? 0, to: &data)
            Self.append(UInt64(offset), to: &data)
            offset += entry.bytes + Self.padding(entry.bytes)
        }
        data.append(Data(count: Self.padding(data.count)))
        return data
    }

    private static func append(_ number: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }

    private static func append(_ text: String, to data: inout Data) {
        append(UInt64(text.utf8.count), to: &data)
        data.append(contentsOf: text.utf8)
    }

    /// A value behind the number of its type.
    private static func append(_ value: Value, to data: inout Data) {
        switch value {
        case .uint32(let number):
            append(UInt32(4), to: &data)
            append(number, to: &data)
        case .float(let number):
            append(UInt32(6), to: &data)
            append(number.bitPattern, to: &data)
        case .bool(let isTrue):
            append(UInt32(7), to: &data)
            append(UInt8(isTrue ? 1 : 0), to: &data)
        case .string(let text):
            append(UInt32(8), to: &data)
            append(text, to: &data)
        case .strings(let texts):
            append(UInt32(9), to: &data)
            append(UInt32(8), to: &data)
            append(UInt64(texts.count), to: &data)
            for text in texts { append(text, to: &data) }
        case .int32s(let numbers):
            append(UInt32(9), to: &data)
            append(UInt32(5), to: &data)
            append(UInt64(numbers.count), to: &data)
            for number in numbers { append(number, to: &data) }
        }
    }
}
