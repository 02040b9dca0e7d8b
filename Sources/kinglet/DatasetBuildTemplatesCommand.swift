import ArgumentParser
import Datasets
import Foundation
import Functions
import Teaching

struct DatasetBuildTemplatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates",
        abstract: "Draw samples from templates that were written by hand.",
        discussion: """
            A folder of YAML holds patterns for a pool's functions and lists of what their slots may be. Docs/Training.md says how
            they are written. The same seed gives the same samples.

            EXAMPLES
              kinglet dataset build templates --templates templates --pool Config/pools/smart-home.yaml --check
              kinglet dataset build templates --templates templates --pool Config/pools/smart-home.yaml --count 20000 \\
                --output train.jsonl --valid valid.jsonl
            """)

    @Option(help: "Folder of the templates; its values.yaml has the lists that all files share.")
    var templates: String

    @Option(help: "The pool that they call, YAML or JSON.")
    var pool: String

    @Option(help: "Samples, those for validation among them.")
    var count = 20_000

    @Option(help: "Of all draws.")
    var seed: UInt64 = 0

    @Option(help: "File for the samples, .jsonl.")
    var output: String?

    @Option(help: "File for samples of patterns that --output has none of.")
    var valid: String?

    @Option(help: "Part of samples and patterns that go to --valid. Default: 0.04, without --valid none.")
    var validShare: Double?

    @Flag(help: "Write nothing: expand every pattern, count them, and say what is wrong.")
    var check = false

    func validate() throws {
        guard check || output != nil else { throw ValidationError("give --output, or --check to look only") }
        guard (1...10_000_000).contains(count) else { throw ValidationError("--count must be in 1...10000000") }
        guard valid != nil || validShare == nil else { throw ValidationError("--valid-share needs --valid FILE") }
        guard validShare.map({ $0 > 0 && $0 <= 0.5 }) ?? true else {
            throw ValidationError("--valid-share must be above 0 and at most 0.5")
        }
    }

    func run() async throws {
        let pool = try FunctionPool.load(path: pool)
        let set = try TemplateSet.load(folder: templates, pool: pool)
        guard !check else {
            let check = TemplateCheck(set, pool: pool)
            print(check.report)
            if !check.faults.isEmpty { throw ExitCode(1) }
            return
        }
        guard set.faults.isEmpty, let output else {
            for fault in set.faults { tell("\(fault)") }
            throw ExitCode(1)
        }
        let share = valid == nil ? 0 : validShare ?? 0.04
        let result = try SamplePlan(count: count, seed: seed, validShare: share).result(of: set.templates)
        try write(result.training, to: output)
        if let valid { try write(result.validation, to: valid) }
        for fault in result.skipped { tell("skipped: \(fault)") }
        let drawn = result.training.count + result.validation.count
        if drawn < count {
            tell("the templates have no more than \(drawn) samples; write more patterns or ask for fewer")
        }
        print(DatasetSummary(result.training + result.validation).text)
    }

    private func write(_ samples: [TaughtSample], to path: String) throws {
        let pool = RelativePath.path(to: self.pool, from: URL(fileURLWithPath: path).deletingLastPathComponent())
        try LinesFile.write(samples.map { $0.json(pool: pool) }, to: path)
        print("\(path): \(samples.count) samples")
    }

    private func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
