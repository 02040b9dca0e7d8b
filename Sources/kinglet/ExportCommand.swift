import Assembly
import ArgumentParser
import FunctionCalling
import Documents
import Service

/// `kinglet export`: a pool as a document, from the state folder or from a running server.
struct ExportCommand: AsyncParsableCommand {
    /// The document's form.
    enum Format: String, ExpressibleByArgument, CaseIterable { case yaml, json }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a pool as YAML or JSON, in the form that `import` and Config/pools take.",
        discussion: """
            EXAMPLES
              kinglet export smart-home > smart-home.yaml
              kinglet export petstore --format json --url http://127.0.0.1:8080
            """)

    @Argument(help: "The pool.")
    var pool: String

    @Option(help: "yaml or json.")
    var format = Format.yaml

    @OptionGroup var place: PlaceOptions
    @OptionGroup var options: SettingsOptions

    /// Prints the pool on standard output.
    func run() async throws {
        let body = try await PoolTransfer.get(pool, from: place.place(options))
        switch format {
        case .yaml: print(try YAMLDocument.text(body), terminator: "")
        case .json: print(body.text(.spaced))
        }
    }
}
