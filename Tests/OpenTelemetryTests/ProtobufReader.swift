/// Reads a protocol buffer without knowing its messages: fields by number, in order.
struct ProtobufReader {
    enum Value: Equatable {
        case integer(UInt64)
        case fixed(UInt64)
        case bytes([UInt8])
    }

    private(set) var fields: [(number: Int, value: Value)] = []

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let tag = Self.varint(&rest), number = Int(tag >> 3)
            switch tag & 7 {
            case 0: fields.append((number, .integer(Self.varint(&rest))))
            case 1: fields.append((number, .fixed(Self.fixed(&rest, 8))))
            case 5: fields.append((number, .fixed(Self.fixed(&rest, 4))))
            default:
                let count = min(rest.count, Int(Self.varint(&rest)))
                fields.append((number, .bytes(Array(rest.prefix(count)))))
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while let byte = rest.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return value
    }

    private static func fixed(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> UInt64 {
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(count)
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func bytes(_ number: Int) -> [[UInt8]] {
        fields.compactMap { field in
            guard field.number == number, case .bytes(let bytes) = field.value else { return nil }
            return bytes
        }
    }
    func messages(_ number: Int) -> [ProtobufReader] { bytes(number).map(ProtobufReader.init) }
    func message(_ path: Int...) -> ProtobufReader {
        path.reduce(self) { $0.messages($1).first ?? ProtobufReader([]) }
    }
    func text(_ number: Int) -> String { String(decoding: bytes(number).first ?? [], as: UTF8.self) }
    func number(_ number: Int) -> UInt64? {
        switch fields.first(where: { $0.number == number })?.value {
        case .integer(let value), .fixed(let value): value
        default: nil
        }
    }
    func double(_ number: Int) -> Double? { self.number(number).map { Double(bitPattern: $0) } }
    func packed(_ number: Int) -> [UInt64] {
        var (rest, values) = ((bytes(number).first ?? [])[...], [UInt64]())
        while rest.count >= 8 { values.append(Self.fixed(&rest, 8)) }
        return values
    }
    /// Attributes of field `number`: names to texts, numbers as texts.
    func attributes(_ number: Int) -> [String: String] {
        messages(number).reduce(into: [:]) { all, pair in
            let value = pair.message(2)
            all[pair.text(1)] =
                value.bytes(1).isEmpty ? value.number(3).map { String(Int64(bitPattern: $0)) } : value.text(1)
        }
    }
}
