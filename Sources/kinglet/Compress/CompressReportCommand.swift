import ArgumentParser
import Compression
import Configuration
import Documents
import Foundation
import OrderedCollections

struct CompressReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Measure models side by side: size, loading, memory, perplexity, exact calls, QPS and RT.",
        discussion: """
            OUTPUT becomes a folder with report.md, report.json and report.html, which needs nothing else; all three are
            written anew whenever something is known. What was measured stays in OUTPUT/variants, and the same command goes on
            after the last of it; variants, texts, data and loads can be added. The first variant is what the others are
            compared with.

            A variant is [NAME=]MODEL[@FORMAT]: a name of Config/models.yaml, a GGUF file or a Hugging Face folder, and what the
            engine makes of its weights (bf16, w8a8, fp8, ...; else that of the settings). Each is loaded and served in a process
            of its own. Without --text there is no perplexity, without --data no calls.

            EXAMPLES
              kinglet compress report tables base=qwen2.5-coder-0.5b-instruct@bf16 qwen2.5-coder-0.5b-instruct@w8a8 small-fp8@fp8 \\
                --text wiki.test.txt --data test.jsonl --cc 1,8,32
              kinglet compress report tables base=qwen2.5-coder-0.5b-instruct@bf16 shallow@bf16 narrow@bf16 --only size,perplexity \\
                --text wiki.test.txt --windows 40
            """)

    @Argument(help: "Folder to be written, or to be gone on with.")
    var output: String

    @Argument(help: "[NAME=]MODEL[@FORMAT], two or more of them.")
    var variants: [String]

    @Option(help: "Of size, perplexity, calls and serving those that are measured, by comma. Default: all.")
    var only: String?

    @Option(help: "Text for perplexity; a file, or one packed by gzip.")
    var text: String?

    @Option(help: "Windows of that text.")
    var windows = 40

    @Option(help: "Tokens of a window.")
    var length = 512

    @Option(help: "A data set for exact calls, as of kinglet evaluate calls; may be given several times.")
    var data: [String] = []

    @Option(help: "Samples of each set, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(help: "Which samples a limit draws.")
    var seed: UInt64 = 0

    @Option(help: "For sets without candidates: lexical, all, ..., as of kinglet evaluate calls.")
    var retriever: String?

    @OptionGroup var load: CompressLoadOptions

    @Option(
        help: "A YAML file of settings. Default: Config/kinglet.yaml here or above the program, else of /etc/kinglet.")
    var config: String?

    func validate() throws {
        try PruningOptions.check(samples: 1, windows: windows, length: length, threads: nil)
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit must be above 0") }
        _ = try (steps(), known())
    }

    /// What is measured, in this order.
    private func steps() throws -> [VariantFigures.Step] {
        let names = (only ?? VariantFigures.Step.allCases.map(\.rawValue).joined(separator: ","))
            .split(separator: ",").map(String.init)
        if let other = names.first(where: { VariantFigures.Step(rawValue: $0) == nil }) {
            throw ValidationError("--only \(other): must be of size, perplexity, calls, serving")
        }
        return VariantFigures.Step.allCases.filter { step in
            names.contains(step.rawValue) && (step != .perplexity || text != nil) && (step != .calls || !data.isEmpty)
        }
    }

    private func known() throws -> [Variant] {
        do throws(CompressionError) {
            return try Variant.list(variants)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        let steps = try steps(), variants = try known()
        // A typing error ends here, not after an hour.
        try VariantRun.check(variants, files: data + [text].compactMap { $0 })
        let folder = try ComparisonFolder(output)
        let run = VariantRun(
            text: text.map { ($0, windows, length) }, data: data, callOptions: callOptions, load: try load.load(),
            config: config, folder: folder)
        var figures = try variants.map { VariantFigures($0, format: try run.format(of: $0)) }
        var faults: [String] = []
        for (index, variant) in variants.enumerated() {
            PruningOptions.tell("\(variant.name):")
            do {
                let measured = try folder.open(variant, source: run.source(of: variant))
                for step in steps {
                    figures[index][step] = try run.measure(step, of: variant, measured)
                    try VariantReport(figures, facts: facts(faults)).write(to: output)
                }
            } catch {
                // The others are worth having all the same.
                faults.append("\(variant.name): \(error)")
                FileHandle.standardError.write(Data("kinglet compress report: \(faults[faults.count - 1])\n".utf8))
            }
        }
        try VariantReport(figures, facts: facts(faults)).write(to: output)
        PruningOptions.tell("\(output)/report.md, report.json, report.html: written")
        if !faults.isEmpty { throw ExitCode(1) }
    }

    /// For `kinglet evaluate calls`.
    private var callOptions: [String] {
        var options = data.flatMap { ["--data", $0] } + ["--seed", "\(seed)"]
        if let limit { options += ["--limit", "\(limit)"] }
        if let retriever { options += ["--retriever", retriever] }
        return options
    }

    private func facts(_ faults: [String]) -> JSONObject {
        var facts: JSONObject = ["command": .string(PruningOptions.command)]
        if let text {
            facts["text"] = ["file": .string(text), "windows": .integer(windows), "length": .integer(length)]
        }
        if !data.isEmpty {
            facts["data"] = .array(data.map { .string($0) })
            facts["limit"] = limit.map { .integer($0) } ?? .null
        }
        facts["load"] = [
            "workload": .string(load.workload), "clients": .string(load.cc), "seconds": .number(load.seconds),
        ]
        facts["machine"] = .string(VariantRun.machine)
        if !faults.isEmpty { facts["failed"] = .array(faults.map { .string($0) }) }
        return facts
    }
}
