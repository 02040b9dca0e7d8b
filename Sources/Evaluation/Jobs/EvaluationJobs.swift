import Documents
import Foundation
import FunctionCalling
import Inference
import OrderedCollections
import Storage

/// The evaluations of a server: one after the other, each answer on the disk before it counts, so that a process that is
/// killed goes on where it was and no sample has two results.
public actor EvaluationJobs {
    /// What jobs run on.
    public struct Parts: Sendable {
        let store: StateStore
        let pipeline: Pipeline
        let bounds: EvaluationBounds
        let limits: RequestLimits
        let judges: EvaluationJudges

        /// - Parameter pipeline: the one that serves; jobs ask it with the priority of batch work.
        public init(
            store: StateStore, pipeline: Pipeline, bounds: EvaluationBounds, limits: RequestLimits,
            judges: EvaluationJudges = EvaluationJudges()
        ) {
            (self.store, self.pipeline, self.bounds, self.limits) = (store, pipeline, bounds, limits)
            self.judges = judges
        }
    }

    /// Results that are read at once.
    private static let page = 500

    private let parts: Parts
    private var jobs: [String: EvaluationJob] = [:]
    /// Oldest first.
    private var order: [String] = []
    private var current: (id: String, task: Task<Void, Never>)?
    private var isStopped = false

    /// Reads what there is, and goes on with what was not done.
    /// - Throws: `StorageError`.
    public init(_ parts: Parts) async throws(StorageError) {
        self.parts = parts
        for row in try await parts.store.evaluations() {
            do {
                jobs[row.id] = try EvaluationJob(row)
                order.append(row.id)
            } catch {
                throw .damaged(path: parts.store.path, reason: "evaluation \(row.id): \(error)")
            }
        }
        startNext()
    }

    /// All of them, the newest first.
    public var all: [EvaluationJob] { order.reversed().compactMap { jobs[$0] } }

    /// - Throws: `.unknown`.
    public func job(_ id: String) throws(EvaluationError) -> EvaluationJob {
        guard let job = jobs[id] else { throw .unknown(id) }
        return job
    }

    /// Whether no job goes on any more: the server is shutting down.
    public var hasStopped: Bool { isStopped }

    /// A new job, on the disk when this returns.
    /// - Throws: `FieldError`, `FunctionCallError.unknownPool`, `EvaluationError`, `StorageError`.
    public func submit(_ json: JSONValue) async throws -> EvaluationJob {
        let request = try EvaluationRequest(json: json, bounds: parts.bounds, limits: parts.limits)
        let plan = try await plan(request)
        guard !isStopped else { throw EvaluationError.stopped }
        let waiting = jobs.values.count { $0.state == .queued }
        guard waiting < parts.bounds.waiting else { throw EvaluationError.tooMany(waiting) }
        let job = EvaluationJob(
            id: FunctionCallResult.newIdentifier("ev_"), settings: request.settings, samples: plan.source.samples.count,
            digest: plan.digest, created: Date().timeIntervalSince1970)
        try await parts.store.add(job.stored, request: request.json.text())
        jobs[job.id] = job
        order.append(job.id)
        try await forgetOldest()
        startNext()
        return job
    }

    /// Reads the samples, beside whatever else is asked of this actor.
    private nonisolated func plan(_ request: EvaluationRequest) async throws -> EvaluationPlan {
        try EvaluationPlan(
            request, folder: parts.bounds.folder, pipeline: parts.pipeline, judges: parts.judges)
    }

    /// Ends a job; what is answered stays. One that has ended stays as it is.
    /// - Throws: `.unknown`, `StorageError`.
    public func cancel(_ id: String) async throws -> EvaluationJob {
        var job = try job(id)
        guard !job.state.isFinal else { return job }
        (job.state, job.finished) = (.cancelled, Date().timeIntervalSince1970)
        jobs[id] = job
        try await parts.store.update(job.stored)
        if current?.id == id { current?.task.cancel() }
        return job
    }

    /// Lines of the results from a sample on, and where to go on; nil behind the last one.
    /// - Throws: `StorageError`.
    public nonisolated func results(
        of id: String, from place: Int
    ) async throws(StorageError) -> (lines: [String], next: Int?) {
        let rows = try await parts.store.results(of: id, from: place, limit: Self.page)
        return (rows.map(\.body), rows.count < Self.page ? nil : rows.last.map { $0.place + 1 })
    }

    /// All results as records, in the order of the samples.
    /// - Throws: `StorageError`; `.damaged` for a result that cannot be read.
    public nonisolated func records(of id: String) async throws -> [CallsRecord] {
        var records: [CallsRecord] = [], next: Int? = 0
        while let place = next {
            let page = try await results(of: id, from: place)
            for line in page.lines {
                do {
                    records.append(try CallsRecord(json: JSONValue(parsing: line.utf8)))
                } catch {
                    throw StorageError.damaged(path: parts.store.path, reason: "a result of \(id): \(error)")
                }
            }
            next = page.next
        }
        return records
    }

    /// The reports of a job, as far as it is.
    /// - Throws: `EvaluationError`, `StorageError`.
    public nonisolated func reports(of id: String) async throws -> ReportFiles {
        let job = try await job(id)
        var about = job.settings
        about["evaluation"] = .string(id)
        about["answered"] = .string("\(job.right.total) of \(job.samples)")
        about["model"] = .string(parts.pipeline.generator.modelName)
        about["calling"] = .string("\(parts.pipeline.settings)")
        let name = job.settings["dataset"]?.stringValue ?? "samples of the request"
        return ReportFiles(title: "Evaluation of \(name)", about: about, records: try await records(of: id))
    }

    /// Puts the running job down; it goes on when a process with the same state starts.
    public func stop() async {
        isStopped = true
        guard let task = current?.task else { return }
        task.cancel()
        await task.value
    }

    // MARK: Running

    /// Begins the oldest job that waits, unless one runs.
    private func startNext() {
        guard !isStopped, current == nil, let id = order.first(where: { jobs[$0]?.state.isFinal == false }) else {
            return
        }
        current = (id, Task { await self.run(id) })
    }

    /// Answers what is not answered yet, and notes how it ended.
    private func run(_ id: String) async {
        do {
            try await answer(id)
            await finish(id, .done)
        } catch is CancellationError {
            // Cancelled jobs have their state. Else it is the engine that takes no more: so it is for the next job.
            if jobs[id]?.state.isFinal == false { isStopped = true }
        } catch {
            await finish(id, .failed, "\(error)")
        }
        current = nil
        startNext()
    }

    /// Notes the end. If not even that can be written, the job goes on when the process starts again.
    private func finish(_ id: String, _ state: EvaluationJob.State, _ failure: String? = nil) async {
        guard var job = jobs[id], !job.state.isFinal else { return }
        (job.state, job.error, job.finished) = (state, failure, Date().timeIntervalSince1970)
        jobs[id] = job
        do {
            try await parts.store.update(job.stored)
        } catch {
            jobs[id]?.error = failure.map { "\($0); \(error)" } ?? "\(error)"
        }
    }

    /// What was asked for. What was allowed then is not asked again.
    private func request(of id: String) async throws -> EvaluationRequest {
        let text = try await parts.store.request(ofEvaluation: id) ?? "null"
        var bounds = parts.bounds
        (bounds.samples, bounds.concurrency) = (.max, .max)
        do {
            return try EvaluationRequest(
                json: JSONValue(parsing: text.utf8), bounds: bounds, limits: RequestLimits())
        } catch {
            throw StorageError.damaged(path: parts.store.path, reason: "evaluation \(id): \(error)")
        }
    }

    private func answer(_ id: String) async throws {
        let request = try await request(of: id)
        let plan = try await plan(request)
        guard var job = jobs[id], !job.state.isFinal else { throw CancellationError() }
        guard plan.digest == job.digest else { throw Changed() }
        (job.state, job.started) = (.running, job.started ?? Date().timeIntervalSince1970)
        jobs[id] = job
        try await parts.store.update(job.stored)
        let answered = try await parts.store.places(ofResultsOf: id)
        let known = plan.places.filter { answered.contains($0.value) }
        try await plan.evaluation.run([plan.source], known: Set(known.keys)) { record in
            try await self.keep(record, plan, id)
        }
    }

    /// On the disk first, then it counts.
    private func keep(_ record: CallsRecord, _ plan: EvaluationPlan, _ id: String) async throws {
        guard let place = plan.places[CallsEvaluation.key(record.set, record.id)] else { return }
        // What was answered while it was cancelled is left out: its end has been told.
        guard jobs[id]?.state == .running else { throw CancellationError() }
        let isFailed = record.error != nil, isRight = record.counts && !isFailed
        try await parts.store.add(
            StoredResult(place: place, body: record.json.text(), isRight: isRight, isFailed: isFailed), to: id)
        jobs[id]?.right.add(isRight)
        if isFailed { jobs[id]?.failures += 1 }
    }

    /// Only so many are kept.
    private func forgetOldest() async throws(StorageError) {
        while order.count > parts.bounds.kept, let id = order.first(where: { jobs[$0]?.state.isFinal == true }) {
            try await parts.store.remove(evaluation: id)
            order.removeAll { $0 == id }
            jobs[id] = nil
        }
    }

    /// Answers of two kinds in one report would say nothing.
    private struct Changed: Error, CustomStringConvertible {
        let description =
            "the data set, the pool, the model or its settings have changed since the evaluation began; begin another one"
    }
}
