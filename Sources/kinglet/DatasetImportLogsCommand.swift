import ArgumentParser
import Datasets
import Documents
import Foundation

/// `kinglet dataset import-logs`: what users asked, to be labelled.
struct DatasetImportLogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-logs",
        abstract: "Make samples to be labelled of access logs with query text.",
        discussion: """
            The server writes queries into its access log with log.queries: true. Each request is taken once, what is asked most comes
            first, `times` says how often. E-mail addresses, IBANs, numbers of cards and telephones are masked by rules; names of people and
            places are not, so look at the samples before they go anywhere. `outcome` is the server's own; the calls are for you to write
            into `expected`. Docs/evaluation-data.md has the form.

            EXAMPLES
              kinglet dataset import-logs access.log --pool Config/pools/smart-home.yaml --output to-label.jsonl
              journalctl -u kinglet -o cat | kinglet dataset import-logs - --pool pool.yaml --least 3 --output to-label.jsonl
            """)

    @Argument(help: "Logs, as text or JSON, also .gz; - for standard input.")
    var files: [String]

    @Option(help: "The pool that the requests were for.")
    var pool: String

    @Option(help: "Routes whose requests count, with commas between; all for an empty text.")
    var routes = "/v1/functioncall,/v1/chat/completions"

    @Option(help: "Leave out what was asked less often.")
    var least = 1

    @Option(help: "Samples at most, the commonest; 0: all.")
    var limit = 0

    @Option(help: "File to be written, .jsonl.")
    var output: String

    func validate() throws {
        guard least > 0, limit >= 0 else { throw ValidationError("--least must be above 0, --limit not negative") }
    }

    func run() throws {
        var queries = LoggedQueries(routes: Set(routes.split(separator: ",").map(String.init)))
        for file in files {
            let bytes = try JSONLines.bytes(file)
            for line in bytes.split(separator: 0x0A) { queries.read(String(decoding: line, as: UTF8.self)) }
        }
        let place = RelativePath.path(to: pool, from: URL(fileURLWithPath: output).deletingLastPathComponent())
        let name = URL(fileURLWithPath: output).deletingPathExtension().lastPathComponent
        var lines = queries.lines(pool: place, name: name).filter { ($0["times"]?.intValue ?? 0) >= least }
        if limit > 0 { lines = Array(lines.prefix(limit)) }
        try LinesFile.write(lines, to: output)
        print("\(output): \(lines.count) samples of \(queries.requests) requests in \(queries.lines) lines")
        if queries.cut > 0 { print("\(queries.cut) left out whose query the log has cut off") }
        let masked = PersonalData.Kind.allCases.compactMap { kind in
            queries.masked[kind].map { "\(kind.rawValue) \($0)" }
        }
        if !masked.isEmpty { print("masked: \(masked.joined(separator: ", "))") }
        if queries.requests == 0 {
            FileHandle.standardError.write(
                Data("no request with query text: set log.queries and log.access to true\n".utf8))
        }
    }
}
