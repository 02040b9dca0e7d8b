import ArgumentParser

/// `kinglet dataset`: data sets to learn from.
struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Make data sets to learn from.", subcommands: [DatasetBuildCommand.self])
}
