import Configuration
import ArgumentParser
import Evaluation
import Service

/// `kinglet key`: keys of clients.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make keys for clients.", subcommands: [New.self])

    /// `kinglet key new`: a random key for a client, and the line of the settings that has its hash only.
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Print a new key, once, and the line that lets it in.",
            discussion: """
                The key goes to the client, who sends it as "authorization: Bearer KEY". The line, which holds a salted \
                hash only, goes under access.keys in Config/kinglet.yaml; SIGHUP then puts it in force.

                EXAMPLES
                  kinglet key new front-end
                  kinglet key new operations --scopes admin,metrics
                """)

        @Argument(help: "What logs and metrics call the client.")
        var name: String

        @Option(help: "What it may do, separated by commas: call, judge, admin, metrics.")
        var scopes = "call,judge"

        @Flag(help: "Share no cached prefixes with other clients.")
        var cacheSalt = false

        func run() throws {
            let key = try NewKey(
                name: name, scopes: scopes.split(separator: ",").map(String.init), cacheSalt: cacheSalt)
            print(key.text)
        }
    }
}
