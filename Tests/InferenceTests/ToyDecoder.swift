import Digests
import Foundation
import Inference
import Kernels
import ModelFiles
import Models
import Tokenization

/// A "model" whose logits are a hash of everything it can see through its block table. It stores tokens where a real
/// decoder stores keys and values, so that a block with wrong content, a stale cached count or a lost write changes the
/// answer.
final class ToyDecoder: Decoder {
    let vocabularySize: Int
    private let blockSize: Int
    /// Parts of a step, between which it can be given up.
    private let layers: Int
    /// Microseconds that each takes at least.
    private let pace: UInt32
    /// A text with this token has no logits: they are NaN.
    static let poison: Int32 = 255
    private var slots: [Int32]
    /// What each output row sees; nil: poison.
    private var outputs: [UInt64?] = []
    private let isPoisoned: Bool
    /// Mostly only the last token counts, so that answers repeat themselves; now and then the whole text.
    private let isRepetitive: Bool

    init(
        vocabularySize: Int, blocks: Int, blockSize: Int, pace: UInt32 = 0, isPoisoned: Bool = false,
        isRepetitive: Bool = false, layers: Int = 1
    ) {
        (self.vocabularySize, self.blockSize, self.isRepetitive) = (vocabularySize, blockSize, isRepetitive)
        (self.pace, self.isPoisoned, self.layers) = (pace, isPoisoned, layers)
        slots = Array(repeating: -1, count: blocks * blockSize)
    }

    func forward(_ batch: RaggedBatch, while isWanted: () -> Bool) -> Bool {
        outputs = []
        for _ in 0..<layers {
            if layers > 1, !isWanted() { return false }
            if pace > 0 { usleep(pace) }
        }
        for segment in batch.segments {
            for row in 0..<segment.rows {
                let position = segment.position + row
                let adapter = batch.adapted.first { $0.rows.contains(segment.firstRow + row) }?.weights.fingerprint
                slots[slot(position, segment)] = Self.stored(batch.tokens[segment.firstRow + row], adapter)
                guard batch.outputRows.contains(segment.firstRow + row) else { continue }
                let past = (0...position).map { slots[slot($0, segment)] }
                outputs.append(isPoisoned && past.contains(Self.poison) ? nil : Self.state(past, isRepetitive))
            }
        }
        return true
    }

    private func slot(_ position: Int, _ segment: AttentionSegment) -> Int {
        Int(segment.blockTable[position / blockSize]) * blockSize + position % blockSize
    }

    func logits(outputs places: [Int], into rows: UnsafeMutablePointer<Float>) {
        for (row, place) in places.enumerated() {
            for token in 0..<vocabularySize {
                rows[row * vocabularySize + token] = Self.logit(outputs[place], token)
            }
        }
    }

    func logits(output: Int, tokens: [Int32], into row: UnsafeMutablePointer<Float>) {
        for (place, token) in tokens.enumerated() { row[place] = Self.logit(outputs[output], Int(token)) }
    }

    var blockBytes: Int { blockSize * 4 }

    func readBlock(_ block: BlockID, into bytes: UnsafeMutableRawBufferPointer) {
        let start = Int(block) * blockSize
        slots[start..<start + blockSize].withUnsafeBytes { bytes.copyMemory(from: $0) }
    }

    func writeBlock(_ block: BlockID, from bytes: UnsafeRawBufferPointer) {
        for (place, value) in bytes.bindMemory(to: Int32.self).enumerated() {
            slots[Int(block) * blockSize + place] = value
        }
    }

    /// What a token leaves in the cache: an adapter changes it.
    private static func stored(_ token: Int32, _ adapter: Fingerprint?) -> Int32 {
        token &+ Int32(truncatingIfNeeded: (adapter?.low ?? 0) << 8)
    }

    private static func state(_ tokens: [Int32], _ isRepetitive: Bool) -> UInt64 {
        let whole = hash(tokens)
        return isRepetitive && (whole >> 32) % 16 != 0 ? hash(tokens.suffix(1)) : whole
    }

    private static func hash(_ tokens: some Sequence<Int32>) -> UInt64 {
        tokens.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64(UInt32(bitPattern: $1))) &* 0x100_0000_01B3 }
    }

    private static func logit(_ state: UInt64?, _ token: Int) -> Float {
        guard let state else { return .nan }
        var mixed = state ^ UInt64(token) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9
        return Float(mixed >> 40) / Float(1 << 21)
    }

    /// What any engine must answer: token by token over the whole text, without cache, batch or blocks.
    static func answer(
        to prompt: [Int32], count: Int, vocabulary: Int, isRepetitive: Bool = false, under use: AdapterUse? = nil
    ) -> [Int32] {
        var tokens = prompt
        for _ in 0..<count {
            let seen = tokens.enumerated().map { place, token in
                stored(token, use.flatMap { place >= $0.position ? $0.adapter.fingerprint : nil })
            }
            let state = state(seen, isRepetitive)
            let best = (0..<vocabulary).max { (logit(state, $0), -$0) < (logit(state, $1), -$1) } ?? 0
            tokens.append(Int32(best))
        }
        return Array(tokens.dropFirst(prompt.count))
    }
}

/// A tokeniser of single bytes and one end token.
func byteTokenizer() throws -> Tokenizer {
    // GPT-2's alphabet: printable bytes stand for themselves, the others for characters from U+0100 on.
    var next: UInt32 = 0x100
    let tokens = (0..<256).map { byte -> String in
        let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
        defer { if !isPrintable { next += 1 } }
        return String(Unicode.Scalar(isPrintable ? UInt32(byte) : next) ?? " ")
    }
    return try Tokenizer(
        TokenizerDescription(
            tokens: tokens + ["<end>"], merges: [], specialTokens: ["<end>": 256], preTokenizer: .qwen2,
            normalizesNFC: true, chatTemplate: nil, beginOfText: nil, addsBeginOfText: false, endOfText: [256]))
}
