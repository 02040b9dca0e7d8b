import Functions
import Retrieval

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

extension NearExamples {
    /// Candidates, best first, with what labelled requests say for them: twice what the nearest one of a function is
    /// nearer than the farthest of `neighbours`. Functions that have none lose nothing.
    ///
    /// - Parameter found: best first; a function beyond them that has an example counts as much as the last.
    static func lifted(
        _ found: [Candidate], by neighbours: [ExampleIndex.Neighbour], of pool: FunctionPool
    ) -> [Candidate] {
        guard let floor = neighbours.last?.similarity, let least = found.last?.score else { return found }
        var scores = Dictionary(found.map { ($0.name, $0.score) }, uniquingKeysWith: max)
        var lifted: Set<String> = []
        for neighbour in neighbours {
            for call in neighbour.example.calls where pool.position(of: call.function) != nil {
                guard lifted.insert(call.function).inserted else { continue }
                scores[call.function, default: least] += lift * (neighbour.similarity - floor)
            }
        }
        return scores.map { Candidate(name: $0, score: $1) }.sorted {
            ($1.score, pool.position(of: $0.name) ?? 0) < ($0.score, pool.position(of: $1.name) ?? 0)
        }
    }

    private static let lift = 2.0
}
