import Digests
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Inference
import InferenceTestSupport
import Models
import OrderedCollections
import Storage
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct EvaluationJobsTests {
    static let tea =
        #"{"name":"tea","description":"Brew tea.","parameters":{"type":"object","properties":{"leaf":{"type":"string"}},"required":["leaf"]}}"#

    /// A generator that says mint to all, and is full after so many prompts until it is opened.
    final class Kitchen: Sendable {
        let generator: ScriptedGenerator
        let catalog: FunctionCatalog
        private let gate: Gate

        init(stopsAfter count: Int = .max, functions: [String] = [EvaluationJobsTests.tea], adapter: String? = nil)
            throws
        {
            let gate = Gate(count)
            self.gate = gate
            let adapters = adapter.map { text in
                ServedAdapter(name: "drinks", weights: LoRAWeights(fingerprint: Fingerprint(of: Array(text.utf8))))
            }
            generator = try ScriptedGenerator(adapters: adapters.map { [$0] } ?? []) { _, request in
                guard gate.pass() else { throw GenerationError.overloaded(waiting: 0, retryAfterSeconds: 1) }
                #expect(request.priority == GenerationRequest.batchPriority)
                return .init(text: #"{"name": "tea", "arguments": {"leaf": "mint"}}"#)
            }
            let definitions = try functions.map { try FunctionDefinition(json: JSONValue(parsing: $0.utf8)) }
            catalog = FunctionCatalog(pools: [IndexedPool(try FunctionPool(name: "drinks", functions: definitions))])
        }

        var asked: Int { gate.count }
        func open() { gate.open() }

        func parts(_ store: StateStore, _ change: (inout EvaluationBounds) -> Void = { _ in }) throws
            -> EvaluationJobs.Parts
        {
            var settings = PipelineSettings(), bounds = EvaluationBounds()
            (settings.choosing, settings.defaultPool) = (.greedy, "drinks")
            change(&bounds)
            let pipeline = try Pipeline(generator: generator, catalog: catalog, settings: settings)
            return .init(store: store, pipeline: pipeline, bounds: bounds, limits: RequestLimits())
        }
    }

    /// Lets so many through, and all once it is open.
    final class Gate: Sendable {
        private let state = Mutex((count: 0, isOpen: false))
        private let most: Int

        init(_ most: Int) { self.most = most }
        var count: Int { state.withLock { $0.count } }
        func open() { state.withLock { $0.isOpen = true } }
        func pass() -> Bool {
            state.withLock { state in
                guard state.isOpen || state.count < most else { return false }
                state.count += 1
                return true
            }
        }
    }

    static func samples(_ count: Int) -> JSONValue {
        .array(
            (0..<count).map { number in
                [
                    "id": .string("s\(number)"), "query": .string("tea \(number)"), "outcome": "call",
                    "expected": [["function": "tea", "parameters": ["leaf": number % 4 == 0 ? "green" : "mint"]]],
                ]
            })
    }

    static func wait(_ jobs: EvaluationJobs, _ id: String, until isDone: (EvaluationJob) -> Bool = { $0.state.isFinal })
        async throws -> EvaluationJob
    {
        while true {
            let job = try await jobs.job(id)
            if isDone(job) { return job }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    static func field(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch let error as FieldError { return error.path } catch {
            return "\(type(of: error))"
        }
        return nil
    }

    @Test func answersAllSamplesInTheirOrder() async throws {
        let kitchen = try Kitchen(), jobs = try await EvaluationJobs(kitchen.parts(.inMemory()))
        let begun = try await jobs.submit(["samples": Self.samples(40), "concurrency": 3])
        #expect(begun.id.hasPrefix("ev_") && begun.samples == 40)
        let job = try await Self.wait(jobs, begun.id), records = try await jobs.records(of: job.id)
        #expect(job.state == .done && job.right == Share(30, of: 40) && job.failures == 0 && job.error == nil)
        #expect(records.map(\.id) == (0..<40).map { "s\($0)" } && records.allSatisfy { $0.set == "inline" })
        #expect(kitchen.asked == 40)
        #expect(job.json["right"]?["rate"] == .number(0.75) && job.json["request"]?["samples"] == nil)
        let reports = try await jobs.reports(of: job.id)
        #expect(reports.files.first { $0.name == "report.html" }?.text.contains("75.0 %") == true)
        // The pool of the server is as it was.
        #expect(kitchen.catalog.poolNames == ["drinks"])
    }

    @Test("law: stopped anywhere and begun again it has each sample once", arguments: [0, 1, 7, 24, 49, 50])
    func goesOnAfterAStop(count: Int) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var id = "", before: [String] = []
        do {
            let kitchen = try Kitchen(stopsAfter: count)
            let jobs = try await EvaluationJobs(kitchen.parts(.open(folder: folder)))
            id = try await jobs.submit(["samples": Self.samples(50), "concurrency": 4]).id
            _ = try await Self.wait(jobs, id) { $0.right.total >= count }
            await jobs.stop()
            before = try await jobs.results(of: id, from: 0).lines
            #expect(before.count == count)
            await #expect(throws: EvaluationError.stopped) { try await jobs.submit(["samples": Self.samples(1)]) }
        }
        let kitchen = try Kitchen(), jobs = try await EvaluationJobs(kitchen.parts(.open(folder: folder)))
        let job = try await Self.wait(jobs, id), records = try await jobs.records(of: id)
        #expect(job.state == .done && job.right == Share(37, of: 50))
        #expect(records.map(\.id) == (0..<50).map { "s\($0)" })
        #expect(kitchen.asked == 50 - before.count, "what was answered is not asked again")
        let lines = try await jobs.results(of: id, from: 0).lines
        #expect(before.allSatisfy(lines.contains))
    }

    @Test(arguments: ["pool", "adapter"]) func anotherPoolOrAdapterIsNoContinuation(change: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var id = ""
        do {
            let kitchen = try Kitchen(stopsAfter: 2)
            let jobs = try await EvaluationJobs(kitchen.parts(.open(folder: folder)))
            id = try await jobs.submit(["samples": Self.samples(9), "concurrency": 1]).id
            _ = try await Self.wait(jobs, id) { $0.right.total >= 2 }
            await jobs.stop()
        }
        let other = Self.tea.replacing("Brew tea.", with: "Brew coffee.")
        let kitchen = try Kitchen(
            functions: [change == "pool" ? other : Self.tea], adapter: change == "adapter" ? "taught meanwhile" : nil)
        let jobs = try await EvaluationJobs(kitchen.parts(.open(folder: folder)))
        let job = try await Self.wait(jobs, id)
        #expect(job.state == .failed && job.error?.contains("have changed") == true && kitchen.asked == 0)
        // What was answered before is still there to be read.
        #expect(job.right.total == 2)
        #expect(try await jobs.records(of: id).count == 2)
    }

    @Test func cancelledJobsKeepWhatIsAnswered() async throws {
        let kitchen = try Kitchen(stopsAfter: 5), jobs = try await EvaluationJobs(kitchen.parts(.inMemory()))
        let first = try await jobs.submit(["samples": Self.samples(50), "concurrency": 2])
        let second = try await jobs.submit(["samples": Self.samples(3)])
        _ = try await Self.wait(jobs, first.id) { $0.right.total >= 5 }
        #expect(try await jobs.job(second.id).state == .queued)
        #expect(try await jobs.cancel(first.id).state == .cancelled)
        kitchen.open()
        #expect(try await Self.wait(jobs, second.id).state == .done)
        let job = try await jobs.job(first.id)
        #expect(job.state == .cancelled && job.right.total == 5 && job.finished != nil)
        #expect(try await jobs.records(of: first.id).count == 5)
        // Once more, and of one that is done: nothing changes.
        #expect(try await jobs.cancel(first.id) == job)
        #expect(try await jobs.cancel(second.id).state == .done)
        #expect(await jobs.all.map(\.id) == [second.id, first.id])
    }

    @Test func oneThatWaitsCanBeCancelled() async throws {
        let kitchen = try Kitchen(stopsAfter: 0),
            jobs = try await EvaluationJobs(kitchen.parts(.inMemory()) { $0.waiting = 2 })
        let running = try await jobs.submit(["samples": Self.samples(2)])
        _ = try await Self.wait(jobs, running.id) { $0.state == .running }
        let waiting = try await jobs.submit(["samples": Self.samples(2)])
        _ = try await jobs.submit(["samples": Self.samples(2)])
        await #expect(throws: EvaluationError.tooMany(2)) { try await jobs.submit(["samples": Self.samples(2)]) }
        #expect(try await jobs.cancel(waiting.id).state == .cancelled)
        let last = try await jobs.submit(["samples": Self.samples(2)])
        kitchen.open()
        #expect(try await Self.wait(jobs, last.id).state == .done)
        #expect(try await jobs.job(waiting.id).right.total == 0)
    }

    @Test func onlySoManyAreKept() async throws {
        let kitchen = try Kitchen(), store = try StateStore.inMemory()
        let jobs = try await EvaluationJobs(kitchen.parts(store) { $0.kept = 3 })
        var ids: [String] = []
        for _ in 0..<5 {
            ids.append(try await jobs.submit(["samples": Self.samples(1)]).id)
            _ = try await Self.wait(jobs, ids.last ?? "")
        }
        #expect(await jobs.all.map(\.id) == Array(ids.suffix(3).reversed()))
        #expect(try await store.evaluations().map(\.id) == Array(ids.suffix(3)))
        await #expect(throws: EvaluationError.unknown(ids[0])) { try await jobs.job(ids[0]) }
        await #expect(throws: EvaluationError.unknown("x")) { try await jobs.cancel("x") }
    }

    @Test func dataSetsByNameBringTheirPools() async throws {
        let folder = try CallsEvaluationTests.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let kitchen = try Kitchen(),
            jobs = try await EvaluationJobs(kitchen.parts(.inMemory()) { $0.folder = folder.path })
        let own = try await Self.wait(jobs, try await jobs.submit(["dataset": "own"]).id)
        #expect(own.state == .done && own.right.total == 3 && own.settings["dataset"] == "own")
        #expect(kitchen.catalog.poolNames == ["drinks"], "their pools do not get into the server's")
        let drawn = try await Self.wait(
            jobs, try await jobs.submit(["dataset": "own", "limit": 2, "pool": "drinks"]).id)
        #expect(drawn.samples == 2 && drawn.state == .done)
        for name in ["nowhere", "../own", "/etc/passwd", "own.jsonl", "", "pool"] {
            #expect(await Self.field { _ = try await jobs.submit(["dataset": .string(name)]) } == "dataset", "\(name)")
        }
        try Data("{}\n".utf8).write(to: folder.appendingPathComponent("bad.jsonl"))
        try Data().write(to: folder.appendingPathComponent("empty.jsonl"))
        for name in ["bad", "empty"] {
            #expect(await Self.field { _ = try await jobs.submit(["dataset": .string(name)]) } == "dataset", "\(name)")
        }
    }

    static let refused: [(samples: String, field: String)] = [
        (#"[5]"#, "samples[0]"), (#"[{}]"#, "samples[0].id"), (#"[{"id": "1", "query": "a"}]"#, "samples[0].outcome"),
        (#"[{"id": "1", "query": "a", "outcome": "sing"}]"#, "samples[0].outcome"),
        (#"[{"id": "1", "query": "a", "outcome": "no_appropriate_function", "pool": "../x.json"}]"#, "samples[0].pool"),
        (
            #"[{"id": "1", "query": "a", "outcome": "no_appropriate_function"}, {"id": "1", "query": "b", "outcome": "no_appropriate_function"}]"#,
            "samples"
        ),
        (#"[{"id": "1", "query": "a", "outcome": "no_appropriate_function", "candidates": ["coffee"]}]"#, "samples"),
        (
            #"[{"id": "1", "query": "a", "outcome": "no_appropriate_function", "functions": [{"name": "?"}]}]"#,
            "samples[0].functions"
        ),
        (
            #"[{"id": "1", "query": "a", "outcome": "no_appropriate_function", "functions": [{"name": 5}]}]"#,
            "samples[0].functions"
        ),
    ]

    @Test(arguments: refused) func samplesAtFaultAreNamed(_ samples: String, field: String) async throws {
        let jobs = try await EvaluationJobs(try Kitchen().parts(.inMemory()))
        let body: JSONValue = ["samples": try JSONValue(parsing: samples.utf8)]
        let found = await Self.field { _ = try await jobs.submit(body) }
        #expect(found?.hasPrefix(field) == true, "\(found ?? "accepted")")
        #expect(await jobs.all.isEmpty)
    }

    @Test func aPoolThatIsNotThereIsNamed() async throws {
        let jobs = try await EvaluationJobs(try Kitchen().parts(.inMemory()))
        #expect(
            await Self.field { _ = try await jobs.submit(["samples": Self.samples(1), "pool": "x"]) }
                == "FunctionCallError")
    }
}
