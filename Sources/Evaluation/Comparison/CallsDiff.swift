import Documents
import Functions
import Judging
import OrderedCollections

/// Two runs, sample by sample: what the second has lost and won.
public struct CallsDiff: Sendable {
    /// One sample's records of both runs.
    public typealias Pair = (old: CallsRecord, new: CallsRecord)

    /// In the order of the first run. Right before, wrong now; and the other way round.
    public private(set) var regressions: [Pair] = [], gains: [Pair] = []
    /// As right or wrong as before, but another answer.
    public private(set) var changed: [Pair] = []
    /// Samples of both runs, and right ones among them.
    public private(set) var before = Share(), after = Share()
    /// Samples that only one run has.
    public private(set) var onlyOld = 0, onlyNew = 0

    /// - Parameters:
    ///   - old: what to compare with.
    ///   - new: is it worse?
    public init(_ old: [CallsRecord], _ new: [CallsRecord]) {
        let later = Dictionary(
            new.map { (CallsEvaluation.key($0.set, $0.id), $0) }, uniquingKeysWith: { first, _ in first })
        for record in old {
            guard let other = later[CallsEvaluation.key(record.set, record.id)] else {
                onlyOld += 1
                continue
            }
            add((record, other))
        }
        onlyNew = later.count - before.total
    }

    /// Counts a sample of both.
    private mutating func add(_ pair: Pair) {
        let (was, isNow) = (Self.isRight(pair.old), Self.isRight(pair.new))
        before.add(was)
        after.add(isNow)
        if was, !isNow { regressions.append(pair) }
        if !was, isNow { gains.append(pair) }
        if was == isNow, pair.old.answer != pair.new.answer || pair.old.error != pair.new.error { changed.append(pair) }
    }

    /// A record without an answer is not right.
    private static func isRight(_ record: CallsRecord) -> Bool { record.error == nil && record.counts }

    /// Whether the runs say the same of every sample, and have the same ones.
    public var isSilent: Bool {
        regressions.isEmpty && gains.isEmpty && changed.isEmpty && onlyOld == 0 && onlyNew == 0
    }

    /// The test of the difference.
    public var test: McNemar { McNemar(onlyFirst: regressions.count, onlySecond: gains.count) }

    /// Whether the second run is worse, and that would be chance in less than `level` of all cases.
    public func isWorse(level: Double) -> Bool {
        regressions.count > gains.count && test.probability < level
    }

    /// Functions with more regressions than gains, the worst first.
    var losers: [(function: String, lost: Int, won: Int)] {
        var counts: OrderedDictionary<String, (lost: Int, won: Int)> = [:]
        func name(_ record: CallsRecord) -> String { record.expectedFunction ?? record.expectedOutcome.rawValue }
        for pair in regressions { counts[name(pair.old), default: (0, 0)].lost += 1 }
        for pair in gains { counts[name(pair.old), default: (0, 0)].won += 1 }
        return counts.filter { $0.value.lost > $0.value.won }.map { ($0.key, $0.value.lost, $0.value.won) }
            .sorted { ($1.lost - $1.won, $0.function) < ($0.lost - $0.won, $1.function) }
    }
}
