import ArgumentParser

/// `kinglet dataset build`: samples that were not there before.
struct DatasetBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Make samples: from templates, or of other samples.",
        discussion: "Without the name of a kind: templates, as kinglet dataset build --templates FOLDER.",
        subcommands: [
            DatasetBuildTemplatesCommand.self, DatasetBuildMixCommand.self, DatasetBuildJudgeCommand.self,
            DatasetBuildRFTCommand.self, DatasetBuildDescriptionsCommand.self,
        ],
        defaultSubcommand: DatasetBuildTemplatesCommand.self)
}
