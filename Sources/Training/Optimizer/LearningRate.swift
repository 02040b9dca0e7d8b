import Foundation

/// The learning rate of a step: a linear rise, then a fall to zero or none.
public struct LearningRate: Sendable, Hashable {
    public enum Fall: String, Sendable, CaseIterable { case cosine, linear, constant }

    public var peak: Float
    public var fall: Fall
    /// Steps in which the rate rises to its peak.
    public var warmUp: Int
    public var steps: Int

    public init(peak: Float, fall: Fall, warmUp: Int, steps: Int) {
        (self.peak, self.fall, self.warmUp, self.steps) = (peak, fall, warmUp, steps)
    }

    /// - Parameter step: from 0.
    public func rate(at step: Int) -> Float {
        if step < warmUp { return peak * Float(step + 1) / Float(warmUp) }
        guard steps > warmUp else { return peak }
        let part = min(1, Double(step - warmUp) / Double(steps - warmUp))
        switch fall {
        case .constant: return peak
        case .linear: return peak * Float(1 - part)
        case .cosine: return peak * Float(0.5 * (1 + cos(Double.pi * part)))
        }
    }
}
