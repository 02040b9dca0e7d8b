import HTTPServer
import TestSupport
import Testing

@Suite struct RequestParserPropertyTests {
    /// Several requests behind one another, most of them whole, some refused.
    static func stream(_ random: inout SeededGenerator) -> [UInt8] {
        var text = ""
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: text += RequestParserTests.refused.randomElement(using: &random)?.0 ?? ""
            case 1:
                text += "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                text += RequestParserTests.refusedChunks.randomElement(using: &random)?.0 ?? ""
            default: text += RequestParserTests.accepted.randomElement(using: &random)?.0 ?? ""
            }
        }
        return Array(text.utf8)
    }

    static func cut(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        let largest = [1, 3, 40].randomElement(using: &random) ?? 1
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...largest, using: &random))
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    @Test("property: any cut of the bytes parses alike", arguments: UInt64(0)..<400)
    func cuts(seed: UInt64) {
        var random = SeededGenerator(seed)
        let bytes = Self.stream(&random)
        #expect(parse(Self.cut(bytes, &random)) == parse([bytes[...]]))
    }

    @Test("property: limits refuse alike however the bytes are cut", arguments: UInt64(0)..<400)
    func cutsWithLimits(seed: UInt64) {
        var random = SeededGenerator(seed)
        var limits = Limits()
        limits.requestLineBytes = Int.random(in: 10...40, using: &random)
        limits.headerBytes = Int.random(in: 10...60, using: &random)
        limits.headerCount = Int.random(in: 1...4, using: &random)
        limits.bodyBytes = Int.random(in: 0...8, using: &random)
        limits.chunkExtensionBytes = Int.random(in: 0...8, using: &random)
        limits.trailerBytes = Int.random(in: 0...8, using: &random)
        let bytes = Self.stream(&random)
        #expect(parse(Self.cut(bytes, &random), limits: limits) == parse([bytes[...]], limits: limits))
    }

    @Test("property: random damage never traps, and still parses alike in any cut", arguments: UInt64(0)..<2000)
    func damage(seed: UInt64) {
        var random = SeededGenerator(seed)
        var bytes = Self.stream(&random)
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert([0, 9, 10, 13, 32, 58, 255].randomElement(using: &random) ?? 0, at: index)
            default: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
            }
        }
        #expect(parse(Self.cut(bytes, &random)) == parse([bytes[...]]))
    }

    @Test("a head that comes byte by byte costs linear time")
    func linear() {
        var limits = Limits()
        (limits.headerBytes, limits.headerCount) = (1 << 20, 10)
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: 500_000))\r\n\r\n"
        let bytes = Array(text.utf8)
        let time = ContinuousClock().measure {
            #expect(parse(bytes.indices.map { bytes[$0...$0] }, limits: limits).count == 1)
        }
        #expect(time < .seconds(30))
    }
}
