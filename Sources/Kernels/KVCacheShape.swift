import CKernels

/// The layout of keys and values: equal blocks, one pool for all layers (arXiv 2309.06180, 4.1).
///
/// Shape `[layers, kvHeads, blocks, 2 (K, V), blockSize, headSize]`; the order inside the last two is the kernel's own.
public struct KVCacheShape: Sendable, Hashable {
    /// What a key or value element is stored as. Attention over `f32` is the reference path, not the fast one. `int8` has
    /// one factor for each token's key or value of a head: keys of 7 bits, values of 8.
    public enum Element: String, Sendable, CaseIterable { case bf16, f32, int8 }

    public let layers: Int, kvHeads: Int, headSize: Int
    /// Tokens a block holds.
    public let blockSize: Int
    public let element: Element

    /// - Throws: `.blockSize` unless 16 or 32; `.headSize` unless a multiple of 16 up to 1024; `.count` unless
    ///   there are 1...65536 layers and heads.
    public init(
        layers: Int, kvHeads: Int, headSize: Int, blockSize: Int = 32, element: Element = .bf16
    ) throws(KVCacheError) {
        guard blockSize == 16 || blockSize == 32 else { throw .blockSize(blockSize) }
        guard headSize > 0, headSize % 16 == 0, headSize <= 1024 else { throw .headSize(headSize) }
        for (name, count) in [("layers", layers), ("kvHeads", kvHeads)] where !(1...65536).contains(count) {
            throw .count(name, count)
        }
        (self.layers, self.kvHeads, self.headSize, self.blockSize) = (layers, kvHeads, headSize, blockSize)
        self.element = element
    }

    /// Bytes of one block in one layer and KV head: 16-token panels of keys, then of values.
    package var headBytes: Int { ck_kv_block_bytes(kernelElement, blockSize, headSize) }
    /// Bytes of one block over all layers.
    public var bytesPerBlock: Int { layers * kvHeads * headBytes }
    /// Bytes that a token takes over all layers.
    public var bytesPerToken: Int { bytesPerBlock / blockSize }

    /// The element type as C has it.
    var kernelElement: ck_kv_element {
        switch element {
        case .bf16: CK_KV_BF16
        case .f32: CK_KV_F32
        case .int8: CK_KV_INT8
        }
    }
}

/// Why a cache cannot be made.
public enum KVCacheError: Error, Equatable, CustomStringConvertible {
    case blockSize(Int)
    case headSize(Int)
    case count(String, Int)
    case blocks(Int, bytesPerBlock: Int)
    case allocation(bytes: Int, code: Int32)

    public var description: String {
        switch self {
        case .blockSize(let size):
            "a KV block of \(size) tokens: the attention kernel knows blocks of 16 and 32"
        case .headSize(let size):
            "head size \(size): the attention kernel needs a multiple of 16, at most 1024"
        case .count(let name, let count):
            "\(name) is \(count), must be 1...65536"
        case .blocks(let blocks, let bytesPerBlock):
            "\(blocks) KV blocks of \(bytesPerBlock) bytes: at least one and fewer than 2^31, together below 2^63 bytes"
        case .allocation(let bytes, let code):
            "the system refuses \(bytes) bytes for the KV cache (errno \(code)): lower the KV budget"
        }
    }
}
