import ArgumentParser

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Leave out of a model what is least important on a text.",
        subcommands: [PruneDepthCommand.self, PruneWidthCommand.self, PruneVocabularyCommand.self])
}
