import Foundation

/// How far a student's distribution is from a teacher's, over the teacher's most likely tokens and all others as one.
///
/// `p` is the teacher, `q` the student (arXiv 2404.02657, equations 3 to 5; the head as its published code takes it):
///
/// | | |
/// |---|---|
/// | forward | `KL(p, q) = sum p log(p / q)` |
/// | reverse | `KL(q, p) = sum q log(q / p)` |
/// | adaptive | `a KL(p, q) + (1 - a) KL(q, p)`, `a` the part of `sum abs(p - q)` that lies in the head |
///
/// The head are the teacher's most likely tokens as long as they have `mu` together, the first always. `a` is taken as
/// a number: no gradient flows through it.
package enum Divergence: Sendable, Hashable {
    case forward
    case reverse
    case adaptive(mu: Double)

    /// As flags and records name it.
    package var name: String {
        switch self {
        case .forward: "forward"
        case .reverse: "reverse"
        case .adaptive: "akl"
        }
    }

    /// The part of the forward divergence.
    ///
    /// - Parameters:
    ///   - teacher: probabilities, greatest first, the others' sum last.
    ///   - student: of the same outcomes.
    package func forwardShare(teacher: [Double], student: [Double]) -> Double {
        guard case .adaptive(let mu) = self else { return self == .forward ? 1 : 0 }
        guard mu < 1 else { return 1 }
        var head = 0.0, tail = 0.0, reached = 0.0
        for (place, (p, q)) in zip(teacher, student).enumerated() {
            reached += p
            if place == 0 || reached <= mu { head += abs(p - q) } else { tail += abs(p - q) }
        }
        // Where both are equal, so are both divergences: zero.
        return head + tail > 0 ? head / (head + tail) : 1
    }
}
