import Foundation

/// Zeroed memory in whole pages, large ones where the system has them; it takes room only where it is touched.
final class PageMemory: Sendable {
    let bytes: Int
    // Written by its owner's initialiser only, then shared for reading.
    nonisolated(unsafe) let base: UnsafeMutableRawPointer
    private let isMapped: Bool

    /// Maps so many bytes, rounded up to whole pages.
    init(bytes: Int) {
        self.bytes = bytes
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

    deinit {
        if isMapped { munmap(base, max(bytes, 1)) } else { base.deallocate() }
    }
}
