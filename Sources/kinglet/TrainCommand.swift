import ArgumentParser

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Teach a model on this machine.",
        subcommands: [
            TrainSFTCommand.self, TrainDistillCommand.self, TrainReinforceCommand.self, TrainRetrieverCommand.self,
            TrainJudgeCommand.self,
        ])
}
