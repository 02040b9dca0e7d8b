import Foundation
import Kernels

/// A linear layer and a softmax over dense and sparse features: its parameters and its loss.
///
/// Parameters lie in one array: dense weights `[classes, width]`, sparse weights `[buckets, classes]`, biases `[classes]`.
struct SoftmaxRegression {
    let classes: Int, width: Int, buckets: Int

    /// Parameters in all.
    var count: Int { classes * width + buckets * classes + classes }
    /// Where the weights of hashed terms begin.
    private var sparseStart: Int { classes * width }
    /// Where the biases begin.
    private var biasStart: Int { classes * (width + buckets) }

    /// Features of one text each, and the classes that are right, equally likely.
    struct Samples {
        /// `[count, width]`
        var dense: [Float] = []
        var sparse: [[(bucket: Int32, value: Float)]] = []
        var targets: [[Int]] = []
        var count: Int { targets.count }
    }

    /// Logits `[classes]` of one text.
    func logits(
        _ parameters: [Float], dense: [Float], sparse: [(bucket: Int32, value: Float)]
    ) -> [Float] {
        var logits = [Float](repeating: 0, count: classes)
        parameters.withUnsafeBufferPointer { parameters in
            logits.withUnsafeMutableBufferPointer { logits in
                dense.withUnsafeBufferPointer { dense in
                    guard let parameters = parameters.baseAddress, let out = logits.baseAddress,
                        let dense = dense.baseAddress
                    else { return }
                    FloatProducts.scores(
                        dense, rows: 1, parameters, count: classes, width: width, into: out, stride: classes)
                    addSparse(sparse, parameters, to: out)
                }
            }
        }
        return logits
    }

    private func addSparse(
        _ entries: [(bucket: Int32, value: Float)], _ parameters: UnsafePointer<Float>,
        to logits: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<classes { logits[index] += parameters[biasStart + index] }
        for (bucket, value) in entries {
            let row = parameters + sparseStart + Int(bucket) * classes
            for index in 0..<classes { logits[index] += value * row[index] }
        }
    }

    /// Mean cross entropy and its gradient, with half the squared weights times `decay`, those of the sparse features
    /// times `sparseDecay`.
    func loss(
        _ parameters: [Float], _ samples: Samples, decay: Float, sparseDecay: Float, gradient: inout [Float]
    ) -> Double {
        var loss = 0.0
        let share = 1 / Float(samples.count)
        parameters.withUnsafeBufferPointer { parameters in
            gradient.withUnsafeMutableBufferPointer { gradient in
                samples.dense.withUnsafeBufferPointer { dense in
                    guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress,
                        let dense = dense.baseAddress
                    else { return }
                    for index in 0..<count {
                        let factor: Float = index < sparseStart ? decay : index < biasStart ? sparseDecay : 0
                        gradient[index] = factor * parameters[index]
                        loss += Double(0.5 * factor * parameters[index] * parameters[index])
                    }
                    for first in stride(from: 0, to: samples.count, by: 256) {
                        let rows = first..<min(first + 256, samples.count)
                        loss += add(rows, of: samples, dense, parameters, share, to: gradient)
                    }
                }
            }
        }
        return loss
    }

    private func add(
        _ rows: Range<Int>, of samples: Samples, _ dense: UnsafePointer<Float>, _ parameters: UnsafePointer<Float>,
        _ share: Float, to gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        var loss = 0.0
        let features = dense + rows.lowerBound * width
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * classes) { buffer in
            guard let errors = buffer.baseAddress else { return }
            FloatProducts.scores(
                features, rows: rows.count, parameters, count: classes, width: width, into: errors, stride: classes)
            for row in rows {
                let logits = errors + (row - rows.lowerBound) * classes
                addSparse(samples.sparse[row], parameters, to: logits)
                loss += Double(share) * Self.softmax(logits, classes, minus: samples.targets[row], times: share)
                for (bucket, value) in samples.sparse[row] {
                    let target = gradient + sparseStart + Int(bucket) * classes
                    for index in 0..<classes { target[index] += value * logits[index] }
                }
                for index in 0..<classes { gradient[biasStart + index] += logits[index] }
            }
            FloatProducts.addTransposed(
                errors, features, depth: rows.count, rows: classes, columns: width, into: gradient)
        }
        return loss
    }

    /// Turns logits into (probability - target) * share; returns the cross entropy.
    private static func softmax(
        _ logits: UnsafeMutablePointer<Float>, _ count: Int, minus targets: [Int], times share: Float
    ) -> Double {
        var largest = -Float.infinity, sum: Float = 0
        for index in 0..<count { largest = max(largest, logits[index]) }
        let part = 1 / Float(targets.count)
        var loss = 0.0
        for target in targets { loss -= Double(part * (logits[target] - largest)) }
        for index in 0..<count {
            logits[index] = exp(logits[index] - largest)
            sum += logits[index]
        }
        for index in 0..<count { logits[index] *= share / sum }
        for target in targets { logits[target] -= part * share }
        return loss + Double(log(sum))
    }
}
