import Documents
import Foundation
import OrderedCollections
import Synchronization
import TestSupport
import Testing
import Training

import Distillation

/// Answers by a rule, and fails after some samples.
private final class RuledTeacher: Teacher {
    struct Failure: Error {}

    private let state = Mutex((asked: [TrainingSample](), left: Int.max))

    init(failingAfter count: Int = .max) { state.withLock { $0.left = count } }

    var record: JSONObject { ["teacher": "rule"] }
    var asked: [TrainingSample] { state.withLock { $0.asked } }

    func answers(to samples: [TrainingSample], top: Int) async throws -> [[TeacherToken]] {
        try state.withLock { state in
            guard state.left >= samples.count else { throw Failure() }
            state.left -= samples.count
            state.asked += samples
        }
        return samples.map { sample in
            (0..<sample.completionLength).map { place in
                TeacherToken(
                    ids: (0..<Int32(top)).map { $0 + Int32(place) }, logprobs: (0..<top).map { -1 - Float($0) / 2 },
                    rest: -Float(sample.promptLength))
            }
        }
    }
}

@Suite struct LogitsJobTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func samples() throws -> [TrainingSample] {
        try (0..<25).map { index in
            // The last five are the first five once more.
            let own = Int32(index % 20)
            return try TrainingSample(
                prompt: [7, own], completion: [own, own + 1, 3].suffix(1 + index % 3), place: "t")
        }
    }

    private func run(_ teacher: RuledTeacher, _ name: String, atOnce: Int = 4) async throws -> [LogitsJob.Progress] {
        let job = LogitsJob(try Self.samples(), of: teacher, top: 6, atOnce: atOnce)
        let writer = try TeacherStoreWriter(path: "\(folder.path)/\(name)", header: job.header(["pool": "p"]))
        var reports: [LogitsJob.Progress] = []
        try await job.run(into: writer) { reports.append($0) }
        return reports
    }

    @Test func everySampleIsAskedOnce() async throws {
        let teacher = RuledTeacher()
        let reports = try await run(teacher, "whole")
        let samples = try Self.samples()
        #expect(teacher.asked.count == Set(samples).count && Set(teacher.asked) == Set(samples))
        #expect(reports.last?.done == reports.last?.samples && reports.map(\.done) == reports.map(\.done).sorted())
        #expect(reports.last?.tokens == teacher.asked.reduce(0) { $0 + $1.completionLength })
        let store = try TeacherStore(path: folder.path + "/whole")
        #expect(store.header == ["top": 6, "samples": 25, "teacher": "rule", "pool": "p"])
        let stored = try store.teacher(of: samples, vocabularySize: 100)
        for number in samples.indices { #expect(stored.teacher(of: TaughtToken(id: 0, sample: number)).rest == -2) }
    }

    @Test("a job that ended early asks for the rest alone, and the bytes are the same", arguments: [0, 4, 8, 20])
    func goesOn(after count: Int) async throws {
        _ = try await run(RuledTeacher(), "whole")
        let first = RuledTeacher(failingAfter: count), second = RuledTeacher()
        await #expect(throws: RuledTeacher.Failure.self) { _ = try await run(first, "cut") }
        #expect(first.asked.count == count)
        let reports = try await run(second, "cut")
        #expect(Set(first.asked).isDisjoint(with: second.asked))
        #expect(reports.first?.done == count + 4 || count == 20)
        let bytes = ["whole", "cut"].map { FileManager.default.contents(atPath: "\(folder.path)/\($0)") }
        #expect(bytes[0] != nil && bytes[0] == bytes[1])
    }
}
