import Digests
import Foundation

/// A part of the samples, for one of several processes: `0/4` to `3/4`. Every sample is in one part, by its id alone.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// From 0, as Kubernetes counts the pods of an indexed job.
    public let index: Int, count: Int

    /// nil unless it is `i/n` with i below n and n at most 10,000.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], (1...10_000).contains(count),
            (0..<count).contains(index)
        else { return nil }
        (self.index, self.count) = (index, count)
    }

    public var description: String { "\(index)/\(count)" }

    /// Whether a sample is in the part.
    public func takes(_ id: String) -> Bool { SampleOrder.key(id, seed: 0x51A2) % UInt64(count) == UInt64(index) }
}

extension CallsEvaluation.Source {
    /// The same samples under another name.
    public func named(_ name: String) -> CallsEvaluation.Source {
        var source = self
        source.name = name
        return source
    }

    /// The samples of a part.
    public func part(_ shard: Shard) -> CallsEvaluation.Source {
        var part = self
        part.samples = samples.filter { shard.takes($0.id) }
        return part
    }
}
