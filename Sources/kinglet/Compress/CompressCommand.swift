import ArgumentParser

struct CompressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compress", abstract: "Compare models that were made smaller.",
        subcommands: [CompressReportCommand.self, CompressMeasureCommand.self])
}
