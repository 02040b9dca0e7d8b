import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// Reads a store's bytes from front to back, each part against its checksum. Owner: whoever made it.
struct StoreReader {
    /// A sample's record.
    struct Record {
        let key: [UInt8]
        /// Of the payload, in the file.
        let payload: Range<Int>
        let checksum: [UInt8]
    }

    enum Step {
        case record(Record)
        /// The end that a finished store has.
        case end
        /// Nothing more, or something that is no whole record; why.
        case torn(String)
    }

    private let bytes: UnsafeRawBufferPointer
    private let path: String
    /// Where the next part begins: all before it is whole.
    private(set) var place = 0
    private(set) var records = 0
    private var checksums: [UInt8] = []

    init(_ file: MappedFile) { (bytes, path) = (file.bytes, file.path) }

    mutating func header() throws(TrainingError) -> JSONObject {
        guard bytes.count >= StoreFormat.magic.count, bytes[..<StoreFormat.magic.count].elementsEqual(StoreFormat.magic)
        else { throw .store(path: path, reason: "is no file that `kinglet logits` wrote") }
        place = StoreFormat.magic.count
        guard let (range, _) = part(), let value = try? JSONValue(parsing: Data(bytes[range])),
            let header = value.objectValue
        else { throw .store(path: path, reason: "its header is damaged. Write it again: kinglet logits") }
        return header
    }

    mutating func next() -> Step {
        let start = place
        guard let mark = number(UInt32.self, at: place) else { return .torn("it ends within record \(records + 1)") }
        if mark == StoreFormat.endMark { return end() }
        guard let (range, checksum) = part() else {
            place = start
            return .torn("record \(records + 1), at byte \(start), is damaged")
        }
        guard range.count >= StoreFormat.keyBytes, StoredTokens(bytes, payload: range).isSound else {
            place = start
            return .torn("record \(records + 1), at byte \(start), contradicts itself")
        }
        records += 1
        checksums += checksum
        let key = Array(bytes[range.lowerBound..<range.lowerBound + StoreFormat.keyBytes])
        return .record(Record(key: key, payload: range, checksum: checksum))
    }

    private func end() -> Step {
        let first = place + 4
        guard let count = number(UInt64.self, at: first), count == UInt64(records),
            first + 8 + StoreFormat.checksumBytes == bytes.count,
            bytes[(first + 8)...].elementsEqual(StoreFormat.checksum(checksums))
        else { return .torn("its end does not fit its \(records) records") }
        return .end
    }

    /// Length, content, checksum; nil: they do not fit.
    private mutating func part() -> (Range<Int>, [UInt8])? {
        guard let length = number(UInt32.self, at: place).map(Int.init), length > 0 else { return nil }
        let range = place + 4..<place + 4 + length
        guard range.upperBound + StoreFormat.checksumBytes <= bytes.count else { return nil }
        let checksum = StoreFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[range]))
        guard bytes[range.upperBound..<range.upperBound + StoreFormat.checksumBytes].elementsEqual(checksum) else {
            return nil
        }
        place = range.upperBound + StoreFormat.checksumBytes
        return (range, checksum)
    }

    private func number<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number? {
        guard place + MemoryLayout<Number>.size <= bytes.count else { return nil }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
}

/// The tokens of a record, read where they lie.
struct StoredTokens {
    private let bytes: UnsafeRawBufferPointer
    private let payload: Range<Int>

    /// - Parameter payload: at least a key.
    init(_ bytes: UnsafeRawBufferPointer, payload: Range<Int>) { (self.bytes, self.payload) = (bytes, payload) }

    var count: Int {
        let place = payload.lowerBound + StoreFormat.keyBytes
        return place + 2 <= payload.upperBound ? word(place) : 0
    }

    /// Every token lies within the payload, and nothing lies behind the last.
    var isSound: Bool {
        guard payload.count >= StoreFormat.keyBytes + 2, count > 0 else { return false }
        var place = payload.lowerBound + StoreFormat.keyBytes + 2
        for _ in 0..<count {
            guard place + 6 <= payload.upperBound, (1...StoreFormat.mostEntries).contains(word(place)) else {
                return false
            }
            place += size(at: place)
            guard place <= payload.upperBound else { return false }
        }
        return place == payload.upperBound
    }

    /// - Precondition: `isSound`, and there are so many tokens.
    subscript(index: Int) -> TeacherToken {
        var place = payload.lowerBound + StoreFormat.keyBytes + 2
        for _ in 0..<index { place += size(at: place) }
        let count = word(place), rest = bytes.loadUnaligned(fromByteOffset: place + 2, as: UInt32.self)
        let ids = place + 6, logprobs = ids + 3 * count
        return TeacherToken(
            ids: (0..<count).map { entry in
                let first = ids + 3 * entry
                return Int32(bytes[first]) | Int32(bytes[first + 1]) << 8 | Int32(bytes[first + 2]) << 16
            },
            logprobs: (0..<count).map { Float(Float16(bitPattern: UInt16(word(logprobs + 2 * $0)))) },
            rest: Float(bitPattern: UInt32(littleEndian: rest)))
    }

    private func size(at place: Int) -> Int { 6 + 5 * word(place) }

    private func word(_ place: Int) -> Int {
        Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    }
}
