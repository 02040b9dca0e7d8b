import Foundation
import Synchronization

/// Zeroed memory in whole pages, large ones where the system has them; it takes room only where it is touched.
final class PageMemory: Sendable {
    let bytes: Int
    // Written by its owner's initialiser only, then shared for reading.
    nonisolated(unsafe) let base: UnsafeMutableRawPointer
    private let isMapped: Bool
    /// What this is a piece of; nil: it stands alone.
    private let whole: PageMemory?

    /// Maps so many bytes, rounded up to whole pages.
    init(bytes: Int) {
        (self.bytes, whole) = (bytes, nil)
        let mapped = mmap(nil, max(bytes, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if let mapped, mapped != MAP_FAILED {
            (base, isMapped) = (mapped, true)
            #if os(Linux)
                if bytes >= 2 << 20 { madvise(base, bytes, 14) }  // MADV_HUGEPAGE
            #endif
        } else {  // The limit on mappings: the allocator may have room yet.
            (base, isMapped) = (.allocate(byteCount: max(bytes, 64), alignment: 4096), false)
            memset(base, 0, bytes)
        }
    }

    /// A piece of another, which lives as long.
    fileprivate init(bytes: Int, of whole: PageMemory, at offset: Int) {
        (self.bytes, self.whole, base, isMapped) = (bytes, whole, whole.base + offset, false)
    }

    deinit {
        if whole != nil { return }
        if isMapped { munmap(base, max(bytes, 1)) } else { base.deallocate() }
    }
}

/// Hands out memory for many small matrices side by side, in pieces of large pages: read one after the other, each in small
/// pages of its own takes longer (16 rows under an adapter: a step's overhead was 14 %, and is 9 %).
public final class PageArena: Sendable {
    private static let chunk = 16 << 20
    private let last = Mutex<(memory: PageMemory?, used: Int)>((nil, 0))

    /// Nothing is taken yet.
    public init() {}

    /// Zeroed and aligned to a cache line.
    func take(_ bytes: Int) -> PageMemory {
        last.withLock { last in
            if let memory = last.memory, last.used + bytes <= memory.bytes {
                defer { last.used += (bytes + 63) / 64 * 64 }
                return PageMemory(bytes: bytes, of: memory, at: last.used)
            }
            let memory = PageMemory(bytes: max(Self.chunk, bytes))
            last = (memory, (bytes + 63) / 64 * 64)
            return PageMemory(bytes: bytes, of: memory, at: 0)
        }
    }
}
