import Digests
import Documents
import FunctionCalling
import Functions
import Inference
import Judging
import OrderedCollections
import Verdicts

/// A request with all that it needs: samples, their functions, and a pipeline that nobody else asks.
struct EvaluationPlan: Sendable {
    let source: CallsEvaluation.Source
    let evaluation: CallsEvaluation
    /// What the answers depend on, for people.
    let about: JSONObject
    /// The same with samples and functions, for comparison.
    let digest: String
    /// Of each sample among all, by its key.
    let places: [String: Int]

    /// - Throws: `FieldError` or `FunctionCallError.unknownPool`, which name the field.
    init(_ request: EvaluationRequest, folder: String?, pipeline: Pipeline, judges: EvaluationJudges) throws {
        let catalog = try Self.catalog(request, pipeline)
        let served = catalog?.poolNames.first.flatMap { catalog?.pool(named: $0)?.pool }
        source = try Self.source(request, folder, served)
        places = try Self.places(source, request)
        about = Self.about(request, pipeline)
        let judge = try judges.judge(request.judge)
        digest = Self.digest(
            source, about,
            [
                Fingerprint(of: Array(pipeline.generator.identity.utf8)),
                served.flatMap { pipeline.generator.adapter(named: $0.name)?.fingerprint }, judge?.judge.judge.version,
            ])
        var options = CallsEvaluation.Options()
        options.inFlight = request.concurrency ?? 4
        (options.maxCalls, options.retriever, options.topK) = (request.maxCalls, request.retriever, request.topK)
        options.prompt = request.style.map { PromptStyle(form: $0) }
        options.indexing = pipeline.indexing
        options.priority = GenerationRequest.batchPriority
        options.judge = judge
        evaluation = CallsEvaluation(pipeline.over(catalog ?? FunctionCatalog()), options: options)
    }

    /// The pool that answers, alone, as it is now; nil: the samples bring their functions.
    private static func catalog(_ request: EvaluationRequest, _ pipeline: Pipeline) throws -> FunctionCatalog? {
        if let name = request.pool {
            guard let copy = pipeline.catalog.copy(of: name) else {
                throw FunctionCallError.unknownPool(name, known: pipeline.catalog.poolNames)
            }
            return copy
        }
        guard case .inline = request.data else { return nil }
        return pipeline.catalog.copy(of: pipeline.settings.defaultPool)
    }

    /// The samples with their functions.
    private static func source(
        _ request: EvaluationRequest, _ folder: String?, _ served: FunctionPool?
    ) throws -> CallsEvaluation.Source {
        do {
            let name: String
            var dataset: Dataset
            switch request.data {
            case .named(let wanted):
                let path = try DataFolder(folder).path(of: wanted)
                name = wanted
                dataset = try served.map { pool in try Dataset(path: path, servedBy: pool) } ?? Dataset(path: path)
            case .inline(let values):
                (name, dataset) = ("inline", try Dataset(path: "samples", samples: inline(values, served)))
            }
            if let served { dataset = Dataset(path: dataset.path, samples: dataset.samples, servedBy: served) }
            let source = CallsEvaluation.Source(
                name: name, dataset: dataset, limit: request.limit, seed: UInt64(request.seed), served: served?.name)
            guard !source.samples.isEmpty else { throw DocumentError(path: name, reason: "has no samples") }
            for sample in source.samples where sample.candidates != nil { _ = try dataset.functions(for: sample) }
            return source
        } catch let error as DocumentError {
            throw FieldError(
                path: request.field, reason: .outOfRange,
                message: "\(request.field): \(error.line.map { "line \($0) " } ?? "")\(error.reason)")
        }
    }

    /// Samples of the request. What they say of a pool is not a path here.
    private static func inline(_ values: [JSONValue], _ served: FunctionPool?) throws(FieldError) -> [Sample] {
        var samples: [Sample] = []
        for (index, value) in values.enumerated() {
            let path = "samples[\(index)]", sample = try Sample(json: value, path: path, isServed: true)
            guard sample.pool == nil else {
                throw FieldError(
                    path: "\(path).pool", reason: .outOfRange,
                    message: "\(path).pool: name the pool once, as the request's own pool")
            }
            guard served != nil || sample.functions != nil else {
                throw FieldError(
                    path: "\(path).functions", reason: .missing,
                    message: "\(path).functions is missing, and the server has no default pool; name a pool")
            }
            do throws(PoolError) {
                for function in sample.functions ?? [] { try function.check() }
            } catch {
                throw FieldError(
                    path: "\(path).functions", reason: .outOfRange, message: "\(path).functions: \(error)")
            }
            samples.append(sample)
        }
        return samples
    }

    /// Of each sample its place among all.
    private static func places(
        _ source: CallsEvaluation.Source, _ request: EvaluationRequest
    ) throws(FieldError) -> [String: Int] {
        var places: [String: Int] = [:]
        for (place, sample) in source.samples.enumerated() {
            guard places.updateValue(place, forKey: CallsEvaluation.key(source.name, sample.id)) == nil else {
                throw FieldError(
                    path: request.field, reason: .outOfRange,
                    message:
                        "\(request.field): the id \"\(sample.id.prefix(200))\" stands twice; each sample needs its own")
            }
        }
        return places
    }

    /// What the page of the report says of the run.
    private static func about(_ request: EvaluationRequest, _ pipeline: Pipeline) -> JSONObject {
        var about: JSONObject = ["model": .string(pipeline.generator.modelName)]
        for (name, value) in request.settings where name != "concurrency" { about[name] = value }
        about["calling"] = .string("\(pipeline.settings)")
        return about
    }

    /// Changes with every sample, function, setting, with the model and its number formats, the adapter that answers for the pool, and the judge.
    private static func digest(
        _ source: CallsEvaluation.Source, _ about: JSONObject, _ others: [Fingerprint?]
    ) -> String {
        var parts = [Fingerprint(of: .object(about))] + others.compactMap { $0 }
        for (name, functions) in source.dataset.pools.sorted(by: { $0.key < $1.key }) {
            parts.append(Fingerprint(of: Array(name.utf8)))
            parts += functions.map { Fingerprint(of: $0.json) }
        }
        for sample in source.samples {
            let said: JSONValue = [
                "record": CallsRecord(sample, set: source.name).json,
                "history": .array(sample.history.map { [.string($0.role.rawValue), .string($0.content)] }),
                "context": .object(sample.context), "pool": sample.pool.map { .string($0) } ?? .null,
                "candidates": sample.candidates.map { .array($0.map { .string($0) }) } ?? .null,
                "functions": sample.functions.map { .array($0.map(\.json)) } ?? .null,
                "reading": .string(sample.reference.answers.rawValue),
            ]
            parts.append(Fingerprint(of: said))
        }
        return Fingerprint(of: parts).text
    }
}
