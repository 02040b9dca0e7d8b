import Assembly
import Configuration
import Foundation
import HTTPClient
import LoadTesting
import Service
import Tokenization

/// QPS and response times over HTTP: a server in this process, asked by a closed loop of the same process.
struct ServingSection {
    let model: PackedModel
    let settings: Settings
    let cost: ModelCost
    let limits: ModelLimits?
    let seconds: Double

    /// A workload and the numbers of clients that ask it.
    struct Load: Sendable {
        let name: String, shared: Int, fresh: Int, generated: Int, clients: [Int]

        /// Prompts of 1,792 tokens, 128 of them not in the cache, 9 generated (the paper, appendix J); short prompts
        /// with long answers; prompts of which nothing is cached.
        static let all = [
            Load(name: "paper", shared: 1664, fresh: 128, generated: 9, clients: [1, 8, 16, 32, 64, 128]),
            Load(name: "decode", shared: 0, fresh: 16, generated: 128, clients: [1, 8, 32]),
            Load(name: "cold", shared: 0, fresh: 1792, generated: 1, clients: [1]),
        ]

        var title: String {
            let prompt = shared > 0 ? "\(shared) shared and \(fresh) fresh" : "\(fresh) fresh"
            return "W-\(name): \(prompt) prompt tokens, \(generated) generated, over HTTP"
        }

        /// A closed loop of it against a server.
        ///
        /// - Parameters:
        ///   - clients: nil: the workload's own numbers.
        ///   - tokens: of the model's vocabulary.
        func plan(at address: String, clients: [Int]? = nil, seconds: Double, tokens: Int) throws -> LoadPlan {
            let workload = try Workload(
                name: name, kind: .tokens(shared: shared, fresh: fresh, generated: generated),
                seed: UInt64.random(in: 0..<1 << 32), tokenLimit: min(150_000, tokens))
            var pace = LoadPace()
            (pace.seconds, pace.maximumSeconds, pace.warmUps) = (seconds, max(60, seconds), shared > 0 ? 2 : 0)
            return try LoadPlan(
                endpoint: HTTPEndpoint(address), mix: WorkloadMix(workload),
                steps: (clients ?? self.clients).map { .clients($0) }, pace: pace)
        }
    }

    /// Starts a server in this process and measures each workload.
    func run(_ report: BenchmarkReport) async throws {
        var settings = settings
        (settings.server.host, settings.server.port) = ("127.0.0.1", 0)
        let server = try await RunningServer.start(settings, LoadedModel(model, settings.engine))
        do {
            for load in Load.all { try await measure(load, at: server.address, report) }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// The points of one workload.
    private func measure(_ load: Load, at address: String, _ report: BenchmarkReport) async throws {
        let plan = try load.plan(at: address, seconds: seconds, tokens: model.tokenizer.count)
        report.begin(
            Table(
                "w_\(load.name)", load.title,
                [
                    .number("cc", "cc", width: 4), .number("requests", "n", width: 5),
                    .number("errors", "errors", width: 6), .number("qps", "QPS", digits: 2),
                    .number("rt_mean_ms", "RT mean ms", digits: 1, width: 10),
                    .number("rt_p50_ms", "p50", digits: 1), .number("rt_p95_ms", "p95", digits: 1),
                    .number("prompt_tokens_per_second", "prompt/s", digits: 1),
                    .number("generated_tokens_per_second", "gen/s", digits: 1, width: 7),
                    .number("cached_tokens", "cached"),
                    .number("limit_qps", "limit QPS", digits: 2, width: 9), .share("share", "share"),
                ]))
        let run = LoadRun(plan)
        try await Self.onThread {
            var listener = LoadRun.Listener()
            listener.point = { point, _ in add(point, load, report) }
            _ = try run.run(listener)
        }
    }

    /// A row: QPS and times beside the limit.
    private func add(_ point: LoadPoint, _ load: Load, _ report: BenchmarkReport) {
        let limit = limits.map {
            1
                / $0.requestSeconds(
                    cost, shared: load.shared, fresh: load.fresh, generated: load.generated, clients: point.clients)
        }
        let (qps, times) = (point.queriesPerSecond, point.times)
        report.add([
            .integer(point.clients), .integer(point.answers), .integer(point.errors), .number(qps),
            .optional(times.map { $0.mean * 1000 }), .optional(times.map { $0.p50 * 1000 }),
            .optional(times.map { $0.p95 * 1000 }), .number(qps * Double(load.fresh)),
            .number(qps * Double(load.generated)),
            .optional(point.cachedTokens), .optional(limit), .optional(limit.map { qps / $0 }),
        ])
        if let error = point.firstError { report.say("  first error: \(error)") }
    }

    /// The loop blocks its thread, and the server needs those of the concurrency pool.
    static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            Thread { continuation.resume(with: Swift.Result(catching: body)) }.start()
        }
    }
}
