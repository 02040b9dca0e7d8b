import Digests
import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

extension FunctionDefinition {
    /// Whether a function's name begins as this one's does: `climate_set` and `climate.stop`.
    func isNear(_ name: String) -> Bool {
        func beginning(_ name: String) -> Substring { name.prefix { $0 != "_" && $0 != "." } }
        return beginning(self.name) == beginning(name)
    }
}

/// Labelled answers made from right calls: a judge's data. The same seed makes the same answers.
package struct AnswerSet: Sendable {
    /// A sample with an answer to it.
    package struct Entry: Sendable {
        package let row: DatasetFile.Row
        package let made: MadeAnswer
    }

    package private(set) var entries: [Entry] = []
    /// How many of each kind.
    package private(set) var counts: [AnswerKind: Int] = [:]
    private let seed: UInt64
    private let perLabel: Int

    /// - Parameters:
    ///   - count: answers in all, at most; half of them right.
    ///   - perLabel: right answers of a sample, and wrong ones.
    package init(_ rows: [DatasetFile.Row], count: Int, perLabel: Int = 2, seed: UInt64) {
        (self.seed, self.perLabel) = (seed, perLabel)
        let known = KnownValues(rows)
        let order = rows.sorted {
            SampleOrder.key($0.sample.id, seed: seed) < SampleOrder.key($1.sample.id, seed: seed)
        }
        for row in order where row.sample.reference.answers != .any {
            // They come in twos.
            guard entries.count + 2 <= count else { break }
            add(row, known, room: count - entries.count)
        }
    }

    /// A tenth of all samples, by their ids alone.
    package static func isHeldBack(_ id: String) -> Bool { SampleOrder.key(id, seed: 77) % 10 == 0 }

    /// As many right answers as wrong ones, of kinds that there are few of so far.
    private mutating func add(_ row: DatasetFile.Row, _ known: KnownValues, room: Int) {
        var random = SplitMix64(SampleOrder.key(row.sample.id, seed: seed &+ 1))
        let matcher = AnswerMatcher(functions: row.functions)
        func isRight(_ made: MadeAnswer) -> Bool {
            matcher.match(made.answer, row.sample.reference, .notations).isRight
        }
        func breaksSchema(_ made: MadeAnswer) -> Bool {
            RuleChecks(made.answer, functions: row.functions, dialogue: nil, reference: nil).verdict == .wrong
        }
        let accepted = RightAnswers(row: row).all(&random).filter(isRight)
        // What a schema forbids is not right in another notation; where it forbids what is expected, it says nothing.
        let follows = accepted.contains { $0.kind == .exact && !breaksSchema($0) }
        let right = follows ? accepted.filter { !breaksSchema($0) } : accepted
        let wrong = WrongAnswers(row: row, known: known).all(&random).filter { !isRight($0) }
        let few = min(perLabel, room / 2, Set(right.map(\.answer)).count, Set(wrong.map(\.answer)).count)
        for choices in [right, wrong] {
            for made in drawn(few, of: choices, &random) {
                entries.append(Entry(row: row, made: made))
                counts[made.kind, default: 0] += 1
            }
        }
    }

    /// Different answers, of the rarest kinds first.
    private func drawn(_ count: Int, of choices: [MadeAnswer], _ random: inout SplitMix64) -> [MadeAnswer] {
        var drawn: [MadeAnswer] = [], counts = counts
        var left = choices.shuffled(using: &random)
        while drawn.count < count, let next = left.min(by: { counts[$0.kind] ?? 0 < counts[$1.kind] ?? 0 }) {
            left.removeAll { $0.answer == next.answer }
            drawn.append(next)
            counts[next.kind, default: 0] += 1
        }
        return drawn
    }

    /// A line a sample, as `kinglet evaluate judge` reads it.
    ///
    /// - Parameters:
    ///   - path: of the data that the rows are from.
    ///   - output: where the lines will be.
    package func lines(of path: String, name: String, to output: String) -> [JSONValue] {
        var places: [String: Int] = [:]
        return entries.map { entry in
            let place = places[entry.row.sample.id, default: 0]
            places[entry.row.sample.id] = place + 1
            return entry.json(place, path: path, name: name, output: output)
        }
    }
}

extension AnswerSet.Entry {
    fileprivate func json(_ place: Int, path: String, name: String, output: String) -> JSONValue {
        let sample = row.sample, reference = sample.reference
        var members: JSONObject = [
            "id": .string("\(name)-\(sample.id)-\(place)-\(made.kind.rawValue)"), "query": .string(sample.query),
        ]
        for key in ["history", "context", "candidates", "functions"] { members[key] = row.json[key] }
        if let pool = sample.pool, sample.functions == nil {
            members["pool"] = .string(RelativePath.moved(pool, of: path, to: output))
            if sample.candidates == nil { members["candidates"] = .array(offered.map { .string($0) }) }
        }
        members["outcome"] = .string(made.answer.outcome.rawValue)
        members["calls"] = .array(made.answer.calls.map(\.json))
        members["reference"] = [
            "outcome": .string(reference.outcome.rawValue), "expected": .array(reference.expected.map(\.json)),
            "answers": .string(reference.answers.rawValue),
        ]
        members["label"] = .integer(made.kind.isRight ? 1 : 0)
        members["kind"] = .string(made.kind.rawValue)
        members["note"] = made.note.map { .string($0) } ?? .null
        (members["source"], members["source_id"]) = (.string(name), .string(sample.id))
        return .object(members)
    }

    /// Of a pool that is offered whole those that a judge would be shown: what is meant, what is called, and neighbours.
    private var offered: [String] {
        let needed = Set(
            (row.sample.reference.expected + made.answer.calls).map(\.function)
                + (row.sample.unclear.map { [$0.function] } ?? []))
        let seed = SampleOrder.key(row.sample.id, seed: 0)
        let others = row.functions.filter { !needed.contains($0.name) }.sorted { first, second in
            let near = [first, second].map { function in needed.contains { function.isNear($0) } }
            if near[0] != near[1] { return near[0] }
            return SampleOrder.key(first.name, seed: seed) < SampleOrder.key(second.name, seed: seed)
        }.map(\.name)
        let chosen = needed.union(others.prefix(max(0, 10 - needed.count)))
        return row.functions.map(\.name).filter(chosen.contains)
    }
}
