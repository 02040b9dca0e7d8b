import ArgumentParser
import Benchmarking
import Documents
import Foundation
import ModelFiles
import Telemetry

/// What `compress report` runs for each variant, in a process of its own, so that memory is that of one model alone.
struct CompressMeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Load one model, serve it to a load test, and write what it took.",
        discussion: """
            What kinglet compress report does for each variant: seconds to load, memory of the weights and of this process, then
            QPS and RT of a closed loop of it.

            EXAMPLES
              kinglet compress measure fp8.json --model small-fp8 --set model.format=fp8 --cc 1,8
            """)

    @Argument(help: "JSON file to be written.")
    var output: String

    @OptionGroup var load: CompressLoadOptions
    @OptionGroup var options: SettingsOptions

    func run() async throws {
        LineLogHandler.bootstrap(format: .text, level: .warning)
        let figures = try await ServedModel(options.load(), load.load()).measure { PruningOptions.tell("  \($0)") }
        try DurableFile.write(figures.text(.spaced) + "\n", to: output)
    }
}

/// How a served model is asked.
struct CompressLoadOptions: ParsableArguments {
    @Option(help: "Numbers of concurrent clients, as in 1,8,16.")
    var cc = "1,8,16,32,64,128"

    @Option(help: "What they ask, as kinglet bench does: paper, decode or cold.")
    var workload = "paper"

    @Option(help: "Seconds that each number of clients sends requests for.")
    var seconds = 10.0

    func validate() throws { _ = try load() }

    func load() throws -> ServedModel.Load {
        let parts = cc.split(separator: ","), clients = parts.compactMap { Int($0) }
        guard clients.count == parts.count,
            let load = ServedModel.Load(workload: workload, clients: clients, seconds: seconds)
        else {
            throw ValidationError(
                "--cc takes numbers in 1...1024 by comma, --seconds must be in 0.1...3600, --workload one of "
                    + ServedModel.Load.workloads.joined(separator: ", "))
        }
        return load
    }
}
