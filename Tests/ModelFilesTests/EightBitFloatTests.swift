import Foundation
import ModelFiles
import TestSupport
import Testing

/// E4M3: what all codes are, and which one is taken for a number.
@Suite struct EightBitFloatTests {
    /// All 256 codes as a file has them, read.
    private static func read() throws -> [Float] {
        let folder = try TemporaryFolder(), path = folder.path + "/codes.safetensors"
        let entry = SafetensorsWriter.Entry(name: "codes", raw: .f8e4m3, shape: [4, 64]) { Data(0...255) }
        try SafetensorsWriter([entry]).write(to: path)
        let tensor = try #require(try Safetensors.tensors(of: MappedFile(path: path)).first)
        #expect(tensor.type == .f8e4m3 && tensor.sizeInBytes == 256 && tensor.bytesPerRow == 64)
        return tensor.dequantized()
    }

    /// `(-1)^s * 2^(e - 7) * (1 + f / 8)`, and below the least exponent `2^-6 * f / 8`.
    private static func formula(_ code: Int) -> Double {
        let (exponent, fraction) = (code >> 3 & 15, Double(code & 7))
        let magnitude = exponent == 0 ? fraction / 512 : pow(2, Double(exponent - 7)) * (1 + fraction / 8)
        return code < 128 ? magnitude : -magnitude
    }

    @Test func allCodesAreWhatTheFormulaSays() throws {
        let values = try Self.read()
        #expect(values.count == 256)
        for (code, value) in values.enumerated() {
            guard code & 127 != 127 else {
                #expect(value.isNaN)
                continue
            }
            #expect(Double(value) == Self.formula(code) && (value.sign == .minus) == (code >= 128), "\(code)")
            #expect(EightBitFloat.code(value) == UInt8(code), "\(code)")
        }
        #expect(EightBitFloat.largest == values[0x7E])
    }

    /// From the table of the specification, and its edges.
    static let known: [(Float, UInt8)] = [
        (0, 0), (-0.0, 0x80), (0x1p-9, 1), (7 * 0x1p-9, 7), (0x1p-6, 8), (1, 0x38), (-1.5, 0xBC), (448, 0x7E),
        (240, 0x77),
        // Half the least number is as near to 0, which is even; any more is not.
        (0x1p-10, 0), (0x1.000002p-10, 1), (3 * 0x1p-10, 2), (15 * 0x1p-10, 8), (.leastNonzeroMagnitude, 0),
        // Beyond the largest.
        (464, 0x7E), (464.1, 0x7E), (480, 0x7E), (1e30, 0x7E), (.infinity, 0x7E), (-.infinity, 0xFE), (-449, 0xFE),
    ]

    @Test(arguments: known) func knownNumbers(number: Float, code: UInt8) {
        #expect(EightBitFloat.code(number) == code)
    }

    @Test func whatIsNoNumberStaysNone() throws {
        let values = try Self.read()
        for number in [Float.nan, -.nan, .signalingNaN] {
            #expect(values[Int(EightBitFloat.code(number))].isNaN)
        }
    }

    @Test("law: half way between two neighbours the even code is taken, beside it the nearer") func ties() {
        for code in 0..<0x7E {
            let (low, high) = (Float(Self.formula(code)), Float(Self.formula(code + 1))), middle = (low + high) / 2
            let even = UInt8(code % 2 == 0 ? code : code + 1)
            for (sign, bit) in [(Float(1), UInt8(0)), (-1, 0x80)] {
                #expect(EightBitFloat.code(sign * middle) == even | bit)
                #expect(EightBitFloat.code(sign * middle.nextDown) == UInt8(code) | bit)
                #expect(EightBitFloat.code(sign * middle.nextUp) == UInt8(code + 1) | bit)
            }
        }
    }

    @Test("law: no code is nearer", arguments: UInt64(0)..<8) func nearest(seed: UInt64) {
        var random = SeededGenerator(seed)
        let values = (0..<0x7F).map { Self.formula($0) }
        for _ in 0..<500 {
            // All exponents alike, some beyond either end.
            let number = Float(
                sign: Bool.random(using: &random) ? .plus : .minus, exponent: .random(in: -12...9, using: &random),
                significand: .random(in: 1..<2, using: &random))
            let code = EightBitFloat.code(number), distance = abs(Self.formula(Int(code)) - Double(number))
            let least = values.map { abs($0 - abs(Double(number))) }.min()
            #expect(distance == least && (code >= 128) == (number < 0), "\(number)")
        }
    }
}
