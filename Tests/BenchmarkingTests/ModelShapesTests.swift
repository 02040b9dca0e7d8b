import Benchmarking
import ModelFiles
import Testing

@Suite struct ModelShapesTests {
    @Test(arguments: ModelDescription.shapeNames) func everyNameIsAShape(_ name: String) throws {
        let model = try ModelDescription(shape: name)
        #expect(model.name == name)
        #expect(model.heads % model.kvHeads == 0)
    }

    /// Parameters in 10⁹ as the paper lists them (appendix I); the embedding counts once. For 706x4096 it
    /// says 0.349, which only 704 gives; for 706x4864 it says 0.389, which only 706 gives.
    static let parameters: [(String, Double)] = [
        ("qwen2.5-0.5b", 0.494), ("qwen3-0.6b", 0.596), ("0.4b-896x3328", 0.395), ("0.4b-832x3840", 0.397),
        ("0.4b-768x4352", 0.395),
        ("0.4b-706x4864", 0.389), ("0.35b-896x2560", 0.345), ("0.35b-768x3584", 0.353), ("0.35b-706x4096", 0.350),
        ("0.35b-640x4864", 0.353),
    ]

    @Test(arguments: parameters) func hasThePapersParameters(_ name: String, billions: Double) throws {
        let model = try ModelDescription(shape: name)
        let count = model.tensorNames.reduce(0) { $0 + model.shape(of: $1).reduce(1, *) }
        #expect(abs(Double(count) / 1e9 - billions) < 0.0006, "\(name): \(count)")
    }

    @Test func readsOtherSizes() throws {
        let model = try ModelDescription(shape: "896x4864x18")
        #expect((model.hiddenSize, model.intermediateSize, model.layers) == (896, 4864, 18))
        #expect(try ModelDescription(shape: "640x2048").layers == 24)
    }

    static let refused = ["", "x", "896", "896x", "896x4864x", "0x4864", "897x4864", "896x4864x0", "1x2x3x4", "gpt-2"]

    @Test(arguments: refused) func refuses(_ name: String) {
        #expect(throws: BenchmarkError.unknownShape(name)) { try ModelDescription(shape: name) }
    }

    @Test func sections() throws {
        #expect(try BenchmarkPlan.sections(nil).count == BenchmarkPlan.Section.allCases.count)
        #expect(try BenchmarkPlan.sections("peaks, http") == [.peaks, .http])
        #expect(throws: BenchmarkError.unknownSection("speed")) { try BenchmarkPlan.sections("peaks,speed") }
        #expect(throws: BenchmarkError.unknownSection("")) { try BenchmarkPlan.sections("") }
    }
}
