import Documents
import Evaluation
import FunctionCalling
import HTTPServer
import HTTPTypes
import OrderedCollections

/// `/v1/evaluations`: jobs that answer labelled samples beside other work, and their reports.
struct EvaluationRoutes: Sendable {
    let jobs: EvaluationJobs

    /// Bytes of a request with its samples.
    static let bodyBytes = 64 << 20
    /// Between two looks at a job whose events are listened to.
    private static let pace = Duration.milliseconds(200)

    private static let path = "/v1/evaluations/{id}"
    private static let lines = "application/x-ndjson"

    /// Reports by their names in `format`, with file and content type.
    static let formats: OrderedDictionary<String, (file: String, type: String)> = [
        "html": ("report.html", "text/html; charset=utf-8"), "json": ("report.json", "application/json"),
        "markdown": ("report.md", "text/markdown; charset=utf-8"), "csv": ("samples.csv", "text/csv; charset=utf-8"),
        "junit": ("junit.xml", "application/xml"),
    ]

    func register(in table: inout RouteTable) {
        table.on(.post, "/v1/evaluations", .write(bodyBytes: Self.bodyBytes)) { request in
            let body = try request.json()
            try Self.check(body, request.context.rules.limits)
            let job = try await jobs.submit(body)
            request.context.note(outcome: "evaluation \(job.id)")
            var response = ServerResponse.json(job.json)
            response.status = .accepted
            response.headerFields[.location] = "/v1/evaluations/\(job.id)"
            return response
        }
        table.on(.get, "/v1/evaluations", .write) { _ in
            .json(["evaluations": .array(await jobs.all.map(\.json))])
        }
        table.on(.get, Self.path, .write) { request in .json(try await whole(id(request))) }
        table.on(.post, "\(Self.path)/cancel", .write) { request in
            .json(try await jobs.cancel(id(request)).json)
        }
        table.on(.get, "\(Self.path)/events", .write) { request in try await events(request) }
        table.on(.get, "\(Self.path)/results", .write) { request in try await results(request) }
        table.on(.get, "\(Self.path)/report", .write) { request in try await report(request) }
    }

    /// Each sample keeps to the limits of a request.
    private static func check(_ body: JSONValue, _ limits: RequestLimits) throws(FieldError) {
        for (index, sample) in (body["samples"]?.arrayValue ?? []).enumerated() {
            do throws(FieldError) {
                try limits.check(sample)
            } catch {
                throw FieldError(
                    path: "samples[\(index)].\(error.path)", reason: error.reason,
                    message: "samples[\(index)].\(error.message)")
            }
        }
    }

    private func id(_ request: ServerRequest) -> String { request.parameters["id"] ?? "" }

    /// A job with its rates so far.
    private func whole(_ id: String) async throws -> JSONValue {
        var members = try await jobs.job(id).json.objectValue ?? [:]
        members["report"] = CallsReport(try await jobs.records(of: id)).json
        return .object(members)
    }

    /// `progress` whenever a sample is answered, a few times a second at most, and `done` with the job at its end.
    private func events(_ request: ServerRequest) async throws -> ServerResponse {
        let id = id(request)
        return try await EventFeed.response(.named, to: request) { emitter in
            var told: EvaluationJob?
            while await !jobs.hasStopped {
                let job = try await jobs.job(id)
                if job.state.isFinal { return emitter.send(job.json, as: "done") }
                if job != told { emitter.send(job.json, as: "progress") }
                told = job
                try await Task.sleep(for: Self.pace)
            }
        }
    }

    /// All results, a line each, as many as there are when it is asked.
    private func results(_ request: ServerRequest) async throws -> ServerResponse {
        let id = try await jobs.job(id(request)).id
        return ServerResponse(headerFields: [.contentType: Self.lines]) { writer in
            var next: Int? = 0
            while let place = next {
                let page = try await jobs.results(of: id, from: place)
                if !page.lines.isEmpty { try await writer.write(page.lines.joined(separator: "\n") + "\n") }
                next = page.next
            }
        }
    }

    private func report(_ request: ServerRequest) async throws -> ServerResponse {
        let name = try request.single("format") ?? "html"
        guard let format = Self.formats[name] else {
            throw FieldError(
                path: "format", reason: .outOfRange,
                message: "format must be one of \(Self.formats.keys.joined(separator: ", "))")
        }
        let reports = try await jobs.reports(of: id(request))
        let text = reports.files.first { $0.name == format.file }?.text ?? ""
        var response = ServerResponse.content(format.type, text.utf8)
        // Texts of strangers stand in it; it runs nothing, whatever they say.
        response.headerFields[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        response.headerFields[.xContentTypeOptions] = "nosniff"
        return response
    }
}
