/// When to stop a training that gets no better: a look at each of some steps, and how many may pass without a new best.
package struct Patience: Sendable, Hashable {
    /// What was seen at a step; larger is better.
    package struct Look: Sendable, Hashable {
        package var step: Int
        package var value: Double

        package init(step: Int, value: Double) { (self.step, self.value) = (step, value) }
    }

    package private(set) var looks: [Look] = []
    /// Looks without a new best after which it is enough; nil: never.
    package let limit: Int?

    package init(limit: Int?) { self.limit = limit }

    /// The first of the best.
    package var best: Look? {
        looks.reduce(nil) { best, look in
            guard let best else { return look }
            return look.value > best.value ? look : best
        }
    }

    package var isOver: Bool {
        guard let limit, let best, let place = looks.firstIndex(of: best) else { return false }
        return looks.count - 1 - place >= limit
    }

    /// - Returns: whether it is the best so far.
    package mutating func add(_ look: Look) -> Bool {
        looks.append(look)
        return best == look
    }
}
