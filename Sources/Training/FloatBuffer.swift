/// Floats at one place, 64-byte aligned, that grow on demand; content does not survive growing. Owner: the training thread.
package final class FloatBuffer {
    package private(set) var capacity = 0
    package private(set) var base: UnsafeMutablePointer<Float>

    /// Zeroed.
    package init(_ count: Int = 16) {
        capacity = max(count, 16)
        base = Self.allocate(capacity)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let floats = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64).bindMemory(
            to: Float.self, capacity: count)
        floats.initialize(repeating: 0, count: count)
        return floats
    }

    /// Room for `count` floats.
    package func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if count > capacity {
            base.deallocate()
            capacity = count + count / 8
            base = Self.allocate(capacity)
        }
        return base
    }

    deinit { base.deallocate() }
}
