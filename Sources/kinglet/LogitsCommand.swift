import ArgumentParser
import Assembly
import Configuration
import Digests
import Distillation
import Documents
import Foundation
import Inference
import Kernels
import Models
import ModelFiles
import ModelStore
import OrderedCollections
import Training

/// `kinglet logits`: a store of what a teacher says of samples.
struct LogitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits",
        abstract: "Write down what a teacher says of each token of right answers, for `kinglet train distill`.",
        discussion: """
            Samples are put as `kinglet train` puts them. Of each token of each answer the file has the teacher's most likely
            tokens, their log-probabilities, and how much the others have. One file serves many students. The same command goes on
            where a killed one stopped.

            EXAMPLES
              kinglet logits --data train.jsonl --pool pool.yaml --model qwen2.5-1.5b-instruct --output train.logits
              kinglet logits --data train.jsonl --pool pool.yaml --model big.gguf --adapter big-adapter --output train.logits
              kinglet logits --data train.jsonl --pool pool.yaml --teacher http://10.0.0.7:8000 --output train.logits
            """)

    @OptionGroup var taught: TaughtSamplesOptions

    @Option(
        help: """
            The teacher: a name of Config/models.yaml, a GGUF file or a Hugging Face folder. With --teacher a model with its \
            tokens: the student, say.
            """)
    var model = "qwen2.5-coder-0.5b-instruct"

    @Option(help: "Folder of an adapter that the teacher answers with.")
    var adapter: String?

    @Option(help: "How the teacher's weights are computed: f32, bf16, w8a8, w8a16, w4a8, w4a16, fp8 or fp8a16.")
    var format = "bf16"

    @Option(
        help:
            "A server that answers POST /get_sequence_logprobs/ (Kinglet, TRL's vllm-serve), instead of a teacher here."
    )
    var teacher: String?

    @Option(help: "File with the key of --teacher, sent as Authorization: Bearer.")
    var keyFile: String?

    @Option(help: "File to be written.")
    var output: String

    @Option(help: "Most likely tokens that are kept of each.")
    var top = 100

    @Option(help: "Which samples a limit draws, as of kinglet train.")
    var seed: UInt64 = 0

    @Option(help: "Samples that the teacher is asked at a time.")
    var atOnce = 16

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    func validate() throws {
        guard (1...1024).contains(top), threads.map({ (1...1024).contains($0) }) ?? true, (1...256).contains(atOnce)
        else { throw ValidationError("--top and --threads must be in 1...1024, --at-once in 1...256") }
        guard WeightFormat(rawValue: format) != nil else {
            throw ValidationError(
                "--format \(format): must be one of \(WeightFormat.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard teacher == nil || adapter == nil else {
            throw ValidationError("--adapter is of a teacher here; --teacher is one elsewhere")
        }
        guard keyFile == nil || teacher != nil else { throw ValidationError("--key-file goes with --teacher") }
    }

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: output) else {
            throw ValidationError("\(output) is there already. Give another --output, or remove it")
        }
        let file = try ModelFile.open(path: ModelManifest.locate(model))
        let samples = try await taught.samples(taught.prompts(taught.functions(), for: file), seed: seed)
        if let teacher {
            let key = try keyFile.map { try Self.key(in: $0) }
            try await write(samples, RemoteTeacher(teacher, key: key))
            return
        }
        var settings = Settings()
        (settings.model.path, settings.model.format) = (model, format)
        settings.model.threads = threads ?? 0
        let packed = try await PackedModel.load(settings)
        let served = try adapter.map { try TunedAdapters(of: packed).read(AdapterFolder($0).parts(), named: $0) }
        let loaded = try LoadedModel(packed, settings.engine)
        defer { loaded.engine.stop() }
        try await write(samples, LocalTeacher(loaded.engine, format: format, adapter: served))
    }

    private func write(_ samples: [TrainingSample], _ teacher: some Teacher) async throws {
        let job = LogitsJob(samples, of: teacher, top: top, atOnce: atOnce)
        let about: JSONObject = [
            "data": .string(try Self.digest(taught.data)),
            "pool": try taught.pool.map { .string(try Self.digest($0)) } ?? .null,
            "layout": .string(taught.layout.rawValue), "top_k": .integer(taught.topK),
        ]
        let writer = try TeacherStoreWriter(path: output, header: job.header(about))
        if writer.count > 0 { tell("going on after \(writer.count) samples") }
        let start = ContinuousClock.now
        try await job.run(into: writer) { progress in
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let rate = String(format: "%.1f tokens/s", Double(progress.tokens) / max(seconds, 1e-9))
            tell("\(progress.done) of \(progress.samples) samples  \(rate)")
        }
        tell("\(output): written")
    }

    private static func key(in path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("--key-file \(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func digest(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read")
        }
        return Fingerprint(of: Array(data)).text
    }

    private func tell(_ line: String) { TrainingSession.tell(line) }
}
