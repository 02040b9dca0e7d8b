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
        abstract: "Make one adapter of several, the mean of their weights; or store one in fewer bits.",
        discussion: """
            For adapters that went on from one another (`kinglet train sft --from`), or that were trained alike from one start: the mean of
            them answers better than each. The card says what it was made of.

            --numbers f8 stores it in 8 bits (F8_E4M3 of safetensors), half the size of bf16; one adapter alone is converted then. Each
            number keeps 4 bits, and what the adapter adds is some 4 % off. PEFT reads it too, with lora_alpha as the file has it; to teach
            it further there, store it in bf16 again: its factors are multiplied by powers of two.

            EXAMPLES
              kinglet average qwen2.5-coder-0.5b-instruct second third --output adapter
              kinglet average qwen2.5-coder-0.5b-instruct second third --shares 1,2 --output adapter
              kinglet average qwen2.5-coder-0.5b-instruct adapter --numbers f8 --output small
            """)

    @Argument(help: "The model that all belong to: a name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var base: String

    @Argument(
        help: "Folders with adapter_config.json and adapter_model.safetensors; two or more, or one with --numbers.")
    var adapters: [String]

    @Option(help: "How much each counts, as 1,2; nothing: all alike.")
    var shares: String?

    @Option(help: "How numbers are stored: bf16, f8 or f32; nothing: bf16.")
    var numbers: AdapterNumbers?

    @Option(help: "Folder to be written.")
    var output: String

    /// At least two adapters, or one to be stored otherwise, and a share for each.
    func validate() throws {
        guard adapters.count > 1 || numbers != nil else {
            throw ValidationError("name two adapters or more, or say with --numbers how one is to be stored")
        }
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
        let recipe = try recipe(of: folders, for: model)
        let mean: LowRankAdapter
        do {
            mean = try LowRankAdapter.mean(of: parts)
        } catch {
            throw ValidationError("\(error)")
        }
        var card = card(folders, shares)
        card.finder = recipe
        try card.write(to: output)
        try AdapterFolder(output).write(mean, base: base, numbers: stored)
        print("\(output): \(isMean ? "the mean of \(adapters.count) adapters" : adapters[0]) in \(stored.rawValue)")
    }

    private var isMean: Bool { adapters.count > 1 }

    private var stored: AdapterNumbers { numbers ?? .bf16 }

    /// What finders make vectors by; nil: these are none.
    ///
    /// - Throws: where they were not taught the same.
    private func recipe(of folders: [AdapterFolder], for model: ModelDescription) throws -> FinderRecipe? {
        let lessons = try folders.map { try AdapterLesson(card: $0.card) }
        for (folder, lesson) in zip(folders, lessons) where lesson != lessons[0] {
            throw ValidationError("\(folder.path) was taught another layout or other functions than \(folders[0].path)")
        }
        guard lessons[0].isFinder else { return nil }
        let recipes = try folders.map { try FinderRecipe(card: $0.card, in: $0.path, for: model) }
        for (folder, recipe) in zip(folders, recipes) where recipe != recipes[0] {
            throw ValidationError("\(folder.path) makes vectors otherwise than \(folders[0].path)")
        }
        return recipes[0]
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
        var files: OrderedDictionary<String, String> = [:], record: JSONObject = [:]
        for (index, folder) in folders.enumerated() { files["adapter \(index + 1)"] = folder.weightsPath }
        record["method"] = isMean ? "mean" : "stored"
        if isMean { record["shares"] = .array(shares.map { .number($0) }) }
        record["numbers"] = .string(stored.rawValue)
        record["of"] = .array(
            cards.map { card in .object(card.filter { !["layout", "functions"].contains($0.key) }) })
        // What the first has no card for is not known.
        return AdapterCard(
            layout: cards[0]["layout"]?.stringValue,
            functions: cards[0]["functions"]?.arrayValue?.compactMap(\.stringValue), files: files,
            record: record)
    }
}

extension AdapterNumbers: ExpressibleByArgument {}
