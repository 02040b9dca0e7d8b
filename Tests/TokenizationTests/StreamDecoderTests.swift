import ModelFiles
import Testing
import TestSupport
import Tokenization

@Suite struct StreamDecoderTests {
    /// Scalars of every length, and bytes that are no UTF-8: lone continuations, overlong forms, surrogates, beyond
    /// U+10FFFF, leads without their rest.
    static let texts: [[UInt8]] = [
        Array("héllo, 世界 👩‍👩‍👧 e\u{301}".utf8), [0x80, 0x41, 0xBF], [0xC0, 0xAF], [0xE0, 0x80, 0xAF],
        [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x91], [0xE4, 0xB8], [0xC3], [0xE4, 0xB8, 0x41],
        [0xF0, 0x9F, 0xF0, 0x9F, 0x91, 0xA9], [0xFF, 0xFE, 0xC3, 0xC3, 0xA9],
    ]

    @Test("property: any cut of the bytes gives the text of the whole", arguments: UInt64(0)..<200)
    func cuts(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try Tokenizer(.bytesOnly)
        var bytes: [UInt8] = []
        for _ in 0..<8 {
            bytes += Self.texts.randomElement(using: &random) ?? []
            if Bool.random(using: &random) { bytes.append(.random(in: 0...255, using: &random)) }
        }
        var decoder = StreamDecoder(tokenizer)
        var text = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(.random(in: 1...5, using: &random))
            text += decoder.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        text += decoder.finish()
        #expect(Array(text.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8))
    }

    @Test func waitsForWholeScalars() throws {
        let tokenizer = try Tokenizer(.bytesOnly)
        var decoder = StreamDecoder(tokenizer)
        let pieces = "a世👩".utf8.map { decoder.append(TokenID($0)) }
        #expect(pieces == ["a", "", "", "世", "", "", "", "👩"])
        #expect(decoder.finish() == "")
    }

    @Test func repairsWhatIsCutOff() throws {
        var decoder = StreamDecoder(try Tokenizer(.bytesOnly))
        #expect(decoder.append(TokenID(0xE4)) == "")
        #expect(decoder.append(TokenID(0xB8)) == "")
        #expect(decoder.finish() == "\u{FFFD}")
        #expect(decoder.finish() == "")
    }

    @Test func specialTokensAreLeftOutUnlessWanted() throws {
        let tokenizer = try Tokenizer(.small)
        let tokens = tokenizer.encode("lo<|im_end|>w", allowingSpecial: true)
        for (skips, expected) in [(true, "low"), (false, "lo<|im_end|>w")] {
            var decoder = StreamDecoder(tokenizer, skippingSpecial: skips)
            var text = ""
            for token in tokens { text += decoder.append(token) }
            #expect(text + decoder.finish() == expected)
            #expect(tokenizer.decode(tokens, skippingSpecial: skips) == expected)
        }
    }
}
