import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import OrderedCollections
import Tokenization

/// A model without the tokens that texts of its use never need: rows of the embedding and the head, and the tokenizer.
public struct VocabularyPruning {
    /// Which tokens stay.
    public struct Choice: Sendable {
        /// Those that are used so often.
        public var minimum: Int
        /// Those that so many merges make, the first in rank.
        public var first: Int
        /// What these adapters are activated by; they are written beside the model, as they are for it.
        public var adapters: [MovedAdapter]

        public init(minimum: Int = 1, first: Int = 0, adapters: [MovedAdapter] = []) {
            (self.minimum, self.first, self.adapters) = (minimum, first, adapters)
        }
    }

    /// A text that both models are measured on, in windows of tokens.
    public struct Test: Sendable {
        public let text: SourceText
        public let windows: Int, length: Int

        public init(_ text: SourceText, windows: Int, length: Int) {
            (self.text, self.windows, self.length) = (text, windows, length)
        }
    }

    private let job: CompressionJob
    private let counts: TokenCounts
    private let choice: Choice
    private let test: Test?
    public let cut: VocabularyCut

    /// - Throws: `.setting` where no token would go.
    public init(
        _ job: CompressionJob, _ counts: TokenCounts, _ choice: Choice = Choice(), test: Test? = nil
    ) throws(CompressionError) {
        (self.job, self.counts, self.choice, self.test) = (job, counts, choice, test)
        cut = VocabularyCut(
            job.source.file.tokenizer,
            wanted: counts.used(atLeast: choice.minimum) + choice.adapters.flatMap(\.invocation), first: choice.first)
        guard Set(choice.adapters.map(\.name)).count == choice.adapters.count else {
            throw .setting("two adapters have the same name. Rename one's folder")
        }
        guard cut.kept.count < job.model.vocabularySize else {
            throw .setting("all \(job.model.vocabularySize) tokens are needed. Give a smaller --first, or other texts")
        }
    }

    /// - Returns: how many tokens stay.
    @discardableResult
    public func run() throws -> Int {
        var settings: JSONObject = ["verb": "prune vocabulary", "minimum": .integer(choice.minimum)]
        settings["first"] = .integer(choice.first)
        settings["texts"] = .array(counts.records.map { .object($0) })
        if let test {
            settings["text"] = [.string(test.text.sha256), .integer(test.windows), .integer(test.length)]
        }
        let journal = try job.journal(settings)
        var whole = Cut(whole: job.model)
        whole.tokens = cut.kept
        let left = try PrunedModel(job.source.file, whole, name: job.output.name)
        job.tell(
            "\(cut.kept.count) of \(job.model.vocabularySize) tokens stay: \(left.description.parameterCount) numbers")
        var facts = job.facts(of: left.description, perplexity: (.null, .null))
        facts["texts"] = .array(counts.records.map { .object($0) })
        facts["tokens"] = ["source": .integer(job.model.vocabularySize), "result": .integer(cut.kept.count)]
        facts["minimum_uses"] = .integer(choice.minimum)
        facts["first_merges"] = .integer(choice.first)
        if let test {
            let before = try journal.value("whole") { try measure(test, job.source.file, job.source.file.tokenizer) }
            let after = try journal.value("pruned") { try measure(test, left, cut.tokenizer) }
            facts["bits_per_byte"] = [
                "file": .string(test.text.path), "source": before["bits"] ?? .null, "result": after["bits"] ?? .null,
            ]
            facts["tokens_of_the_text"] = [
                "source": before["tokens"] ?? .null, "result": after["tokens"] ?? .null,
            ]
            job.tell(
                "bits per byte \(before["bits"]?.text() ?? ""), pruned \(after["bits"]?.text() ?? ""); "
                    + "tokens of the text \(before["tokens"]?.text() ?? ""), \(after["tokens"]?.text() ?? "")")
        }
        for adapter in choice.adapters {
            try adapter.write(
                to: "\(job.output.work)/adapters/\(adapter.name)", kept: cut.kept, base: job.output.name)
        }
        try job.output.finish(
            left, cut.tokenizer,
            ModelCard(title: "\(job.model.name) with \(cut.kept.count) of its tokens", facts: facts))
        return cut.kept.count
    }

    /// Perplexity by bytes, which is comparable where tokens are not: log2 of it, times tokens, by bytes.
    private func measure(
        _ test: Test, _ source: any WeightSource, _ tokenizer: TokenizerDescription
    ) throws -> JSONValue {
        let tokens = try Tokenizer(tokenizer).encode(test.text.text)
        let windows = try TextWindows(
            tokens, count: test.windows, length: test.length, path: test.text.path, sha256: test.text.sha256)
        let perplexity = try windows.perplexity(of: source, format: .bf16, on: job.pool).value
        let bits = log2(perplexity) * Double(tokens.count) / Double(max(1, test.text.text.utf8.count))
        return ["bits": bits.isFinite ? .rounded(bits, 4) : .null, "tokens": .integer(tokens.count)]
    }
}
