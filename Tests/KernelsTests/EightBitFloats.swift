import Foundation
import Kernels

/// E4M3 by its table: slow, plain, and not what the kernels do.
enum EightBitFloats {
    /// All numbers from 0 to 448, ascending; the place of one in it is its code.
    static let magnitudes: [Double] = (0..<127).map { code in
        let (exponent, fraction) = (code >> 3, Double(code & 7))
        return exponent == 0 ? fraction / 512 : pow(2, Double(exponent - 7)) * (1 + fraction / 8)
    }

    /// The nearest, of two alike near the one with an even code; the largest beyond it.
    static func nearest(_ number: Double) -> Double {
        let magnitude = abs(number)
        var best = 0
        for (code, value) in magnitudes.enumerated() {
            let (distance, least) = (abs(value - magnitude), abs(magnitudes[best] - magnitude))
            if distance < least || distance == least && code % 2 == 0 { best = code }
        }
        return number < 0 ? -magnitudes[best] : magnitudes[best]
    }

    /// A row's scale in f32, its largest number on 448, and its numbers divided by it, rounded.
    static func rounded(_ row: [Float]) -> (scale: Float, numbers: [Double]) {
        let scale = max(row.reduce(0) { max($0, abs($1)) } / 448, Float(0x1p-126))
        return (scale, row.map { nearest(Double($0 / scale)) })
    }
}

extension RandomMatrix {
    /// Row by row.
    var lines: [[Float]] { (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) } }
}
