import Foundation
import TestSupport

/// Little-endian bytes, one value after the other.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func integer(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    mutating func text(_ text: String) {
        integer(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func pad(to alignment: Int) {
        while bytes.count % alignment != 0 { bytes.append(0) }
    }
}
