import Configuration
import ArgumentParser
import COpenSSL
import Documents
import Kernels
import Service

/// The program: its verbs, and what must hold before any of them runs.
@main
struct Kinglet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kinglet",
        abstract: "Function calling with one super-tiny language model, over HTTP.",
        version:
            "\(KingletVersion.line), computing with \(InstructionSet.current) of "
            + InstructionSet.available.map(\.description).joined(separator: ", "),
        subcommands: [
            ServeCommand.self, KeyCommand.self, CallCommand.self, PullCommand.self, InspectCommand.self,
            ImportCommand.self, ExportCommand.self,
            LoadCommand.self,
            BenchCommand.self, FlopsCommand.self,
            PerplexityCommand.self, EmbedCommand.self, AdapterCommand.self, EvaluateCommand.self,
            TrainClassifierCommand.self, DatasetCommand.self, LogitsCommand.self, TrainCommand.self, MergeCommand.self,
            AverageCommand.self, PruneCommand.self, QuantizeCommand.self, CompressCommand.self,
            CalibrateCommand.self,
        ])

    /// OpenSSL must not take itself down when the process ends: threads that still hash or encrypt then would find its locks
    /// gone. It listens to this in its first call only.
    static func main() async {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
        do {
            var command = try await asyncParseAsRoot(nil)
            if var running = command as? any AsyncParsableCommand {
                try await running.run()
            } else {
                try command.run()
            }
        } catch {
            // Foundation's own errors say domain and code, and are no sentences.
            exit(withError: DocumentError(foundation: error) ?? error)
        }
    }

    /// A set of instructions that is not here is refused: figures of another one would pass for its own.
    mutating func validate() throws {
        if let warning = InstructionSet.warning { throw ValidationError(warning) }
    }
}
