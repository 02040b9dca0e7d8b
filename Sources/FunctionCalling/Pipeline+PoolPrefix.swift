import Functions
import Inference
import Tokenization

extension Pipeline {
    /// The tokens that the prompts of a pool begin with whatever is asked: all of the first turn if the pool has no more
    /// functions than candidates, else what stands before them. Empty for a pool that is not there.
    ///
    /// Found by comparing the prompts for two requests that the first and the last function do.
    public func fixedPrefix(ofPool name: String) async throws -> [TokenID] {
        guard let pool = catalog.pool(named: name), let first = pool.pool.functions.first,
            let last = pool.pool.functions.last
        else { return [] }
        let builder = PromptBuilder(template: write.template, limit: generator.contextLength)
        var prompts: [[TokenID]] = []
        for (function, query) in [(first, "1"), (last, "2")] {
            var request = FunctionCallRequest(query: function.description)
            request.pool = name
            let offer = try await prepare(try await retrieve.search(request), request)
            let prompt = try builder.build(
                instructions: offer.prepared.instructions, history: [], context: "", query: query)
            prompts.append(prompt.tokens)
        }
        return Array(zip(prompts[0], prompts[1]).prefix { $0 == $1 }.map(\.0))
    }
}
