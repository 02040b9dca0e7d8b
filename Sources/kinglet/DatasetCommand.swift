import ArgumentParser

/// `kinglet dataset`: data sets to learn from and to measure by.
struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Make, look at and change data sets.",
        subcommands: [
            DatasetBuildCommand.self, DatasetStatsCommand.self, DatasetValidateCommand.self, DatasetSampleCommand.self,
            DatasetExportCommand.self, DatasetImportLogsCommand.self,
            DatasetConvertCommand.self,
        ])
}
