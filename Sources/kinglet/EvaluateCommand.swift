import ArgumentParser

/// `kinglet evaluate`: measurements on labelled data, without a server.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure retrieval, calls and judges on labelled data.",
        subcommands: [
            EvaluateRetrievalCommand.self, EvaluateCallsCommand.self, EvaluateReportCommand.self,
            EvaluateDiffCommand.self, EvaluateJudgeCommand.self,
            EvaluateMergeCommand.self,
        ])
}
