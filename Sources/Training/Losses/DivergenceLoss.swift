import Foundation
import OrderedCollections
import Documents

/// Distillation: the divergence of the student from what a teacher said, perhaps mixed with cross entropy.
///
/// What the teacher did not name is one outcome: its probability is the teacher's for all of it, and the student's share
/// within it stays as it is.
package struct DivergenceLoss: TokenLoss {
    package let divergence: Divergence
    /// 0: the divergence alone, 1: cross entropy alone.
    package let crossEntropyWeight: Double
    private let teacher: any TeacherTokens
    /// What tells one teacher's answers from another's.
    private let teacherName: String

    package init(
        _ divergence: Divergence, from teacher: any TeacherTokens, named name: String, crossEntropyWeight: Double = 0
    ) {
        (self.divergence, self.teacher, teacherName) = (divergence, teacher, name)
        self.crossEntropyWeight = crossEntropyWeight
    }

    package var record: JSONObject {
        var record: JSONObject = ["loss": .string(divergence.name), "teacher": .string(teacherName)]
        if case .adaptive(let mu) = divergence { record["mu"] = .number(mu) }
        if crossEntropyWeight > 0 { record["ce"] = .number(crossEntropyWeight) }
        return record
    }

    /// Of an outcome that is a token, `q_v` the student's probability of it, the gradient is
    /// `a (q_v - p_v) + (1 - a) q_v (log(q_v / p_v) - KL(q, p))`; of a token among the others it is that of their
    /// sum, times the token's part of it.
    package func loss(
        _ logits: UnsafeMutableBufferPointer<Float>, of token: TaughtToken, weight: Float?
    ) -> Double {
        guard let x = logits.baseAddress else { return 0 }
        let teacher = teacher.teacher(of: token)
        let target = Int(token.id), targetLogit = Double(x[target])
        let student = Student(x, count: logits.count, named: teacher.ids)
        let outcomes = Outcomes(teacher, student)
        let share = divergence.forwardShare(teacher: outcomes.p, student: outcomes.q)
        let loss = share * outcomes.forward + (1 - share) * outcomes.reverse
        let crossEntropy = student.top - targetLogit + student.logTotal
        let total = (1 - crossEntropyWeight) * loss + crossEntropyWeight * crossEntropy
        guard let weight else { return total }
        func slope(_ place: Int) -> Double {
            let (p, q) = (outcomes.p[place], outcomes.q[place])
            let reverse = q * (outcomes.logRatio(place) - outcomes.reverse)
            let divergence = share * (q - p) + (1 - share) * reverse
            return Double(weight) * ((1 - crossEntropyWeight) * divergence + crossEntropyWeight * q)
        }
        let rest = outcomes.hasRest ? Float(slope(teacher.ids.count)) : 0
        VectorMath.forEach(x, count: logits.count) { $0 *= rest }
        for (place, id) in teacher.ids.enumerated() { x[Int(id)] = Float(slope(place)) }
        x[target] -= weight * Float(crossEntropyWeight)
        return total
    }

    /// The student's row: named tokens apart, the others as they share what is left. Logarithms are those above the greatest
    /// logit, beside which they would be lost where that is huge.
    private struct Student {
        /// Less the greatest logit.
        let named: [Double]
        /// The logarithm of the others' sum of exponentials; minus infinity: there are none.
        let rest: Double
        let top: Double, logTotal: Double

        /// - Parameter x: becomes the softmax of the others among themselves.
        init(_ x: UnsafeMutablePointer<Float>, count: Int, named ids: [Int32]) {
            let logits = ids.map { Double(x[Int($0)]) }
            for id in ids { x[Int(id)] = -.infinity }
            let restTop = ids.count < count ? Double(VectorMath.maximum(x, count: count)) : -.infinity
            let top = max(logits.max() ?? -.infinity, restTop)
            (self.top, named) = (top, logits.map { $0 - top })
            if ids.count < count {
                _ = VectorMath.softmax(x, count: count)
                // The likeliest of them has 1 / sum.
                rest = restTop - top - log(Double(VectorMath.maximum(x, count: count)))
            } else {
                rest = -.infinity
            }
            logTotal = log(named.reduce(exp(rest)) { $0 + exp($1) })
        }
    }

    /// Both distributions over the same outcomes, the others last.
    private struct Outcomes {
        let p: [Double], q: [Double]
        let forward: Double, reverse: Double
        let hasRest: Bool
        private let logP: [Double], logQ: [Double]

        func logRatio(_ place: Int) -> Double { logQ[place] - logP[place] }

        init(_ teacher: TeacherToken, _ student: Student) {
            hasRest = student.rest > -.infinity
            var logP = teacher.logprobs.map { Double($0) }
            var logQ = student.named.map { $0 - student.logTotal }
            if hasRest {
                logP.append(teacher.rest > -.infinity ? Double(teacher.rest) : log(TeacherToken.least))
                logQ.append(student.rest - student.logTotal)
            }
            // What a store rounded sums to one again: the gradients of all logits sum to zero.
            let top = logP.max() ?? 0
            let sum = top + log(logP.reduce(0) { $0 + exp($1 - top) })
            logP = logP.map { $0 - sum }
            (self.logP, self.logQ) = (logP, logQ)
            (p, q) = (logP.map { exp($0) }, logQ.map { exp($0) })
            var forward = 0.0, reverse = 0.0
            for place in p.indices {
                if p[place] > 0 { forward += p[place] * (logP[place] - logQ[place]) }
                if q[place] > 0 { reverse += q[place] * (logQ[place] - logP[place]) }
            }
            // Rounding may take what is zero below it.
            (self.forward, self.reverse) = (max(0, forward), max(0, reverse))
        }
    }
}
