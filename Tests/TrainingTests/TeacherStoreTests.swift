import Documents
import Foundation
import OrderedCollections
import TestSupport
import Testing

import Training

@Suite struct TeacherStoreTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/train.logits" }

    init() throws { folder = try TemporaryFolder() }

    private static let header: JSONObject = ["teacher": "big", "top": 3]

    /// Samples with one to five tokens of completion.
    static func samples(_ count: Int) throws -> [TrainingSample] {
        try (0..<count).map { index in
            try TrainingSample(
                prompt: [1, 2, Int32(index)], completion: (0...index % 5).map { Int32($0 + index) }, place: "test")
        }
    }

    static func tokens(of sample: TrainingSample) -> [TeacherToken] {
        (0..<sample.completionLength).map { place in
            let first = Int32(place) + sample.tokens[2]
            return TeacherToken(
                ids: [first, 70_000 + first, 500], logprobs: [-0.25, -2.5, -7.75].map { $0 * Float(place + 1) },
                rest: -3.125)
        }
    }

    private func write(_ samples: [TrainingSample]) throws {
        let writer = try TeacherStoreWriter(path: path, header: Self.header)
        for sample in samples { try writer.append(sample, Self.tokens(of: sample)) }
        try writer.finish()
    }

    @Test func whatIsWrittenIsRead() throws {
        let samples = try Self.samples(20)
        try write(samples)
        let store = try TeacherStore(path: path)
        #expect(store.header == Self.header)
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
        let teacher = try store.teacher(of: samples.reversed(), vocabularySize: 80_000)
        for (number, sample) in samples.reversed().enumerated() {
            for (place, token) in Self.tokens(of: sample).enumerated() {
                #expect(teacher.teacher(of: TaughtToken(id: 0, sample: number, place: place)) == token)
            }
        }
    }

    @Test("what does not fit the training is said", arguments: [70_000, 80_000]) func misfits(vocabulary: Int) throws {
        let samples = try Self.samples(3)
        try write(Array(samples.prefix(2)))
        let store = try TeacherStore(path: path)
        let error = #expect(throws: TrainingError.self) {
            _ = try store.teacher(of: samples, vocabularySize: vocabulary)
        }
        let expected = vocabulary == 70_000 ? "sample 1 has a token that this model has not" : "has nothing of sample 3"
        #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
    }

    @Test("a writer goes on where another stopped, to the same bytes", arguments: 0..<8) func goesOn(_ seed: Int) throws
    {
        let samples = try Self.samples(12)
        try write(samples)
        let whole = try #require(FileManager.default.contents(atPath: path))
        try FileManager.default.removeItem(atPath: path)
        // Killed in the middle of a write: the file ends anywhere.
        var random = SeededGenerator(UInt64(seed))
        let end = Int.random(in: 0..<whole.count - 20, using: &random)
        try whole.prefix(end).write(to: URL(fileURLWithPath: path + ".part"))
        let writer = try TeacherStoreWriter(path: path, header: Self.header)
        let known = samples.filter(writer.knows)
        #expect(known.count == writer.count && Array(samples.prefix(known.count)) == known)
        #expect(end < 200 || known.count > 0)
        for sample in samples where !writer.knows(sample) { try writer.append(sample, Self.tokens(of: sample)) }
        try writer.finish()
        #expect(FileManager.default.contents(atPath: path) == whole)
    }

    @Test func aFileOfAnotherTeacherIsNotGoneOnWith() throws {
        let first = try TeacherStoreWriter(path: path, header: Self.header)
        #expect(first.count == 0)
        #expect(throws: TrainingError.self) { try TeacherStoreWriter(path: path, header: ["teacher": "other"]) }
    }

    @Test("law: every flipped bit and every cut is found, in one line", arguments: 0..<64) func damage(_ seed: Int)
        throws
    {
        try write(try Self.samples(6))
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        var random = SeededGenerator(UInt64(seed))
        if seed % 4 == 0 {
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        } else {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        let damaged = try folder.write(bytes, as: "damaged")
        let error = #expect(throws: TrainingError.self) { _ = try TeacherStore(path: damaged) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix(damaged) && !text.contains("\n"), "\(text)")
    }

    @Test func anUnfinishedStoreIsNone() throws {
        let samples = try Self.samples(2)
        let writer = try TeacherStoreWriter(path: path, header: Self.header)
        try writer.append(samples[0], Self.tokens(of: samples[0]))
        let error = #expect(throws: TrainingError.self) { _ = try TeacherStore(path: path + ".part") }
        #expect(error.map { "\($0)".contains("it ends within record 2") } == true)
        #expect(throws: TrainingError.self) { _ = try TeacherStore(path: path) }
    }

    /// What a teacher said of a completion of one token.
    static let refused: [[TeacherToken]] = [
        [], [TeacherToken(ids: [], logprobs: [], rest: 0)], [TeacherToken(ids: [1], logprobs: [-1, -2], rest: -1)],
        [TeacherToken(ids: [-1], logprobs: [-1], rest: -1)], [TeacherToken(ids: [1 << 24], logprobs: [-1], rest: -1)],
        [TeacherToken(ids: [1], logprobs: [.nan], rest: -1)], [TeacherToken(ids: [1], logprobs: [-1], rest: .nan)],
        [TeacherToken(ids: [1], logprobs: [0.5], rest: -1)],
        [TeacherToken(ids: [1, 1], logprobs: [-1, -1], rest: -1)],
        Array(repeating: TeacherToken(ids: [1], logprobs: [-1], rest: -1), count: 2),
    ]
    @Test(arguments: refused.indices) func whatIsNoAnswerIsNotKept(_ index: Int) throws {
        let sample = try Self.samples(1)[0]
        let writer = try TeacherStoreWriter(path: path, header: Self.header)
        #expect(throws: TrainingError.self) { try writer.append(sample, Self.refused[index]) }
        #expect(writer.count == 0)
    }

    /// a log-probability, and what 16 bits can say of it
    static let rounded: [(Float, Float)] = [
        (0, 0), (-1, -1), (-0.1, -0.099975586), (-2049, -2048), (-2051, -2052), (-3e-8, -5.9604645e-8), (-1e9, -65504),
    ]
    @Test(arguments: rounded) func rounds(_ value: Float, expected: Float) throws {
        let sample = try Self.samples(1)[0], writer = try TeacherStoreWriter(path: path, header: Self.header)
        try writer.append(sample, [TeacherToken(ids: [1 << 24 - 1], logprobs: [value], rest: value)])
        try writer.finish()
        let teacher = try TeacherStore(path: path).teacher(of: [sample], vocabularySize: 1 << 24)
        #expect(
            teacher.teacher(of: TaughtToken(id: 0))
                == TeacherToken(ids: [1 << 24 - 1], logprobs: [expected], rest: value))
    }

    @Test("a training is known by its loss and teacher: another one's checkpoint is refused") func identity() throws {
        let fixture = try GradientFixture(), losses = try LossFixture()
        var plan = TrainingPlan(adapter: fixture.shape())
        (plan.batchSize, plan.epochs) = (2, 2)
        func run(_ loss: any TokenLoss, through last: Int?) throws -> [StepReport] {
            let decoder = try GradientTests.decoder("lora", fixture, threads: 1)
            let run = try TrainingRun(
                decoder, plan, TrainingData(fixture.samples, validation: [fixture.samples[0]], loss: loss),
                in: .init(folder: folder.path, checkpointSteps: 1, validationSteps: 1))
            var reports: [StepReport] = []
            try run.run(through: last) { reports.append($0) }
            return reports
        }
        let teacher = ListedTeacher(losses.teacher)
        let first = try run(DivergenceLoss(.adaptive(mu: 0.9), from: teacher, named: "a"), through: 2)
        #expect(first.count == 2)
        for other in [
            DivergenceLoss(.adaptive(mu: 0.8), from: teacher, named: "a"), .init(.reverse, from: teacher, named: "a"),
            .init(.adaptive(mu: 0.9), from: teacher, named: "b"),
            .init(.adaptive(mu: 0.9), from: teacher, named: "a", crossEntropyWeight: 0.1),
        ] {
            #expect(throws: TrainingError.self) { try run(other, through: nil) }
        }
        #expect(throws: TrainingError.self) { try run(CrossEntropy(), through: nil) }
        let rest = try run(DivergenceLoss(.adaptive(mu: 0.9), from: teacher, named: "a"), through: nil)
        #expect(rest.map(\.step) == [3, 4] && rest.allSatisfy { $0.validation != nil })
    }
}
