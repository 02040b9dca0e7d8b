import Foundation
import Kernels
import Testing

import Training

private let realGradients = ProcessInfo.processInfo.environment["KINGLET_TEST_GRADIENTS"].map {
    URL(fileURLWithPath: $0)
}

/// Gradients of the real model against PyTorch and PEFT, in a folder that `Fixtures/check_real_model.py` wrote.
@Suite(
    .serialized,
    .enabled(
        if: realGradients != nil, "KINGLET_TEST_GRADIENTS names no folder: see Fixtures/check_real_model.py"))
struct RealGradientTests {
    /// What is trained, whether prompts' beginnings are computed once, and in which numbers frozen weights are multiplied. All
    /// weights train in f32 alone.
    static let cases: [(name: String, shares: Bool, precision: TrainingPrecision)] = [
        ("lora", false, .f32), ("lora", true, .f32), ("alora", false, .f32), ("alora", true, .f32),
        ("full", false, .f32), ("full", true, .f32),
        ("lora", false, .bf16), ("lora", true, .bf16), ("alora", false, .bf16), ("alora", true, .bf16),
    ]

    @Test(arguments: cases) func gradients(name: String, shares: Bool, precision: TrainingPrecision) throws {
        let fixture = try GradientFixture(folder: try #require(realGradients))
        let expectedLoss = try fixture.loss(of: name)
        let decoder = try GradientTests.decoder(name, fixture, threads: 2, precision: precision)
        let result = try Self.step(name, shares, fixture, decoder).addGradients(of: fixture.samples)
        let agreement = try Self.agreement(of: decoder, with: fixture, name)
        print(
            "| \(name) | \(shares ? "shared" : "unshared") | \(precision.rawValue) | \(result.loss) | \(expectedLoss) | "
                + "\(agreement.largestError) of \(agreement.worst) | \(agreement.cosine) | \(agreement.smallestCosine) |"
        )
        switch precision {
        case .f32:
            #expect(abs(result.loss / expectedLoss - 1) < 1e-4)
            #expect(agreement.largestError <= 1e-3, "\(agreement.worst)")
        case .bf16:
            #expect(abs(result.loss / expectedLoss - 1) < 0.01)
            #expect(agreement.cosine >= 0.999)
        }
    }

    /// Unshared: a plain adapter's samples each alone; an activated one's with the beginning of its own sample, made anew.
    private static func step(
        _ name: String, _ shares: Bool, _ fixture: GradientFixture, _ decoder: TrainingDecoder
    ) throws -> StepRunner {
        let sharing: BatchPlanner.Sharing =
            name == "alora" ? .base(invocation: fixture.invocation) : shares ? .trained : .none
        return StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: sharing, maximumRows: shares ? 1024 : 1),
            kept: KeptPrefixes(maximumBytes: shares ? 1 << 28 : 0))
    }

    struct Agreement {
        /// Of a tensor's gradient, and which tensor's.
        var largestError = 0.0, worst = ""
        /// Of all gradients as one list of numbers, and of the tensor where it is smallest.
        var cosine = 1.0, smallestCosine = 1.0
    }

    static func agreement(
        of decoder: TrainingDecoder, with fixture: GradientFixture, _ name: String
    ) throws -> Agreement {
        var agreement = Agreement(), products = (0.0, 0.0, 0.0)
        for entry in decoder.gradients.entries {
            let made = try #require(decoder.gradients.values(entry.key))
            let expected = try fixture.gradient(entry.key, of: name)
            let distance = relativeError(made, expected), parts = dots(made, expected)
            let error = distance.isNaN ? .infinity : distance
            if error > agreement.largestError { (agreement.largestError, agreement.worst) = (error, "\(entry.key)") }
            agreement.smallestCosine = min(agreement.smallestCosine, parts.0 / (parts.1 * parts.2).squareRoot())
            products = (products.0 + parts.0, products.1 + parts.1, products.2 + parts.2)
        }
        agreement.cosine = products.0 / (products.1 * products.2).squareRoot()
        return agreement
    }

    /// `a · b`, `a · a`, `b · b`, in double.
    private static func dots(_ a: [Float], _ b: [Float]) -> (Double, Double, Double) {
        var sums = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            let (x, y) = (Double(x), Double(y))
            sums = (sums.0 + x * y, sums.1 + x * x, sums.2 + y * y)
        }
        return sums
    }
}
