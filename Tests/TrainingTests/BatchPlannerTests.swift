import TestSupport
import Testing

import Training

@Suite struct BatchPlannerTests {
    private static func sample(_ prompt: [Int32], _ completion: [Int32]) throws -> TrainingSample {
        try TrainingSample(prompt: prompt, completion: completion, place: "test")
    }

    @Test func aSampleNeedsPromptAndCompletion() {
        #expect(throws: TrainingError.sample(place: "a:1", reason: "the prompt has no tokens")) {
            try TrainingSample(prompt: [], completion: [1], place: "a:1")
        }
        #expect(throws: TrainingError.sample(place: "a:2", reason: "the completion has no tokens")) {
            try TrainingSample(prompt: [1], completion: [], place: "a:2")
        }
    }

    /// prompts (each with the completion [9, 9]), and the prefixes of the groups and how many samples they have
    static let shared: [([[Int32]], [([Int32], Int)])] = [
        ([[1, 2, 3, 4]], [([], 1)]),
        ([[1, 2, 3, 4], [1, 2, 3, 5]], [([1, 2, 3], 2)]),
        // The last token of a prompt predicts: it is in no prefix.
        ([[1, 2, 3, 4], [1, 2, 3, 4]], [([1, 2, 3], 2)]),
        ([[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 3, 6, 7]], [([1, 2, 3], 3)]),
        // Less than half of the prompt is in common.
        ([[1, 2, 3, 4, 5, 6], [1, 9, 3, 4, 5, 6]], [([], 1), ([], 1)]),
        // Four have four tokens in common; a fifth that has but two of them stays alone.
        (
            [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [1, 2, 3, 4, 7], [1, 2, 3, 4, 8], [1, 2, 7, 8]],
            [([1, 2, 3, 4], 4), ([], 1)]
        ),
        ([[5, 5, 5, 1], [6, 6, 6, 1], [5, 5, 5, 2], [6, 6, 6, 2]], [([5, 5, 5], 2), ([6, 6, 6], 2)]),
    ]

    @Test(arguments: shared) func whatPromptsHaveInCommon(prompts: [[Int32]], expected: [([Int32], Int)]) throws {
        let planner = BatchPlanner(sharing: .trained, maximumRows: 100)
        let groups = try planner.groups(prompts.map { try Self.sample($0, [9, 9]) })
        let prefixes = groups.map { Array($0.prefix) }
        #expect(prefixes == expected.map(\.0))
        #expect(groups.map(\.samples.count) == expected.map(\.1))
    }

    /// prompt, invocation, length of the prefix
    static let invocations: [([Int32], [Int32], Int)] = [
        ([1, 2, 7, 3], [7], 2), ([7, 2, 7, 3], [7], 2), ([7, 8, 2, 7, 3], [7, 8], 0), ([1, 7, 8], [7, 8], 1),
        ([1, 2, 7], [7], 2), ([7], [7], 0), ([1, 7, 7, 7, 2], [7, 7], 2),
    ]

    @Test(arguments: invocations) func anActivatedAdapterBeginsAtTheLastInvocation(
        prompt: [Int32], invocation: [Int32], expected: Int
    ) throws {
        let planner = BatchPlanner(sharing: .base(invocation: invocation), maximumRows: 100)
        // An invocation in the completion is of no account.
        let sample = try Self.sample(prompt, invocation + [5])
        let groups = try planner.groups([sample])
        #expect(groups.map(\.prefix.count) == [expected])
        #expect(groups.map(\.isBase) == [true])
    }

    @Test(arguments: [[1, 2, 3], [7, 1], [1, 7]] as [[Int32]])
    func withoutInvocationThereIsNoActivation(prompt: [Int32]) throws {
        let planner = BatchPlanner(sharing: .base(invocation: [7, 8]), maximumRows: 100)
        let samples = [try Self.sample([7, 8], [1]), try Self.sample(prompt, [1])]
        #expect(throws: TrainingError.sample(place: "sample 2 of the step", reason: "its prompt has no invocation")) {
            _ = try planner.groups(samples)
        }
    }

    @Test("property: every sample once, none cut, within the rows unless alone", arguments: UInt64(0)..<60)
    func batches(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let prefixes = (0..<3).map { _ in
            (0..<Int.random(in: 1...20, using: &random)).map { _ in Int32.random(in: 0...3, using: &random) }
        }
        let samples = try (0..<Int.random(in: 1...30, using: &random)).map { index in
            let tail = (0..<Int.random(in: 1...9, using: &random)).map { _ in Int32.random(in: 0...3, using: &random) }
            return try Self.sample(prefixes[index % 3] + [7] + tail, [Int32(index), 8])
        }
        for sharing in [BatchPlanner.Sharing.none, .trained, .base(invocation: [7])] {
            let planner = BatchPlanner(sharing: sharing, maximumRows: Int.random(in: 1...80, using: &random))
            let batches = try planner.batches(planner.groups(samples))
            let placed = batches.flatMap { $0.flatMap(\.samples) }
            #expect(
                placed.sorted { $0.tokens.lexicographicallyPrecedes($1.tokens) }
                    == samples.sorted { $0.tokens.lexicographicallyPrecedes($1.tokens) })
            for groups in batches {
                for group in groups {
                    #expect(group.samples.allSatisfy { $0.tokens.starts(with: group.prefix) })
                    #expect(group.samples.allSatisfy { $0.promptLength > group.prefix.count })
                }
                let rows = groups.reduce(0) { sum, group in
                    sum + group.prefixRows + group.samples.reduce(0) { $0 + group.rows(of: $1) }
                }
                #expect(rows <= planner.maximumRows || groups.reduce(0) { $0 + $1.samples.count } == 1)
            }
        }
    }

    @Test func rowsPositionsAndTargetsOfABatch() throws {
        let group = SampleGroup(
            prefix: [1, 2][...], isBase: false,
            samples: [try Self.sample([1, 2, 3], [4, 5]), try Self.sample([1, 2, 6, 7], [8])])
        let batch = TrainingBatch([group], kept: [nil])
        #expect(batch.tokens == [1, 2, 3, 4, 6, 7])
        #expect(batch.positions == [0, 1, 2, 3, 2, 3])
        #expect(batch.segments.map(\.rows) == [0..<2, 2..<4, 4..<6])
        #expect(batch.groups == [0..<3])
        #expect(batch.lossRows == [2, 3, 5])
        #expect(batch.targets.map(\.id) == [4, 5, 8])
    }
}
