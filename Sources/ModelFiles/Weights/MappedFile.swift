import Foundation

/// A file mapped into memory for reading, or what one would hold; let go with the last reference.
///
/// Do not shorten a file while it is mapped: the kernel answers a read past its new end with SIGBUS. `kinglet pull`
/// replaces files by renaming, which leaves a mapping intact.
public final class MappedFile: @unchecked Sendable {  // immutable after init; the mapping is read-only
    public let path: String
    public let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// What came from elsewhere, copied.
    ///
    /// - Parameter name: what errors call it.
    package init(name: String, copying content: some ContiguousBytes) {
        (path, isMapped) = (name, false)
        bytes = content.withUnsafeBytes { content in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 64)
            copy.copyMemory(from: content)
            return UnsafeRawBufferPointer(copy)
        }
    }

    /// Maps a whole file for reading.
    ///
    /// - Throws: where it is missing, empty or no plain file.
    public init(path: String) throws(ModelFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotRead(path: path, reason: "not a regular file") }
        let size = Int(status.st_size)
        guard size > 0 else { throw .damaged(path: path, .truncated(what: "the file", end: 1, size: 0)) }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        (self.path, bytes, isMapped) = (path, UnsafeRawBufferPointer(start: base, count: size), true)
    }

    /// Maps the pages of `range` in one call; touching them one by one takes three to six times as long (measured on
    /// a warm file cache). Only a hint: where the system cannot, reading still works.
    func bringIn(_ range: Range<Int>) {
        #if os(Linux)
            let populateRead: Int32 = 22  // MADV_POPULATE_READ, Linux 5.14; not in every libc's headers
            guard isMapped, let base = bytes.baseAddress, !range.isEmpty else { return }
            let start = range.lowerBound & ~(sysconf(Int32(_SC_PAGESIZE)) - 1)
            _ = madvise(UnsafeMutableRawPointer(mutating: base + start), range.upperBound - start, populateRead)
        #endif
    }

    /// Gives the whole pages of `range` back to the system; reading them again brings them back from the file.
    func letGo(_ range: Range<Int>) {
        #if os(Linux)
            let page = sysconf(Int32(_SC_PAGESIZE))
            let start = (range.lowerBound + page - 1) & ~(page - 1)
            guard isMapped, let base = bytes.baseAddress, start < range.upperBound & ~(page - 1) else { return }
            let count = (range.upperBound & ~(page - 1)) - start
            _ = madvise(UnsafeMutableRawPointer(mutating: base + start), count, Int32(MADV_DONTNEED))
        #endif
    }

    deinit {
        guard isMapped else { return bytes.deallocate() }
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }
}
