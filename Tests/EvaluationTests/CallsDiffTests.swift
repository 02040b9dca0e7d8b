import Documents
import Evaluation
import Foundation
import Functions
import Judging
import OrderedCollections
import Testing

@Suite struct CallsDiffTests {
    /// The two-sided probability in whole numbers: `2 * sum(comb(n, k) for k in range(few + 1)) / 2**n` of Python's fractions.
    static let probabilities: [(first: Int, second: Int, probability: Double)] = [
        (0, 0, 1), (1, 0, 1), (5, 0, 0.0625), (6, 0, 0.03125), (0, 6, 0.03125), (7, 7, 1), (10, 3, 0.09228515625),
        (30, 0, 1.862645149230957e-09),
        (40, 12, 0.0001275387838557407), (30, 12, 0.007915897334896727), (600, 500, 0.0028195449914364275),
        (1200, 900, 6.337277315775436e-11),
    ]

    @Test(arguments: probabilities) func mcNemar(_ first: Int, second: Int, probability: Double) {
        let found = McNemar(onlyFirst: first, onlySecond: second).probability
        #expect(abs(found - probability) <= 1e-9 * probability, "\(first) \(second): \(found)")
    }

    @Test("law: the tails of all splits add up to one", arguments: [1, 2, 7, 20, 101])
    func tailsAddUp(tosses: Int) {
        // Of an odd number of tosses each tail is half of its two-sided probability; their differences are the single terms.
        func half(_ few: Int) -> Double {
            few < 0 ? 0 : McNemar(onlyFirst: few, onlySecond: tosses - few).probability / 2
        }
        let terms = (0...(tosses - 1) / 2).map { half($0) - half($0 - 1) }
        let middle = tosses % 2 == 0 ? 1 - 2 * half(tosses / 2 - 1) : 0
        #expect(abs(2 * terms.reduce(0, +) + middle - 1) < 1e-9 && terms.allSatisfy { $0 > -1e-12 })
    }

    @Test func intervalOfTheDifference() {
        let (value, interval) = McNemar(onlyFirst: 30, onlySecond: 0).difference(of: 1000)
        #expect(
            value == -0.03 && interval.contains(value) && interval.upperBound < -0.018 && interval.lowerBound > -0.043)
        #expect(McNemar(onlyFirst: 0, onlySecond: 0).difference(of: 0).interval == -1...1)
        let none = McNemar(onlyFirst: 0, onlySecond: 0).difference(of: 100).interval
        #expect(none.contains(0) && none.upperBound < 0.03)
    }

    /// A thousand samples, of which those whose number is in `wrong` are wrong.
    static func run(_ wrong: Set<Int>) -> [CallsRecord] {
        (0..<1000).map { number in Records.call("\(number)", "f\(number % 7)_x", isRight: !wrong.contains(number)) }
    }

    @Test func aPlantedRegressionOfThreePercentIsFound() {
        let wrong = Set((0..<1000).filter { $0 % 4 == 0 })
        let planted = Set((0..<1000).filter { $0 % 4 == 1 }.prefix(30))
        let diff = CallsDiff(Self.run(wrong), Self.run(wrong.union(planted)))
        #expect(diff.before == Share(750, of: 1000) && diff.after == Share(720, of: 1000))
        #expect(Set(diff.regressions.compactMap { Int($0.old.id) }) == planted && diff.gains.isEmpty)
        #expect(diff.isWorse(level: 0.05) && diff.isWorse(level: 0.001))
        let text = diff.markdown(level: 0.05, limit: 5)
        #expect(
            text.contains("30 regressions, 0 gains") && text.contains("the second run is worse")
                && text.contains("… and 25 more"))
        #expect(text.contains("Difference -3.0 points"))
        #expect(
            diff.json(level: 0.05)["regressions"]?.arrayValue?.count == 30 && diff.json(level: 0.05)["worse"] == true)
        // The other way round it is better, and nothing fails.
        let back = CallsDiff(Self.run(wrong.union(planted)), Self.run(wrong))
        #expect(!back.isWorse(level: 0.05) && back.markdown(level: 0.05, limit: 0).contains("the second run is better"))
    }

    /// As many other answers as there are with sampling: 3 % worse among changes that even out.
    @Test func aRegressionIsFoundAmongOtherChanges() {
        let lost = Set(0..<42), won = Set(500..<512)
        let diff = CallsDiff(Self.run(won), Self.run(lost))
        #expect(diff.regressions.count == 42 && diff.gains.count == 12 && diff.isWorse(level: 0.05))
        let noise = CallsDiff(Self.run(Set(500..<512)), Self.run(Set(0..<14)))
        #expect(!noise.isWorse(level: 0.05) && !noise.isSilent)
        #expect(noise.markdown(level: 0.05, limit: 1).contains("chance alone"))
    }

    @Test func aRerunIsSilent() {
        let records = Self.run(Set(0..<100))
        var again = Array(records.reversed())
        // Other times and tokens are no difference.
        for index in again.indices { (again[index].milliseconds, again[index].cachedTokens) = (7, 3) }
        let diff = CallsDiff(records, again)
        #expect(diff.isSilent && diff.markdown(level: 0.05, limit: 50).isEmpty && !diff.isWorse(level: 0.99))
    }

    @Test func otherSamplesAreNotCompared() {
        let diff = CallsDiff(
            [Records.call("a"), Records.call("b")], [Records.call("b"), Records.call("c"), Records.call("d")])
        #expect(diff.onlyOld == 1 && diff.onlyNew == 2 && diff.before.total == 1 && !diff.isSilent)
        #expect(
            diff.markdown(level: 0.05, limit: 9).contains("1 samples that only the first run has, 2 only the second"))
        #expect(CallsDiff([], []).isSilent)
    }

    @Test func aFailureIsNotRight() {
        let failed = Records.call("a") { $0.error = "the queue is full" }
        let diff = CallsDiff([Records.call("a")], [failed])
        #expect(diff.regressions.count == 1)
        #expect(diff.markdown(level: 0.05, limit: 9).contains("after: no answer: the queue is full"))
    }

    @Test func anotherWrongAnswerIsAChange() {
        let other = Records.call("a", isRight: false) { $0.answer.calls = [] }
        let diff = CallsDiff([Records.call("a", isRight: false)], [other])
        #expect(diff.changed.count == 1 && diff.regressions.isEmpty && !diff.isSilent)
    }

    /// Results of earlier versions know the function that was expected, and no values.
    @Test func expectedCallsAreShownAsFarAsTheyAreKnown() {
        let (old, new) = (Records.call("a") { $0.expected = [] }, Records.call("a", isRight: false))
        #expect(CallsDiff([old], [new]).markdown(level: 0.05, limit: 9).contains("- expected: lights_on\n"))
        let whole = CallsDiff([Records.call("a")], [new]).markdown(level: 0.05, limit: 9)
        #expect(whole.contains("- expected: lights_on {\"room\":\"kitchen\"}"))
        #expect(
            whole.contains("- before: lights_on {\"room\":\"kitchen\"}")
                && whole.contains("- after: lights_on {\"room\":\"hall\"}"))
    }

    @Test func runsAreReadFromTheirFolders() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("runs-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: DocumentError.self) { try CallsRun(path: folder) }
        let results = try CallsResults(path: "\(folder)/results.jsonl", identity: ["model": "tiny"])
        #expect(throws: DocumentError.self) { try CallsRun(path: folder) }
        try results.append(Records.call("a"))
        for path in [folder, "\(folder)/results.jsonl"] {
            let run = try CallsRun(path: path)
            #expect(run.records.count == 1 && run.identity["model"] == "tiny")
        }
        try results.append(Records.call("a"))
        #expect(throws: DocumentError.self) { try CallsRun(path: folder) }
        try Data("no json\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/results.jsonl"))
        #expect(throws: DocumentError.self) { try CallsRun(path: folder) }
    }
}
