import Digests
import Foundation

/// How a teacher's log-probabilities lie in a file; numbers are little-endian.
///
/// ```
/// "KLOGITS1"
/// header:  length u32, JSON, checksum
/// record:  length u32, payload, checksum      one a sample
/// payload: key of the sample (16 bytes), tokens u16,
///          each: count u16, log-probability of all others f32, count ids of 3 bytes, count log-probabilities f16
/// end:     0xFFFFFFFF, number of records u64, checksum of their checksums
/// ```
///
/// A checksum is the first 8 bytes of the SHA-256 of what stands before it, without its length.
enum StoreFormat {
    static let magic = Array("KLOGITS1".utf8)
    static let endMark = UInt32.max
    static let checksumBytes = 8, keyBytes = 16
    /// Ids have three bytes.
    static let mostIDs = 1 << 24
    /// Tokens of a completion, and entries of a token.
    static let mostTokens = Int(UInt16.max), mostEntries = 1024

    static func checksum(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return Array(hash.digest().prefix(checksumBytes))
    }

    static func checksum(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { checksum($0) } }

    /// By which a sample is found again: its tokens, and where the completion begins.
    static func key(_ sample: TrainingSample) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(little: UInt32(sample.promptLength))
        for token in sample.tokens { bytes.append(little: UInt32(bitPattern: token)) }
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return Array(hash.digest().prefix(keyBytes))
    }

    static func payload(_ sample: TrainingSample, _ tokens: [TeacherToken]) -> [UInt8] {
        var bytes = key(sample)
        bytes.append(little: UInt16(tokens.count))
        for token in tokens {
            bytes.append(little: UInt16(token.ids.count))
            bytes.append(little: token.rest.bitPattern)
            for id in token.ids {
                let id = UInt32(bitPattern: id)
                bytes += [
                    UInt8(truncatingIfNeeded: id), UInt8(truncatingIfNeeded: id >> 8),
                    UInt8(truncatingIfNeeded: id >> 16),
                ]
            }
            // The least that 16 bits can say is as good as nothing.
            for logprob in token.logprobs {
                bytes.append(little: Float16(max(logprob, -Float(Float16.greatestFiniteMagnitude))).bitPattern)
            }
        }
        return bytes
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(little number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
