import ArgumentParser
import Assembly
import Documents
import Service

/// `kinglet call`: one request through the whole pipeline, without a server.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Answer one sentence in this process and print the JSON.",
        discussion: """
            EXAMPLES
              kinglet call "turn off the kitchen lights"
              kinglet call "wake me at seven" --adapter dis --explain
              kinglet call "a table for two" --pool restaurant --config my/kinglet.yaml
            """)

    @Argument(help: "What the user says.")
    var query: String

    @Option(help: "The pool of functions.")
    var pool: String?

    @Option(help: "An adapter, or the shape of its output.")
    var adapter: String?

    @Flag(help: "Show candidates, prompt and token probabilities.")
    var explain = false

    @OptionGroup var options: SettingsOptions

    /// Sends the options as the body of `POST /v1/functioncall` and prints the answer.
    func run() async throws {
        var request: JSONObject = ["query": .string(query), "explain": .bool(explain)]
        request["pool"] = pool.map { .string($0) }
        request["adapter"] = adapter.map { .string($0) }
        print(try await SingleCall.answer(.object(request), options.load()).text(.spaced))
    }
}
