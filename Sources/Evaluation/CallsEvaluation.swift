import Digests
import Documents
import Foundation
import FunctionCalling
import Functions
import Grammar
import Inference
import Judging
import OrderedCollections
import Retrieval

/// Sends the samples of a data set through a pipeline and judges what comes back.
public struct CallsEvaluation: Sendable {
    /// How samples are answered.
    public struct Options: Sendable {
        /// Requests at the same time; the engine batches them.
        public var inFlight = 16
        /// Calls allowed in one answer; 0: 8 for samples whose kind says parallel, else 1.
        public var maxCalls = 0
        /// For pools that are offered whole; nil: the pipeline's own.
        public var retriever: RetrieverKind?
        public var topK: Int?
        /// How functions are put to the model, instead of the pool's own way.
        public var prompt: PromptStyle?
        /// Makes the retrievers that need an encoder; nil: `lexical` and `all` are left.
        public var indexing: PoolIndexing?
        /// A trained head, for the retriever `classifier`.
        public var classifier: FunctionClassifier?
        /// Decides between a call and the other outcomes; nil: the standard one.
        public var choice: ChoiceModel?
        /// Answers for every pool that is offered whole (one for any functions: for all samples), in the registry of the pipeline's engine.
        public var adapter: ServedAdapter?
        public var adapters: AdapterRegistry?
        /// Functions as `kinglet import --patterns` takes them over.
        public var addsPatterns = false
        /// Labelled requests for every pool.
        public var examples: ExampleIndex?
        /// 0 interactive … 9 batch.
        public var priority = 0
        /// How tokens are chosen; greedy, unless it says otherwise.
        public var sampling = Sampling()
        /// So many answers are made to each sample, and one of the pipeline's judges chooses.
        public var answers = 1, chooser: String?
        /// Says of each answer whether it is right, beside the matcher.
        public var judge: SampleJudge?

        /// One call at most, 16 requests in flight.
        public init() {}
    }

    let pipeline: Pipeline
    let options: Options

    /// Answers samples with a pipeline of its own.
    public init(_ pipeline: Pipeline, options: Options = .init()) {
        (self.pipeline, self.options) = (pipeline, options)
    }

    /// A data set, under the name that reports give it.
    public struct Source: Sendable {
        public internal(set) var name: String
        public let dataset: Dataset
        public internal(set) var samples: [Sample]
        /// What the legacy stack said; nil where nothing is led back to it.
        public let frames: FrameReference?

        /// - Parameters:
        ///   - limit: this many samples, drawn by `seed`; nil: all of them in the file's order.
        ///   - split: of all samples those of a split by the hash of their ids.
        ///   - adapter: leads calls back to the frames that lie beside the samples.
        ///   - known: queries that the pipeline has the answers of, and that are left out.
        public init(
            path: String, limit: Int?, seed: UInt64, split: RetrievalEvaluation.Task.Split = .all,
            adapter: String? = nil, except known: Set<String> = []
        ) throws {
            frames = try adapter.map { try FrameReference(data: path, adapter: $0) }
            dataset = try Dataset(path: path)
            name = Self.name(path)
            served = nil
            samples = Self.drawn(
                dataset.samples.filter { split.takes($0.id) && !known.contains($0.query) }, limit, seed)
        }

        /// Samples that were read before.
        /// - Parameter served: a pool of the pipeline's catalogue that answers them.
        init(name: String, dataset: Dataset, limit: Int?, seed: UInt64, served: String?) {
            (self.name, self.dataset, self.served, frames) = (name, dataset, served, nil)
            samples = Self.drawn(dataset.samples, limit, seed)
        }

        /// A pool that is in the catalogue already.
        let served: String?

        /// So many of them, the same for the same seed.
        private static func drawn(_ samples: [Sample], _ limit: Int?, _ seed: UInt64) -> [Sample] {
            guard let limit, limit < samples.count else { return samples }
            return Array(
                samples.map { (SampleOrder.key($0.id, seed: seed), $0) }.sorted { $0.0 < $1.0 }
                    .prefix(limit).map(\.1))
        }

        /// `…/bfcl/simple.jsonl.gz`: `bfcl/simple`.
        static func name(_ path: String) -> String {
            let url = URL(fileURLWithPath: path)
            let file = url.lastPathComponent.split(separator: ".").first.map(String.init) ?? path
            return url.deletingLastPathComponent().lastPathComponent + "/" + file
        }
    }

    /// Answers the samples, a few at a time, and hands over each record as it comes.
    ///
    /// - Parameter known: records that there are already, by set and id; their samples are not asked again.
    /// - Throws: what `keep` throws, and `PoolError` for a pool that cannot be used.
    public func run(
        _ sources: [Source], known: Set<String>, isolation: isolated (any Actor)? = #isolation,
        keep: (CallsRecord) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: CallsRecord.self) { group in
            var running = 0
            for source in sources {
                let pools = try await store(source)
                for sample in source.samples where !known.contains(Self.key(source.name, sample.id)) {
                    if running >= options.inFlight, let record = try await group.next() {
                        try await keep(record)
                        running -= 1
                    }
                    group.addTask { try await self.record(of: sample, in: source, pools: pools) }
                    running += 1
                }
            }
            while let record = try await group.next() { try await keep(record) }
        }
    }

    /// What tells samples of several sets apart.
    public static func key(_ set: String, _ id: String) -> String { "\(set) \(id)" }

    /// Puts pools that are offered whole into the catalogue, so that they are indexed once.
    private func store(_ source: Source) async throws -> [String: String] {
        help(pool: "inline")
        if let served = source.served { return [served: served] }
        var names: [String: String] = [:]
        for sample in source.samples {
            guard let path = sample.pool, sample.candidates == nil, sample.functions == nil, names[path] == nil else {
                continue
            }
            let allowed = "\(source.name)-\(path)".map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
            let name = String(allowed.suffix(128))
            let pool = try FunctionPool(
                name: name, functions: offered(try source.dataset.functions(for: sample)),
                prompt: options.prompt ?? PromptStyle())
            var others: [RetrieverKind: any Retriever] = [:]
            if let indexing = options.indexing {
                others = try await indexing.retrievers(for: pool, previous: nil)
                if let classifier = options.classifier {
                    others[.classifier] = try classifier.retriever(for: pool.documents, encoder: indexing.encoder)
                }
            }
            pipeline.catalog.store(IndexedPool(pool, others: others))
            help(pool: name)
            names[path] = name
        }
        return names
    }

    private func offered(_ functions: [FunctionDefinition]) -> [FunctionDefinition] {
        options.addsPatterns ? functions.map { $0.withStatedPatterns() } : functions
    }

    private func help(pool: String) {
        if let examples = options.examples { pipeline.catalog.store(examples, for: pool) }
        if let choice = options.choice { pipeline.catalog.store(choice, for: pool) }
        guard let adapter = options.adapter else { return }
        // One that was taught any functions answers as it does where it is served: for those that have none of their own.
        options.adapters?.add(adapter.named(adapter.isForAny ? pipeline.settings.generalAdapter : pool))
    }

    /// Answers a sample, and judges the answer.
    /// - Throws: only where the run is to end; what is wrong with one sample stands in its record.
    private func record(of sample: Sample, in source: Source, pools: [String: String]) async throws -> CallsRecord {
        var record = CallsRecord(sample, set: source.name)
        do {
            let functions = try source.dataset.functions(for: sample)
            record.domain = functions.first { $0.name == record.expectedFunction }?.domain ?? record.domain
            guard !functions.isEmpty else {
                record.answer.outcome = .noAppropriateFunction
                judge(&record, sample, functions, source.frames)
                record.judged = try await judged(record, sample, functions)
                return record
            }
            var request = try request(for: sample)
            if sample.candidates == nil, let name = sample.pool.flatMap({ pools[$0] }) {
                (request.pool, request.retriever, request.topK) = (name, options.retriever, options.topK)
            } else {
                (request.functions, request.retriever) = (offered(functions), .all)
                request.topK = functions.count
                request.prompt = options.prompt
            }
            let start = ContinuousClock.now
            let result = try await answer(request)
            record.milliseconds = (.now - start) / .milliseconds(1)
            record.answer = FunctionAnswer(outcome: result.outcome, calls: result.calls)
            record.confidence = result.confidence
            (record.promptTokens, record.cachedTokens) = (result.usage.promptTokens, result.usage.cachedTokens)
            record.completionTokens = result.usage.completionTokens
            record.features = result.choice?.json ?? [:]
            if request.functions == nil { record.note(result.candidates, of: functions.count) }
            record.note(description: result.described, result.candidates)
            judge(&record, sample, functions, source.frames)
            record.judged = try await judged(record, sample, functions)
        } catch {
            try Self.endRun(of: error)
            record.error = "\(error)"
            if options.judge != nil {
                record.judged = SampleVerdict(isRight: false, confidence: 1, reason: "no answer")
            }
        }
        return record
    }

    /// Asks the pipeline.
    private func answer(_ request: FunctionCallRequest) async throws -> FunctionCallResult {
        try await Self.whenThereIsRoom { try await pipeline.run(request) }
    }

    /// The request of a sample.
    private func request(for sample: Sample) throws(FieldError) -> FunctionCallRequest {
        var limits = RequestLimits()
        (limits.queryBytes, limits.turnBytes, limits.historyTurns) = (1 << 20, 1 << 20, 1000)
        let isParallel = sample.category?.contains("parallel") ?? false
        let body: JSONObject = [
            "query": .string(sample.query),
            "history": .array(
                sample.history.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
            "context": .object(sample.context),
            "max_calls": .integer(options.maxCalls > 0 ? options.maxCalls : isParallel ? 8 : 1),
        ]
        var request = try FunctionCallRequest(json: .object(body), limits: limits)
        (request.priority, request.answers, request.judge) = (options.priority, options.answers, options.chooser)
        request.options.sampling = options.sampling
        request.seed = options.sampling.seed.map { Int(truncatingIfNeeded: $0 >> 1) }
        return request
    }

    /// Whether an answer is right, by the matcher of the sample's set.
    private func judge(
        _ record: inout CallsRecord, _ sample: Sample, _ functions: [FunctionDefinition], _ frames: FrameReference?
    ) {
        record.isFrameRight = frames?.isRight(record.answer, id: sample.id)
        let match = AnswerMatcher(functions: functions).match(record.answer, sample.reference, .exact)
        (record.isRight, record.detail) = (match.isRight, match.detail)
        record.isFunctionRight =
            record.answer.outcome == sample.reference.outcome
            && (sample.reference.answers == .any
                || record.answer.calls.map(\.function).sorted() == sample.reference.expected.map(\.function).sorted())
        if let notes = sample.bfcl {
            record.detail = BFCLMatcher(functions: functions, notes: notes).fault(
                of: record.answer, against: sample.reference)
            record.isRightByAST = record.detail == nil && notes.isScorable
        }
        for call in record.answer.calls {
            guard let function = functions.first(where: { $0.name == call.function }) else {
                record.violation = "\(call.function) is not offered"
                continue
            }
            do throws(SchemaValidator.Violation) {
                try SchemaValidator(function.parameters).validate(.object(call.parameters))
            } catch {
                record.violation = "\(call.function): \(error)"
            }
        }
    }
}
