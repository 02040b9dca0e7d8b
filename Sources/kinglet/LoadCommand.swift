import ArgumentParser
import Documents
import Foundation
import HTTPClient
import LoadTesting

/// `kinglet load`: measures a running server.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measure a server's QPS and response times by number of concurrent clients, or by rate.",
        discussion: """
            A closed loop (--cc): each client sends a request, waits for its answer and sends the next. An open loop (--rate,
            --sweep): requests are sent by the clock whether answers come or not, and times count from the planned start.
            Workloads:
              functioncall  POST /v1/functioncall with the queries of a file
              chat          POST /v1/chat/completions: the queries with functions of a pool as tools
              completions   POST /v1/completions: the queries as prompts
              paper         POST /v1/completions: 1664 shared + 128 fresh prompt tokens, 9 generated
              decode        POST /v1/completions: 16 fresh prompt tokens, 128 generated
              cold          POST /v1/completions: 1792 fresh prompt tokens, 1 generated
              get           GET of --path

            Examples:
              kinglet load --cc 1,8,16,32,64,128
              kinglet load --workload paper --cc 1,16 --seconds 30 --runs 3 --json out.json
              kinglet load --rate 5,10,20 --goal 'p99<500ms' --ramp 2 --requests requests.jsonl
              kinglet load --sweep 6 --cc 64 --csv sweep.csv --html sweep.html
              kinglet load --compare fp16.json w8a8.json --html compared.html
              kinglet load --queries my-queries.txt --pool smart-home --cc 8
              kinglet load --workload functioncall=6,chat=1 --cc 16
              kinglet load --url https://kinglet.example.org --http 2 --key sk-1 --stream --cc 1,4

            The exit status is 1 where some point got no good answer at all. Certificates are checked by the system's
            authorities, or those of the file that SSL_CERT_FILE names.
            """)

    @OptionGroup var options: LoadOptions
    @OptionGroup var workload: WorkloadOptions
    @Option(help: "File for settings and points, in the names of vllm bench serve.") var json: String?
    @Option(help: "File for the points as a table.") var csv: String?
    @Option(help: "File for every request as a line of JSON.") var requests: String?
    @Option(help: "File for the points as a page with charts, which needs nothing else.") var html: String?
    @Option(
        parsing: .upToNextOption,
        help: "Files of --json to be held against the first; nothing is measured. With --html as a page.")
    var compare: [String] = []

    func run() throws {
        try LinesFile.check(json, csv, html, requests)
        do throws(LoadError) {
            if !compare.isEmpty { return try tellComparison() }
            let endpoint = try HTTPEndpoint(loading: options.url)
            var plan = try options.plan(workload.mix(endpoint, key: options.key), endpoint)
            let log = try requests.map { path throws(LoadError) in try LineFile(path) }
            if let count = options.sweep {
                print("both ends of the sweep, by closed loops:")
                plan.steps = try LoadSweep.steps(
                    plan, count: count, clients: options.busyClients(), options.arrivals, listener(plan, log: nil))
            }
            let report = try LoadRun(plan).run(listener(plan, log: log))
            try tell(report)
            if report.hasFailed { throw .setting(name: "url", remedy: "some point got no good answer") }
        } catch {
            FileHandle.standardError.write(Data("kinglet load: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    /// Prints a row as soon as its point is done; on a terminal, how far it is until then.
    private func listener(_ plan: LoadPlan, log: LineFile?) -> LoadRun.Listener {
        let table = LoadTable(plan), progress = ProgressLine()
        var listener = LoadRun.Listener()
        listener.started = {
            print(
                "\(plan.mix.name) at \(plan.endpoint), HTTP/\(plan.wire.version.rawValue), seed \(plan.mix.seed); times in ms"
            )
            if plan.pace.runs == 1 { print(table.header) }
        }
        listener.progress = { progress.show($0) }
        listener.point = { point, run in
            progress.clear()
            if plan.pace.runs == 1 {
                print(table.row(point))
            } else {
                print("run \(run + 1): \(point.step.label): \(LoadTable.brief(point))")
            }
            fflush(nil)
        }
        if let log { listener.requests = { for line in $0.lines { log.write(line) } } }
        return listener
    }

    private func tellComparison() throws(LoadError) {
        var reports: [SavedReport] = []
        for path in compare { reports.append(try SavedReport.read(path)) }
        guard reports.count > 1 else { throw .setting(name: "compare", remedy: "give two files or more") }
        for other in reports.dropFirst() { print(try LoadComparison(reports[0], other).table) }
        if let html { try write(reports, to: html) }
    }

    private func write(_ reports: [SavedReport], to path: String) throws(LoadError) {
        try LineFile.write(Array(LoadPage(reports).html.utf8), to: path)
    }

    private func tell(_ report: LoadReport) throws(LoadError) {
        let table = LoadTable(report.plan)
        if report.plan.pace.runs > 1 {
            print(table.header)
            for point in report.points { print(table.row(point)) }
        }
        for note in table.footnotes(report) { print(note) }
        if let error = report.warmUpError { print("warm-up: \(error)") }
        if report.points.count > 1 { print("\n" + LoadTable.paper(report)) }
        let document = LoadDocument(report).json
        if let json { try LineFile.write(document.utf8(.spaced) + [0x0A], to: json) }
        if let html { try write([SavedReport(document, name: report.plan.label)], to: html) }
        if let csv { try LineFile.write(Array(LoadSheet.text(document).utf8), to: csv) }
    }
}
