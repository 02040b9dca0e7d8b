import Assembly
import ArgumentParser
import Foundation
import FunctionCalling
import Functions
import Service

/// Where a pool is kept: options of `import` and `export`.
struct PlaceOptions: ParsableArguments {
    @Option(help: "A running server, as in http://127.0.0.1:8080; else the state folder is used.")
    var url: String?

    @Option(help: "An API key of that server; else $KINGLET_API_KEY.")
    var key: String?

    /// The state folder of the settings, or the server of `--url` with its key.
    func place(_ options: SettingsOptions) throws -> PoolTransfer.Place {
        guard let url else { return .state(try options.load()) }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        return .server(url: base, key: key ?? ProcessInfo.processInfo.environment["KINGLET_API_KEY"])
    }
}

/// `kinglet import`: functions of a pool, an OpenAPI document, OpenAI tools or MCP tools into a pool.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Store the functions of a document as a pool.",
        discussion: """
            Takes a pool in YAML or JSON, an OpenAPI 3 document, a list of OpenAI tools, or the answer of an MCP server
            to tools/list. A pool of the same name is replaced. Functions whose schemas cannot be enforced are listed,
            one a line, with JSON Pointers; unless they are to be skipped, nothing is imported then.

            EXAMPLES
              kinglet import petstore.yaml --pool petstore
              kinglet import tools.json --pool assistant --url http://127.0.0.1:8080
              kinglet import openapi.json --pool crm --skip-unsupported --state /var/lib/kinglet
            """)

    @Argument(help: "The document, - for standard input; what does not end in .json is read as YAML.")
    var file: String

    @Option(help: "The pool's name.")
    var pool: String

    @Flag(help: "Leave out functions that cannot be enforced.")
    var skipUnsupported = false

    @Flag(help: "Add patterns where descriptions state a form in words, as 'City, State' or MM/DD/YYYY.")
    var patterns = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var options: SettingsOptions

    /// Reads the document, lists what cannot be taken, and stores the rest where that was asked for.
    func run() async throws {
        var document = try PoolImport(path: file)
        for note in document.notes { FileHandle.standardError.write(Data("look at: \(note)\n".utf8)) }
        if patterns { document.functions = document.functions.map { $0.withStatedPatterns() } }
        for refusal in document.refusals { FileHandle.standardError.write(Data("\(refusal)\n".utf8)) }
        guard document.refusals.isEmpty || skipUnsupported else {
            throw TransferError.unsupported(count: document.refusals.count)
        }
        guard !document.functions.isEmpty else { throw TransferError.nothingLeft }
        let pool = try FunctionPool(name: self.pool, functions: document.functions, prompt: document.prompt)
        let isNew = try await PoolTransfer.put(pool, into: place.place(options))
        let skipped = document.refusals.isEmpty ? "" : ", \(document.refusals.count) skipped"
        let count = pool.functions.count
        print("\(isNew ? "made" : "replaced") pool \(pool.name): \(count) function\(count == 1 ? "" : "s")\(skipped)")
    }
}
