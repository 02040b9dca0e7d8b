import Documents
import OrderedCollections

/// The part of a model's report that counts and lists tensors.
struct TensorReport {
    let tensors: [Tensor]

    /// Tensor types with their tensors, numbers and bytes; the largest first.
    private var types: [(type: TensorType, tensors: Int, parameters: Int, bytes: Int)] {
        TensorType.allCases.compactMap { type in
            let tensors = tensors.filter { $0.type == type }
            guard !tensors.isEmpty else { return nil }
            return (type, tensors.count, sum(tensors, \.count), sum(tensors, \.sizeInBytes))
        }.sorted { $0.bytes > $1.bytes }
    }

    /// A figure summed over tensors.
    private func sum(_ tensors: [Tensor], _ size: KeyPath<Tensor, Int>) -> Int {
        tensors.reduce(0) { $0 + $1[keyPath: size] }
    }

    /// Adds `types` and, if wanted, `tensors`.
    func add(to members: inout JSONObject, withTensors: Bool) {
        var byType: JSONObject = [:]
        for type in types {
            byType[type.type.rawValue] = [
                "tensors": .integer(type.tensors), "parameters": .integer(type.parameters),
                "bytes": .integer(type.bytes),
            ]
        }
        members["types"] = .object(byType)
        guard withTensors else { return }
        members["tensors"] = .array(
            tensors.map {
                [
                    "name": .string($0.name), "type": .string($0.type.rawValue),
                    "shape": .array($0.shape.map { .integer($0) }), "bytes": .integer($0.sizeInBytes),
                ]
            })
    }

    /// A line a type and, behind an empty one, if wanted a line a tensor.
    func lines(withTensors: Bool) -> [String] {
        var lines = types.map { type in
            let share = "\(Self.grouped(type.parameters)) parameters in \(type.tensors) tensors"
            return Self.row(type.type.rawValue, "\(Self.grouped(type.bytes)) bytes, \(share)")
        }
        guard withTensors else { return lines }
        let width = max(28, (tensors.map(\.name.count).max() ?? 0) + 2)
        lines.append("")
        lines += tensors.map { tensor in
            let shape = tensor.shape.map(String.init).joined(separator: " x ")
            let value = "\(tensor.type.rawValue), \(shape), \(Self.grouped(tensor.sizeInBytes)) bytes"
            return Self.row(tensor.name, value, width)
        }
        return lines
    }

    /// One line: a name, padded, and its value.
    static func row(_ name: String, _ value: String, _ width: Int = 14) -> String {
        name + String(repeating: " ", count: max(1, width - name.count)) + value
    }

    /// 1234567 as 1,234,567.
    static func grouped(_ number: Int) -> String {
        var text = "", digits = String(number)[...]
        while digits.count > 3 {
            text = "," + digits.suffix(3) + text
            digits = digits.dropLast(3)
        }
        return digits + text
    }
}
