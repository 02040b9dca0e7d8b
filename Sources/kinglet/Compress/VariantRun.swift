import Benchmarking
import Compression
import Configuration
import Digests
import Documents
import Evaluation
import Foundation
import Kernels
import ModelFiles
import ModelStore
import OrderedCollections
import Tokenization

/// The steps of a comparison: what can be read is read here, what loads an engine runs in a process of its own.
struct VariantRun {
    let text: (path: String, windows: Int, length: Int)?
    let data: [String]
    /// Of `kinglet evaluate calls`.
    let callOptions: [String]
    let load: ServedModel.Load
    let config: String?
    let folder: ComparisonFolder

    static var machine: String { Machine.current().text }

    /// - Throws: for a model that cannot be opened, and a file that is not there.
    static func check(_ variants: [Variant], files: [String]) throws {
        for variant in variants { _ = try ModelFile.open(path: ModelManifest.locate(variant.model)) }
        for file in files where !FileManager.default.isReadableFile(atPath: file) {
            throw CompressionError.text(path: file, reason: "cannot be read")
        }
    }

    private func settings() throws -> Settings {
        try Settings.load(
            flags: [:], environment: ProcessInfo.processInfo.environment,
            file: config ?? StandardFile.path("kinglet.yaml"))
    }

    /// The variant's own, or that of the settings.
    func format(of variant: Variant) throws -> String { try variant.format?.rawValue ?? settings().model.format }

    /// Which files a variant is of: their digests.
    func source(of variant: Variant) throws -> JSONValue {
        [
            "sha256": try SourceModel(path: ModelManifest.locate(variant.model)).record["sha256"] ?? .null,
            "format": .string(try format(of: variant)),
        ]
    }

    /// What is known of a step, or what it gives now.
    func measure(
        _ step: VariantFigures.Step, of variant: Variant, _ measured: ComparisonFolder.Measured
    ) throws -> JSONValue {
        try measured.value(step, settings(of: step)) {
            PruningOptions.tell("  \(step.rawValue) ...")
            switch step {
            case .size: return try size(variant)
            case .perplexity: return try perplexity(variant)
            case .calls: return try calls(variant)
            case .serving: return try serving(variant)
            }
        }
    }

    /// What a step depends on.
    private func settings(of step: VariantFigures.Step) throws -> JSONObject {
        switch step {
        case .size: return [:]
        case .perplexity:
            guard let text else { return [:] }
            return [
                "sha256": .string(try digest(text.path)), "windows": .integer(text.windows),
                "length": .integer(text.length),
            ]
        case .calls:
            return [
                "data": .array(try data.map { .string(try digest($0)) }),
                "options": .array(callOptions.map { .string($0) }),
                "calling": .string("\(try settings().pipeline)"),
            ]
        case .serving: return load.json
        }
    }

    private func digest(_ path: String) throws -> String { try SHA256.ofFile(path) }

    private func size(_ variant: Variant) throws -> JSONValue {
        let file = try ModelFile.open(path: ModelManifest.locate(variant.model)), model = file.description
        let operations = OperationCount(TransformerShape(model), .published).total
        return [
            "parameters": .integer(model.parameterCount), "layers": .integer(model.layers),
            "hidden_size": .integer(model.hiddenSize), "intermediate_size": .integer(model.intermediateSize),
            "vocabulary": .integer(model.vocabularySize), "bytes": .integer(file.sizeInBytes),
            "gflops": .rounded(operations / 1e9, 3),
        ]
    }

    private func perplexity(_ variant: Variant) throws -> JSONValue {
        guard let text else { return .null }
        let file = try ModelFile.open(path: ModelManifest.locate(variant.model))
        let windows = try TextWindows.read(
            text.path, Tokenizer(file.tokenizer), count: text.windows, length: text.length)
        let pool = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
        let format = WeightFormat(rawValue: try format(of: variant)) ?? .w8a8
        let element = CacheChoice(for: format, on: pool).element
        let perplexity = try windows.perplexity(of: file, format: format, element: element, on: pool)
        PruningOptions.tell("  perplexity \(JSONValue.rounded(perplexity.value, 3).text())")
        return [
            "value": perplexity.value.isFinite ? .rounded(perplexity.value, 4) : .null,
            "tokens": .integer(perplexity.count), "kv_cache": .string(element.rawValue),
        ]
    }

    /// Goes on with what a run that ended has answered.
    private func calls(_ variant: Variant) throws -> JSONValue {
        let key = Fingerprint(of: .object(try settings(of: .calls))).text.prefix(8)
        let output = "\(folder.folder(variant))/calls-\(key)"
        try run(["evaluate", "calls", "--output", output] + callOptions + engine(variant), showsOutput: false)
        let report = CallsReport(try CallsRun(path: output).records), all = report.all
        PruningOptions.tell("  \(all.exact.count) of \(all.exact.total) calls exact")
        return [
            "samples": .integer(report.count), "exact": .integer(all.exact.count), "right": .integer(all.right.count),
            "function": .integer(all.function.count), "failed": .integer(report.failures.count),
        ]
    }

    private func serving(_ variant: Variant) throws -> JSONValue {
        let output = "\(folder.folder(variant))/serving.json"
        try? FileManager.default.removeItem(atPath: output)
        let clients = load.clients.map(String.init).joined(separator: ",")
        try run(
            [
                "compress", "measure", output, "--cc", clients, "--workload", load.workload, "--seconds",
                "\(load.seconds)",
            ]
                + engine(variant))
        return try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: output)))
    }

    /// Model, format and settings of a verb that loads an engine.
    private func engine(_ variant: Variant) throws -> [String] {
        ["--model", variant.model, "--set", "model.format=\(try format(of: variant))"]
            + (config.map { ["--config", $0] } ?? [])
    }

    /// This program with other arguments; errors are seen as its own.
    ///
    /// - Throws: where it does not end well.
    private func run(_ arguments: [String], showsOutput: Bool = true) throws {
        let process = Process()
        process.executableURL = Bundle.main.executableURL ?? URL(fileURLWithPath: "/proc/self/exe")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        if !showsOutput { process.standardOutput = FileHandle.nullDevice }
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CompressionError.setting(
                "kinglet \(arguments.prefix(2).joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }
}
