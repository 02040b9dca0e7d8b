import Kernels
import ModelFiles
import Models

/// What one step computes: tokens of several sequences, one after the other.
public struct RaggedBatch {
    public var tokens: [Int32] = []
    public var segments: [AttentionSegment] = []
    /// Rows of `tokens` whose next token is asked for, ascending.
    public var outputRows: [Int] = []
    /// Rows that adapters act on, ascending.
    public var adapted: [AdaptedRows] = []

    public init() {}
}

/// A causal language model over a paged KV cache that it owns. Confined to the engine thread.
public protocol Decoder {
    var vocabularySize: Int { get }
    /// Computes keys and values of all rows and keeps what `logits` needs of the output rows.
    ///
    /// - Parameter isWanted: asked now and then; once nobody wants the batch any more the rest is left undone.
    /// - Returns: false if it was left undone: nothing of the batch counts as computed.
    func forward(_ batch: RaggedBatch, while isWanted: () -> Bool) -> Bool
    /// Logits of the whole vocabulary for some of the last batch's outputs (by place in `outputRows`), one row each.
    func logits(outputs: [Int], into rows: UnsafeMutablePointer<Float>)
    /// Logits of a few tokens only, the same bits as the whole row has.
    func logits(output: Int, tokens: [Int32], into row: UnsafeMutablePointer<Float>)
    /// Bytes that a block of keys and values has outside of the cache; 0: they stay in it.
    var blockBytes: Int { get }
    /// Copies a block out, `blockBytes` bytes.
    func readBlock(_ block: BlockID, into bytes: UnsafeMutableRawBufferPointer)
    /// Puts back what `readBlock` copied out, of the same model and formats.
    func writeBlock(_ block: BlockID, from bytes: UnsafeRawBufferPointer)
}

extension Decoder {
    public var blockBytes: Int { 0 }
    public func readBlock(_ block: BlockID, into bytes: UnsafeMutableRawBufferPointer) {}
    public func writeBlock(_ block: BlockID, from bytes: UnsafeRawBufferPointer) {}
}

extension Qwen2Decoder: Decoder {
    public var vocabularySize: Int { weights.description.vocabularySize }
    public var blockBytes: Int { cache.shape.bytesPerBlock }

    public func readBlock(_ block: BlockID, into bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count == blockBytes else { return }
        cache.readBlock(Int(block), into: base)
    }

    public func writeBlock(_ block: BlockID, from bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count == blockBytes else { return }
        cache.writeBlock(Int(block), from: base)
    }

    public func forward(_ batch: RaggedBatch, while isWanted: () -> Bool) -> Bool {
        forward(
            tokens: batch.tokens, segments: batch.segments, outputRows: batch.outputRows, adapted: batch.adapted,
            while: isWanted)
    }
}
