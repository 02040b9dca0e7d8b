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
    @Test(arguments: ["lora", "alora"], [true, false]) func gradients(name: String, shares: Bool) throws {
        let fixture = try GradientFixture(folder: try #require(realGradients))
        let sharing: BatchPlanner.Sharing =
            name == "alora" ? .base(invocation: fixture.invocation) : shares ? .trained : .none
        let decoder = try GradientTests.decoder(name, fixture, threads: 2)
        let step = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: sharing, maximumRows: shares ? 1024 : 100),
            kept: KeptPrefixes(maximumBytes: 1 << 28))
        let result = try step.addGradients(of: fixture.samples)
        #expect(abs(result.loss / (try fixture.loss(of: name)) - 1) < 1e-4)
        var largest = 0.0
        for entry in decoder.gradients.entries {
            let expected = try fixture.gradient(entry.key, of: name)
            let error = relativeError(decoder.gradients.values(entry.key) ?? [], expected)
            #expect(error <= 1e-3, "\(entry.key)")
            largest = max(largest, error)
        }
        print("\(name), shared \(shares): loss \(result.loss), largest relative error of a gradient \(largest)")
    }
}
