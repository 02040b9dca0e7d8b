/// What a request will cost by the length of its body, learnt from those that were read: dearer ones count at once,
/// cheaper ones slowly, so that a rush is rather refused than promised an answer that comes too late.
struct BodyCost: Sendable {
    /// Tokens whatever the body says: instructions and functions.
    private var fixed = 0.0
    /// Tokens a byte: a quarter is what a text has of which nothing is cached.
    private var perByte = 0.25

    /// Shorter bodies say nothing about the price of a byte.
    private static let short = 512
    private static let dearest = 0.5

    /// - Parameter bytes: nil: not known before it is read.
    func tokens(bytes: Int?) -> Int { max(1, Int(fixed + Double(bytes ?? 1024) * perByte)) }

    /// Learns from a body that was read.
    mutating func learn(tokens: Int, bytes: Int) {
        if bytes < Self.short {
            Self.follow(&fixed, max(0, Double(tokens) - Double(bytes) * perByte))
        } else {
            Self.follow(&perByte, max(0, min(Self.dearest, (Double(tokens) - fixed) / Double(bytes))))
        }
    }

    /// Follows samples: up at once, down slowly.
    private static func follow(_ value: inout Double, _ sample: Double) {
        value += (sample - value) * (sample > value ? 1 : 0.125)
    }
}
