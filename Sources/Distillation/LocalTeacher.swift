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
        let requests = samples.map { sample in
            let prompt = Array(sample.tokens[..<sample.promptLength])
            var request = GenerationRequest(prompt: prompt, scoring: Array(sample.tokens[sample.promptLength...]))
            request.topLogprobs = top
            request.adapter = adapter?.use(on: prompt)
            return request
        }
        return try await generator.generations(of: requests).map { generation in
            generation.tokens.map { token in
                TeacherToken(
                    ids: token.alternatives.map(\.id), logprobs: token.alternatives.map(\.logprob),
                    rest: token.restLogprob ?? -.infinity)
            }
        }
    }
}
