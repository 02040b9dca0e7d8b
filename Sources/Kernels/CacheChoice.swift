import CKernels

/// What keys and values are stored as where nobody says it: what this machine multiplies fastest.
///
/// Bytes take little more than half of BF16's memory and cost no perplexity, but only vector instructions multiply them
/// fast. So the rates of the instructions that attention would use are measured, for some 50 ms.
public struct CacheChoice: Sendable, Hashable {
    public let element: KVCacheShape.Element
    /// Why, with the rates that were measured.
    public let reason: String

    /// What somebody asked for.
    public init(forced element: KVCacheShape.Element) { self.init(element, "as the settings say") }

    private init(_ element: KVCacheShape.Element, _ reason: String) { (self.element, self.reason) = (element, reason) }

    /// What goes with weights of a format on the threads of a pool.
    ///
    /// Weights of f32 are a reference to compare with, and so are their keys and values.
    public init(for format: WeightFormat, on pool: WorkerPool) {
        guard format != .f32 else {
            self.init(.f32, "the weights are f32")
            return
        }
        self.init(
            int8: Self.bytes(on: pool), bf16: Self.rate(CK_PEAK_BF16, on: pool), f32: Self.rate(CK_PEAK_F32, on: pool))
    }

    /// The choice for measured rates, operations a second; nil where attention has no such kernel.
    ///
    /// Bytes give way only to what is half as fast again: they read half of the memory, and two measurements of a
    /// machine that others share must not choose differently.
    package init(int8: Double?, bf16: Double?, f32: Double?) {
        let other = max(bf16 ?? 0, f32 ?? 0)
        let rates = [("int8", int8), ("bf16", bf16), ("f32", f32)].map { name, rate in
            "\(name) \(rate.map { "\(Int($0 / 1e9))" } ?? "none")"
        }
        let takesBytes = int8.map { $0 * 1.5 > other } ?? false
        self.init(
            takesBytes ? .int8 : .bf16, "measured, in 10⁹ operations a second: " + rates.joined(separator: ", "))
    }

    /// Bytes have vector kernels on x86-64 only; elsewhere plain C multiplies them.
    private static func bytes(on pool: WorkerPool) -> Double? {
        pool.instructionSet >= .avx2 ? rate(CK_PEAK_INT8, on: pool) : nil
    }

    private static func rate(_ arithmetic: ck_arithmetic, on pool: WorkerPool) -> Double? {
        PeakProbe(arithmetic, on: pool)?.best(of: 8)
    }
}
