import ModelFiles
import Kernels
import Testing

import Training

@Suite struct AdamWTests {
    /// One matrix and one norm of numbers.
    private static func arena(_ matrix: [Float], _ norm: [Float]) -> ParameterArena {
        let arena = ParameterArena([
            (.factorA(.query, 0), [1, matrix.count]), (.weight(.outputNorm), [norm.count]),
        ])
        arena.set(.factorA(.query, 0), to: matrix)
        arena.set(.weight(.outputNorm), to: norm)
        return arena
    }

    /// Against torch.optim.AdamW (2.x) with the same gradients: lr 0.1, betas 0.9 and 0.999, decay 0.5 on the matrix.
    @Test func threeStepsAreThoseOfPyTorch() throws {
        let parameters = Self.arena([1, -2], [3]), gradients = parameters.zeros()
        let optimizer = AdamW(
            .init(weightDecay: 0.5, clip: 1e9), parameters: parameters, gradients: gradients,
            on: WorkerPool(threads: 2))
        for (step, slope) in [Float(0.5), -0.25, 4].enumerated() {
            gradients.set(.factorA(.query, 0), to: [slope, 2 * slope])
            gradients.set(.weight(.outputNorm), to: [-slope])
            _ = try optimizer.step(step, rate: 0.1)
        }
        let expected: [Float] = [0.6757084, -1.8964167], norm: [Float] = [3.1927483]
        #expect(relativeError(parameters.values(.factorA(.query, 0)) ?? [], expected) < 1e-6)
        #expect(relativeError(parameters.values(.weight(.outputNorm)) ?? [], norm) < 1e-6)
    }

    @Test(
        "gradients beyond the largest norm are scaled down to it, together",
        arguments: [
            (Float(1), Float(0.6), Float(0.8)), (5, 3, 4), (10, 3, 4), (2.5, 1.5, 2),
        ])
    func clipping(clip: Float, first: Float, second: Float) throws {
        let parameters = Self.arena([0, 0], [0]), gradients = parameters.zeros()
        let optimizer = AdamW(
            .init(weightDecay: 0, clip: clip), parameters: parameters, gradients: gradients, on: WorkerPool(threads: 1))
        gradients.set(.factorA(.query, 0), to: [3, 4])
        #expect(try optimizer.step(0, rate: 0.1) == 5)
        // The first moment after one step is a tenth of the gradient that was used.
        let moments = optimizer.firstMoments.values(.factorA(.query, 0)) ?? []
        #expect(relativeError(moments, [first / 10, second / 10]) < 1e-5)
        #expect(gradients.values(.factorA(.query, 0)) == [0, 0])
    }

    @Test("a gradient that is no number changes nothing", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(_ slope: Float) {
        let parameters = Self.arena([1, 2], [3]), gradients = parameters.zeros()
        let optimizer = AdamW(.init(), parameters: parameters, gradients: gradients, on: WorkerPool(threads: 1))
        gradients.set(.weight(.outputNorm), to: [slope])
        #expect(throws: TrainingError.notFinite(step: 8)) { try optimizer.step(7, rate: 0.1) }
        #expect(parameters.values(.factorA(.query, 0)) == [1, 2])
        #expect(parameters.values(.weight(.outputNorm)) == [3])
    }
}
