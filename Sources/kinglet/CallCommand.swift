import ArgumentParser
import Assembly
import Documents
import Foundation
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
              kinglet call "lights off, but not in the hall" --best-of 4 --judge taught
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

    @Option(help: "Answers of which a judge chooses one.")
    var bestOf = 1

    @Option(help: "The judge that chooses: one of judging.folder, or local.")
    var judge: String?

    @OptionGroup var options: SettingsOptions

    /// Sends the options as the body of `POST /v1/functioncall` and prints the answer.
    func run() async throws {
        var request: JSONObject = ["query": .string(query), "explain": .bool(explain)]
        request["pool"] = pool.map { .string($0) }
        request["adapter"] = adapter.map { .string($0) }
        if bestOf != 1 { request["n"] = .integer(bestOf) }
        request["judge"] = judge.map { .string($0) }
        let environment = ProcessInfo.processInfo.environment
        print(
            try await SingleCall.answer(.object(request), options.load(), environment: environment).text(.spaced))
    }
}
