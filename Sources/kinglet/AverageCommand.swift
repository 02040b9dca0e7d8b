import ArgumentParser
import Documents
import Foundation
import ModelFiles
import ModelStore
import OrderedCollections
import Training

struct AverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "average",
        abstract: "Make one adapter of several: the mean of their weights.",
        discussion: """
            For adapters that went on from one another (`kinglet train sft --from`), or that were trained alike from one start: the mean of
            them answers better than each. The card says what it was made of.

            EXAMPLES
              kinglet average qwen2.5-coder-0.5b-instruct second third --output adapter
              kinglet average qwen2.5-coder-0.5b-instruct second third --shares 1,2 --output adapter
            """)

    @Argument(help: "The model that all belong to: a name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var base: String

    @Argument(help: "Folders with adapter_config.json and adapter_model.safetensors; two or more.")
    var adapters: [String]

    @Option(help: "How much each counts, as 1,2; nothing: all alike.")
    var shares: String?

    @Option(help: "Folder to be written.")
    var output: String

    /// At least two adapters, a share for each, and nothing in the way.
    func validate() throws {
        guard adapters.count > 1 else { throw ValidationError("name two adapters or more") }
        guard try parsedShares().count == adapters.count else {
            throw ValidationError("--shares must have \(adapters.count) numbers above 0, one for each adapter")
        }
    }

    func run() throws {
        guard !AdapterFolder(output).exists else {
            throw ValidationError("\(output) holds an adapter. Give another --output")
        }
        let model = try ModelFile.open(path: ModelManifest.locate(base)).description
        let folders = adapters.map { AdapterFolder($0) }
        let shares = try parsedShares()
        let parts = try zip(folders, shares).map { (adapter: try $0.read(for: model), share: $1) }
        let lessons = try folders.map { try AdapterLesson(card: $0.card) }
        let finders = try zip(folders, lessons).map { folder, lesson in
            lesson.isFinder ? try FinderRecipe(card: folder.card, in: folder.path, for: model) : nil
        }
        for (index, folder) in folders.enumerated()
        where lessons[index] != lessons[0] || finders[index] != finders[0] {
            throw ValidationError("\(folder.path) was taught another layout or other functions than \(folders[0].path)")
        }
        let mean: LowRankAdapter
        do {
            mean = try LowRankAdapter.mean(of: parts)
        } catch {
            throw ValidationError("\(error)")
        }
        var card = card(folders, shares)
        card.finder = finders[0]
        try card.write(to: output)
        try AdapterFolder(output).write(mean, base: base, isShort: true)
        print("\(output): the mean of \(adapters.count) adapters")
    }

    private func parsedShares() throws -> [Double] {
        guard let shares else { return adapters.map { _ in 1 } }
        return try shares.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let share = Double(text), share.isFinite, share > 0 else {
                throw ValidationError("--shares \(shares): \(text) is no number above 0")
            }
            return share
        }
    }

    /// What the first one was taught, the weights' digests, and how each was trained.
    private func card(_ folders: [AdapterFolder], _ shares: [Double]) -> AdapterCard {
        let cards = folders.map { folder in
            folder.card.flatMap { (try? JSONValue(parsing: $0.bytes))?.objectValue } ?? [:]
        }
        var files: OrderedDictionary<String, String> = [:]
        for (index, folder) in folders.enumerated() { files["adapter \(index + 1)"] = folder.weightsPath }
        // What the first has no card for is not known.
        return AdapterCard(
            layout: cards[0]["layout"]?.stringValue,
            functions: cards[0]["functions"]?.arrayValue?.compactMap(\.stringValue), files: files,
            record: [
                "method": "mean", "shares": .array(shares.map { .number($0) }),
                "of": .array(cards.map { card in .object(card.filter { !["layout", "functions"].contains($0.key) }) }),
            ])
    }
}
