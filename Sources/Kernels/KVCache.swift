import CKernels
import Foundation

/// Keys and values of every token that the engine remembers, in numbered blocks.
///
/// One anonymous mapping of the whole budget: zero at first, and memory is taken only where it is written, or all at once
/// by `takeMemory`.
/// Owner: the engine thread; it is not Sendable. Workers of a `parallelFor` that the owner waits for touch
/// disjoint blocks (`storeKV`) or only read (`pagedAttention`).
public final class KVCache {
    public let shape: KVCacheShape
    /// Blocks are numbered `0..<blocks`.
    public let blocks: Int
    /// `[layers, kvHeads, blocks]` of `shape.headBytes` bytes.
    let base: UnsafeMutableRawPointer
    private let mapping: (start: UnsafeMutableRawPointer, bytes: Int)
    private var scratch: [AttentionScratch] = []

    /// - Throws: `.blocks` if the size is not one, `.allocation` if the system refuses it.
    public init(shape: KVCacheShape, blocks: Int) throws(KVCacheError) {
        let hugePage = 2 << 20
        let (bytes, overflows) = shape.bytesPerBlock.multipliedReportingOverflow(by: blocks)
        guard blocks > 0, blocks <= Int(Int32.max), !overflows, bytes <= Int.max - hugePage else {
            throw .blocks(blocks, bytesPerBlock: shape.bytesPerBlock)
        }
        let size = bytes + hugePage
        let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let start, start != MAP_FAILED else { throw .allocation(bytes: size, code: errno) }
        self.shape = shape
        self.blocks = blocks
        mapping = (start, size)
        base = start.alignedUp(toMultipleOf: hugePage)
        #if os(Linux)
            // A refusal costs speed only.
            _ = madvise(base, bytes, Int32(MADV_HUGEPAGE))
        #endif
    }

    deinit { munmap(mapping.start, mapping.bytes) }

    /// Takes the memory of all blocks now: what a server occupies then does not grow with its traffic, and no step waits for
    /// pages. Only a hint: where the system cannot, each page is taken with its first write.
    public func takeMemory() {
        #if os(Linux)
            let populateWrite: Int32 = 23  // MADV_POPULATE_WRITE, Linux 5.14; not in every libc's headers
            _ = madvise(base, bytes, populateWrite)
        #endif
    }

    /// Bytes of all blocks.
    public var bytes: Int { blocks * shape.bytesPerBlock }

    /// Block `block` of a layer and KV head.
    func address(layer: Int, kvHead: Int, block: Int) -> UnsafeMutableRawPointer {
        precondition((0..<shape.layers).contains(layer), "layer \(layer) of \(shape.layers)")
        precondition((0..<shape.kvHeads).contains(kvHead), "KV head \(kvHead) of \(shape.kvHeads)")
        precondition((0..<blocks).contains(block), "block \(block) of \(blocks)")
        return base + ((layer * shape.kvHeads + kvHead) * blocks + block) * shape.headBytes
    }

    /// Copies a block in every layer: the copy of copy on write.
    public func copyBlock(from source: Int, to target: Int) {
        forEachPiece(of: target) { layer, kvHead, piece in
            let from = address(layer: layer, kvHead: kvHead, block: source)
            if from != piece { piece.copyMemory(from: from, byteCount: shape.headBytes) }
        }
    }

    /// Copies a block out, `shape.bytesPerBlock` bytes: layer by layer, head by head.
    public func readBlock(_ block: Int, into bytes: UnsafeMutableRawPointer) {
        var place = bytes
        forEachPiece(of: block) { _, _, piece in
            place.copyMemory(from: piece, byteCount: shape.headBytes)
            place += shape.headBytes
        }
    }

    /// Puts back what `readBlock` copied out of a cache of the same shape.
    public func writeBlock(_ block: Int, from bytes: UnsafeRawPointer) {
        var place = bytes
        forEachPiece(of: block) { _, _, piece in
            piece.copyMemory(from: place, byteCount: shape.headBytes)
            place += shape.headBytes
        }
    }

    /// A number that changes with any bit of the block, for checks of the block manager.
    public func checksum(block: Int) -> UInt64 {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        forEachPiece(of: block) { _, _, piece in
            for word in UnsafeRawBufferPointer(start: piece, count: shape.headBytes).bindMemory(to: UInt64.self) {
                sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
                sum ^= sum >> 32
            }
        }
        return sum
    }

    /// Key and value of one token, `[kvHeads, headSize]` each, as they are stored.
    public func read(layer: Int, block: Int, slot: Int) -> (keys: [Float], values: [Float]) {
        precondition((0..<shape.blockSize).contains(slot), "slot \(slot) of \(shape.blockSize)")
        let width = shape.headSize
        var keys = [Float](repeating: 0, count: shape.kvHeads * width), values = keys
        keys.withUnsafeMutableBufferPointer { keys in
            values.withUnsafeMutableBufferPointer { values in
                guard let key = keys.baseAddress, let value = values.baseAddress else { return }
                for head in 0..<shape.kvHeads {
                    ck_kv_load(
                        shape.kernelElement, address(layer: layer, kvHead: head, block: block),
                        Int32(shape.blockSize), Int32(width), Int32(slot), key + head * width, value + head * width)
                }
            }
        }
        return (keys, values)
    }

    private func forEachPiece(of block: Int, _ body: (Int, Int, UnsafeMutableRawPointer) -> Void) {
        for layer in 0..<shape.layers {
            for kvHead in 0..<shape.kvHeads {
                body(layer, kvHead, address(layer: layer, kvHead: kvHead, block: block))
            }
        }
    }

    /// Working memory of `bytes` for each of `workers` workers, kept between calls.
    func scratch(workers: Int, bytes: Int) -> [UnsafeMutableRawPointer] {
        if scratch.count < workers || scratch.contains(where: { $0.bytes < bytes }) {
            scratch = (0..<workers).map { _ in AttentionScratch(bytes: bytes) }
        }
        return scratch.map(\.memory)
    }
}

/// Working memory of one worker.
private final class AttentionScratch {
    let bytes: Int
    let memory: UnsafeMutableRawPointer

    init(bytes: Int) {
        self.bytes = bytes
        memory = .allocate(byteCount: bytes, alignment: 64)
    }

    deinit { memory.deallocate() }
}
