import Benchmarking
import Kernels
import ModelFiles
import Testing

/// Against figures worked out by hand for Qwen2.5-0.5B.
@Suite struct ModelCostTests {
    static func cost() throws -> ModelCost {
        ModelCost(try ModelDescription(shape: "qwen2.5-0.5b"), weightBytes: 500_000_000)
    }
    static let peaks = MachinePeaks(
        int8: .init(one: 1e12, all: 2e12), bf16: .init(one: 0.5e12, all: 1e12), f32: .init(one: 1e11, all: 2e11),
        memory: .init(one: 20e9, all: 40e9), threads: 2)

    @Test func countsWeights() throws {
        let cost = try Self.cost()
        #expect(cost.layerWeights == 357_826_560)  // 24 (2·896² + 2·896·128 + 3·896·4864)
        #expect(cost.headWeights == 136_134_656)
        #expect(cost.attentionPerPosition == 86_016)  // 4·14·64·24
    }

    @Test func countsAPromptBehindAPrefix() throws {
        let work = try Self.cost().prefill(128, after: 1664)
        #expect(abs(work.linear - (91.604e9 + 0.272e9)) < 0.01e9)
        #expect(abs(work.attention - 19.03e9) < 0.01e9)  // positions 1665...1792
    }

    @Test func aStepIsBoundByMemoryAloneAndByArithmeticInCompany() throws {
        let (cost, limits) = (try Self.cost(), try #require(ModelLimits(Self.peaks, .w8a8)))
        let alone = limits.stepSeconds(cost, batch: 1, context: 0)
        #expect(alone == 500e6 / 40e9)
        let many = limits.stepSeconds(cost, batch: 128, context: 0)
        #expect(abs(many - 128 * 2 * 493_961_216 / 2e12) < 1e-9)
    }

    @Test func moreClientsNeverLowerTheLimit() throws {
        let (cost, limits) = (try Self.cost(), try #require(ModelLimits(Self.peaks, .w8a8)))
        let seconds = [1, 8, 16, 32, 64, 128].map {
            limits.requestSeconds(cost, shared: 1664, fresh: 128, generated: 9, clients: $0)
        }
        #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(seconds[0] > 8 * 500e6 / 40e9)
    }

    @Test func wideInputsTakeTwoProducts() throws {
        let (narrow, wide) = (ModelLimits(Self.peaks, .w4a8), ModelLimits(Self.peaks, .w4a16))
        #expect(narrow?.linear == 2e12)
        #expect(wide?.linear == 1e12)
    }

    @Test func theCacheBoundsAttention() {
        var peaks = Self.peaks
        let rates = [nil, .int8, .f32].map { ModelLimits(peaks, .w8a8, cache: $0)?.attention }
        #expect(rates == [peaks.bf16?.all, peaks.int8?.all, peaks.f32?.all])
        peaks.bf16 = nil
        #expect(ModelLimits(peaks, .w8a8)?.attention == peaks.f32?.all)
    }

    @Test func withoutAPeakThereIsNoLimit() {
        var peaks = Self.peaks
        peaks.int8 = nil
        #expect(ModelLimits(peaks, .w8a8) == nil)
        #expect(ModelLimits(peaks, .f32) != nil)
    }
}
