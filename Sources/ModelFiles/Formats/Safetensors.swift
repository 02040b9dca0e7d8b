import Documents
import OrderedCollections

/// The tensors of one safetensors file: a length of 64 bits, that much JSON, the data
/// (github.com/huggingface/safetensors, README "Format").
package enum Safetensors {
    /// As the reference implementation limits it.
    static let longestHeader = 100_000_000

    /// In the order of the header; tensors that are not wanted are passed over unread.
    package static func tensors(
        of file: MappedFile, where isWanted: (String) -> Bool = { _ in true }
    ) throws(ModelFileError) -> [Tensor] {
        let path = file.path
        let (members, start) = try header(of: file)
        var tensors: [Tensor] = []
        for (name, value) in members where name != "__metadata__" && isWanted(name) {
            tensors.append(try tensor(name, value, dataFrom: start, in: file))
        }
        try refuseOverlaps(tensors, path: path)
        return tensors
    }

    /// The members of the header, and where the data begin.
    private static func header(of file: MappedFile) throws(ModelFileError) -> (members: JSONObject, start: Int) {
        let (path, bytes) = (file.path, file.bytes)
        guard bytes.count >= 8 else {
            throw .damaged(path: path, .truncated(what: "the header", end: 8, size: bytes.count))
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        let limit = min(longestHeader, bytes.count - 8)
        guard length <= UInt64(limit) else {
            throw .damaged(path: path, .count(what: "bytes of header", value: length, limit: limit))
        }
        let start = 8 + Int(length)
        let header = try JSONFile.parse(UnsafeRawBufferPointer(rebasing: bytes[8..<start]), path: path, file: "header")
        guard let members = header.objectValue else {
            throw .damaged(path: path, .wrongType(key: "the header", expected: "an object"))
        }
        return (members, start)
    }

    /// What the writer of the file noted in it.
    package static func metadata(of file: MappedFile) throws(ModelFileError) -> JSONObject {
        try header(of: file).members["__metadata__"]?.objectValue ?? [:]
    }

    /// One entry of the header as a view of the file, its offsets checked against its shape.
    private static func tensor(
        _ name: String, _ value: JSONValue, dataFrom start: Int, in file: MappedFile
    ) throws(ModelFileError) -> Tensor {
        let path = file.path
        guard let code = value["dtype"]?.stringValue, let dimensions = value["shape"]?.arrayValue,
            let offsets = value["data_offsets"]?.arrayValue?.map(\.intValue), offsets.count == 2,
            let begin = offsets[0], let end = offsets[1]
        else {
            throw .damaged(
                path: path, .wrongType(key: "the entry of tensor \(name)", expected: "dtype, shape and data_offsets"))
        }
        guard let type = TensorType(safetensors: code) else {
            throw .unsupported(path: path, what: "tensor \(name) is of type \(code)")
        }
        let shape = dimensions.compactMap(\.intValue)
        guard shape.count == dimensions.count, shape.count <= 4, let size = type.bytes(of: shape) else {
            throw .damaged(
                path: path,
                .shape(tensor: name, dimensions: shape.map { UInt64(bitPattern: Int64($0)) }))
        }
        let dataSize = file.bytes.count - start
        guard begin >= 0, end >= begin, end <= dataSize else {
            throw .damaged(path: path, .truncated(what: "tensor \(name)", end: end, size: dataSize))
        }
        guard end - begin == size,
            let tensor = Tensor(name: name, type: type, shape: shape, file: file, offset: start + begin)
        else { throw .damaged(path: path, .wrongSize(tensor: name, bytes: end - begin, expected: size)) }
        return tensor
    }
}
