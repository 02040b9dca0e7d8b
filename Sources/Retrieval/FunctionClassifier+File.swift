import Foundation
import Documents

/// A classifier on disk: a line of JSON, then the parameters, f32, little-endian.
extension FunctionClassifier {
    private static let format = "kinglet-classifier-1"

    /// Writes header and parameters; an old file of that name is replaced whole.
    public func write(to path: String) throws {
        let head: JSONValue = [
            "format": .string(Self.format), "encoder": .string(encoderIdentity),
            "fingerprint": .string(fingerprint.description), "width": .integer(model.width),
            "buckets": .integer(model.buckets), "functions": .array(names.map { .string($0) }),
        ]
        var bytes = head.utf8() + [0x0A]
        bytes.reserveCapacity(bytes.count + parameters.count * 4)
        for value in parameters {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// Reads a file and checks that header and length agree.
    public static func read(path: String) throws(ClassifierError) -> FunctionClassifier {
        func fault(_ reason: String) -> ClassifierError { .unreadable(path: path, reason: reason) }
        guard let data = FileManager.default.contents(atPath: path) else { throw fault("cannot be read") }
        guard let end = data.firstIndex(of: 0x0A), let head = try? JSONValue(parsing: data[..<end]),
            head["format"]?.stringValue == format
        else { throw fault("is no classifier") }
        guard let encoder = head["encoder"]?.stringValue, let fingerprint = head["fingerprint"]?.stringValue,
            let width = head["width"]?.intValue, let buckets = head["buckets"]?.intValue,
            let names = head["functions"]?.arrayValue?.compactMap(\.stringValue), !names.isEmpty,
            (1...65536).contains(width), (1...1 << 24).contains(buckets), names.count <= 1 << 16
        else { throw fault("its head is incomplete") }
        let model = SoftmaxRegression(classes: names.count, width: width, buckets: buckets)
        let body = [UInt8](data[data.index(after: end)...])
        guard body.count == model.count * 4 else {
            throw fault("has \(body.count) bytes of parameters, not \(model.count * 4)")
        }
        var parameters: [Float] = []
        parameters.reserveCapacity(model.count)
        for index in stride(from: 0, to: body.count, by: 4) {
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(body[index + $1]) << (8 * UInt32($1)) }
            parameters.append(Float(bitPattern: bits))
        }
        guard parameters.allSatisfy(\.isFinite) else { throw fault("has parameters that are no numbers") }
        return FunctionClassifier(
            names: names, encoderIdentity: encoder, fingerprint: PoolFingerprint(stored: fingerprint), model: model,
            parameters: parameters)
    }
}
