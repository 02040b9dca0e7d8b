import Digests
import Documents
import Inference
import OrderedCollections
import Tokenization
import Training

/// A model in this process. Prompts that begin alike are computed once, as in serving.
package struct LocalTeacher: Teacher {
    private let generator: any Generator
    private let adapter: ServedAdapter?
    /// How its weights are computed: `w8a8`, say.
    private let format: String

    package init(_ generator: any Generator, format: String, adapter: ServedAdapter? = nil) {
        (self.generator, self.format, self.adapter) = (generator, format, adapter)
    }

    package var record: JSONObject {
        var record: JSONObject = ["teacher": .string(generator.modelName), "format": .string(format)]
        record["adapter"] = adapter.map { .string($0.fingerprint.text) }
        return record
    }

    package func answers(to samples: [TrainingSample], top: Int) async throws -> [[TeacherToken]] {
        try await withThrowingTaskGroup(of: (Int, [TeacherToken]).self) { group in
            for (index, sample) in samples.enumerated() {
                group.addTask { (index, try await answer(to: sample, top: top)) }
            }
            var answers = [[TeacherToken]](repeating: [], count: samples.count)
            for try await (index, tokens) in group { answers[index] = tokens }
            return answers
        }
    }

    private func answer(to sample: TrainingSample, top: Int) async throws -> [TeacherToken] {
        let prompt = Array(sample.tokens[..<sample.promptLength])
        var request = GenerationRequest(prompt: prompt, scoring: Array(sample.tokens[sample.promptLength...]))
        request.topLogprobs = top
        request.isUnbounded = true
        request.adapter = adapter?.use(on: prompt)
        return try await generator.generate(request).tokens.map { token in
            TeacherToken(
                ids: token.alternatives.map(\.id), logprobs: token.alternatives.map(\.logprob),
                rest: token.restLogprob ?? -.infinity)
        }
    }
}
