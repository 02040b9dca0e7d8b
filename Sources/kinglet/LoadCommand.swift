import ArgumentParser
import Foundation
import FunctionCalling
import HTTPClient
import LoadTesting

/// `kinglet load`: measures a running server.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measure a server's QPS and response times by number of concurrent clients.",
        discussion: """
            A closed loop over HTTP/1.1: each client sends a request, waits for its answer and sends the next.
            Workloads:
              functioncall  POST /v1/functioncall with the queries of a file
              paper         POST /v1/completions: 1664 shared + 128 fresh prompt tokens, 9 generated
              decode        POST /v1/completions: 16 fresh prompt tokens, 128 generated
              cold          POST /v1/completions: 1792 fresh prompt tokens, 1 generated

            Examples:
              kinglet load --cc 1,8,16,32,64,128
              kinglet load --workload paper --cc 1,16 --seconds 30 --json out.json
              kinglet load --queries my-queries.txt --pool smart-home --cc 8
              kinglet load --url https://kinglet.example.org --stream --cc 1,4

            The exit status is 1 where some number of clients got no good answer at all. Certificates are checked by the
            system's authorities, or those of the file that SSL_CERT_FILE names.
            """)

    enum WorkloadName: String, ExpressibleByArgument, CaseIterable { case functioncall, paper, decode, cold }

    @Flag(help: "Ask for streams, and take the time to the first token (TTFT).") var stream = false
    @Option(help: "The server, http or https.") var url = "http://127.0.0.1:8080"
    @Option(help: "Numbers of concurrent clients, as in 1,8,16.") var cc = "1,8,16,32,64,128"
    @Option(help: "functioncall, paper, decode or cold.") var workload = WorkloadName.functioncall
    @Option(help: "Queries, one a line, or JSONL with \"query\".") var queries = "Config/load/smart-home.txt"
    @Option(help: "The pool that functioncall requests name; the server's default without it.") var pool: String?
    @Option(help: "Least time in seconds that a point sends requests for.") var seconds = 10.0
    @Option(help: "Least number of requests of a point, in multiples of cc.") var minRounds = 1.0
    @Option(help: "No request is sent after this many seconds of a point.") var maxSeconds = 60.0
    @Option(help: "A request without an answer after this many seconds is an error.") var requestTimeout = 600.0
    @Option(help: "Requests sent one by one before the first point.") var warmup = 1
    @Option(help: "Prompt tokens that all requests share.") var prefixTokens: Int?
    @Option(help: "Prompt tokens that no two requests share.") var tailTokens: Int?
    @Option(help: "Tokens that each answer must have.") var genTokens: Int?
    @Option(help: "Token ids are drawn below this.") var tokenLimit = 150_000
    @Option(help: "Value of the model field.") var model: String?
    @Option(help: "JSON object merged into each request's body.") var extra: String?
    @Option(help: "Repeats the prompts of an earlier run; drawn anew without it, so that no prompt is in a cache.")
    var seed: UInt64?
    @Option(help: "Sent as Authorization: Bearer.") var apiKey: String?
    @Option(help: "File that settings and points are written to.") var json: String?

    func run() throws {
        let plan: LoadPlan
        let report: LoadReport
        do throws(LoadError) {
            plan = try makePlan()
            report = try ClosedLoop(plan).run {
                print("\(plan.workload.name) at \(plan.endpoint), seed \(plan.workload.seed); times in ms")
                print(LoadReport.header(plan.workload))
            } progress: { point in
                print(LoadReport.row(point, plan.workload))
                fflush(nil)
            }
        } catch {
            FileHandle.standardError.write(Data("kinglet load: \(error)\n".utf8))
            throw ExitCode(1)
        }
        if let note = report.footnote { print(note) }
        if let error = report.warmUpError { print("warm-up: \(error)") }
        if let json { try Data(report.json.utf8(.spaced) + [0x0A]).write(to: URL(fileURLWithPath: json)) }
        if report.hasFailed { throw ExitCode(1) }
    }

    private func makePlan() throws(LoadError) -> LoadPlan {
        var clients: [Int] = []
        for part in cc.split(separator: ",") {
            guard let number = Int(part.trimmingCharacters(in: .whitespaces)) else {
                throw .setting(name: "cc", remedy: "\"\(part)\" is no number; write them as in 1,8,16")
            }
            clients.append(number)
        }
        return try LoadPlan(
            endpoint: HTTPEndpoint(loading: url), workload: makeWorkload(), clients: clients, seconds: seconds,
            minimumRounds: minRounds, maximumSeconds: max(seconds, maxSeconds), requestTimeout: requestTimeout,
            warmUps: warmup, apiKey: apiKey)
    }

    private func makeWorkload() throws(LoadError) -> Workload {
        func tokens(_ shared: Int, _ fresh: Int, _ generated: Int) -> Workload.Kind {
            .tokens(
                shared: prefixTokens ?? shared, fresh: tailTokens ?? fresh, generated: genTokens ?? generated)
        }
        let kind: Workload.Kind =
            switch workload {
            case .functioncall: .functionCall(queries: try QueryFile.read(queries), pool: pool)
            case .paper: tokens(1664, 128, 9)
            case .decode: tokens(0, 16, 128)
            case .cold: tokens(0, 1792, 1)
            }
        var made = try Workload(
            name: workload.rawValue, kind: kind, model: model, extra: try Workload.extraFields(extra),
            seed: seed ?? UInt64.random(in: 0..<1 << 32), tokenLimit: tokenLimit)
        made.streams = stream
        return made
    }
}
