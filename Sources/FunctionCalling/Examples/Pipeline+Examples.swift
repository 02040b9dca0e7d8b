/// The labelled requests that are nearest to a request.
struct NearExamples: Sendable {
    /// Nearest first.
    var neighbours: [ExampleIndex.Neighbour] = []
    /// Those that are shown to the model, the nearest last.
    var turns: [FunctionCallRequest.Turn] = []

    init() {}

    /// Shows examples of the functions that are offered only: another name would lead the model to what it may not write.
    init(_ neighbours: [ExampleIndex.Neighbour], offered: [FunctionDefinition], shown: Int, isList: Bool) {
        self.neighbours = neighbours
        let names = Set(offered.map(\.name))
        let fitting = neighbours.lazy.filter { $0.example.calls.allSatisfy { names.contains($0.function) } }
            .filter { isList || $0.example.calls.count <= 1 }
        turns = fitting.prefix(shown).reversed().flatMap { neighbour in
            [
                .init(role: .user, content: neighbour.example.query),
                .init(role: .assistant, content: neighbour.example.answer(isList: isList, of: offered)),
            ]
        }
    }

    /// Cosine of the nearest example of a function; 0 without one.
    func likeness(to function: String) -> Double {
        neighbours.first { $0.example.calls.contains { $0.function == function } }?.similarity ?? 0
    }

    /// Share of the nearest examples that are of a function, weighted by their cosines.
    func agreement(on function: String) -> Double {
        let nearest = neighbours.prefix(Self.voters)
        let all = nearest.reduce(0) { $0 + max(0, $1.similarity) }
        guard all > 0 else { return 0 }
        return nearest.filter { $0.example.calls.contains { $0.function == function } }
            .reduce(0) { $0 + max(0, $1.similarity) } / all
    }

    private static let voters = 8
}

extension Pipeline {
    /// The examples of the request's pool that are nearest to its query; none without labelled requests.
    ///
    /// - Throws: what the encoder throws.
    func examples(
        for request: FunctionCallRequest, _ pool: FunctionPool, offered: [FunctionDefinition]
    ) async throws -> NearExamples {
        guard let index = catalog.examples(for: pool.name) else { return NearExamples() }
        let neighbours = try await index.nearest(to: request.query, limit: Self.lookedAt)
        return NearExamples(
            neighbours, offered: offered, shown: settings.shownExamples, isList: request.maxCalls > 1)
    }

    private static let lookedAt = 48
}
