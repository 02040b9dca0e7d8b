import Documents
import OrderedCollections
import Functions
import Judging

extension CallsDiff {
    /// For people: rates, the test, then each sample that changed sides.
    ///
    /// - Parameters:
    ///   - level: of the test.
    ///   - limit: samples of each kind that are listed.
    /// - Returns: nothing where there is no difference.
    public func markdown(level: Double, limit: Int) -> String {
        guard !isSilent else { return "" }
        let (value, interval) = test.difference(of: before.total)
        var lines = [
            "| | right of \(before.total) samples |", "|---|---|", "| before | \(before.text) |",
            "| after | \(after.text) |",
            "",
            "Difference \(Self.points(value)) points (\(Self.points(interval.lowerBound)) to "
                + "\(Self.points(interval.upperBound))): \(regressions.count) regressions, \(gains.count) gains, "
                + "\(changed.count) other answers. McNemar's exact test: p = \(Self.scientific(test.probability)), "
                + verdict(level: level),
        ]
        if onlyOld + onlyNew > 0 {
            lines.append("Not compared: \(onlyOld) samples that only the first run has, \(onlyNew) only the second.")
        }
        if !losers.isEmpty {
            let worst = losers.prefix(10).map { "\($0.function) -\($0.lost) +\($0.won)" }.joined(separator: ", ")
            lines += ["", "Functions that lost: \(worst)."]
        }
        lines += list("Regressions", regressions, limit) + list("Gains", gains, limit)
        return lines.joined(separator: "\n") + "\n"
    }

    /// For programs; the lists are whole.
    public func json(level: Double) -> JSONValue {
        let (value, interval) = test.difference(of: before.total)
        return [
            "before": before.json, "after": after.json,
            "difference": [
                "value": .rounded(value, 4), "low": .rounded(interval.lowerBound, 4),
                "high": .rounded(interval.upperBound, 4),
            ],
            "p": .number(test.probability), "level": .number(level), "worse": .bool(isWorse(level: level)),
            "regressions": .array(regressions.map(Self.json)), "gains": .array(gains.map(Self.json)),
            "other_answers": .integer(changed.count), "only_before": .integer(onlyOld), "only_after": .integer(onlyNew),
        ]
    }

    /// What the test says.
    private func verdict(level: Double) -> String {
        guard test.probability < level else { return "which chance alone explains (level \(level))." }
        return "so the second run is \(regressions.count > gains.count ? "worse" : "better") (level \(level))."
    }

    /// Some samples, each with what was expected and both answers.
    private func list(_ title: String, _ pairs: [Pair], _ limit: Int) -> [String] {
        guard !pairs.isEmpty, limit > 0 else { return [] }
        var lines = ["", "\(title):"]
        for pair in pairs.prefix(limit) {
            let query = pair.new.query ?? pair.old.query
            lines.append("- \(pair.old.set) \(pair.old.id)\(query.map { ": \(CallsReport.oneLine($0))" } ?? "")")
            lines.append(
                "  - expected: \(CallsReport.oneLine(AnswerText(expectedOf: pair.old).text))")
            lines.append("  - before: \(Self.answer(pair.old))")
            lines.append("  - after: \(Self.answer(pair.new))")
        }
        if pairs.count > limit { lines.append("- … and \(pairs.count - limit) more") }
        return lines
    }

    /// What a record says.
    private static func answer(_ record: CallsRecord) -> String {
        if let error = record.error { return "no answer: \(CallsReport.oneLine(error))" }
        return CallsReport.oneLine(AnswerText(answerOf: record).text)
    }

    /// A sample with both answers.
    private static func json(_ pair: Pair) -> JSONValue {
        [
            "set": .string(pair.old.set), "id": .string(pair.old.id),
            "query": (pair.new.query ?? pair.old.query).map { .string($0) } ?? .null,
            "before": .string(answer(pair.old)), "after": .string(answer(pair.new)),
        ]
    }

    /// Percentage points with a sign.
    private static func points(_ value: Double) -> String {
        let tenths = Int((abs(value) * 1000).rounded())
        return "\(value < 0 && tenths > 0 ? "-" : "+")\(tenths / 10).\(tenths % 10)"
    }

    /// Two digits that count, as in `1.9e-9` and `0.043`.
    private static func scientific(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "0" }
        var exponent = 0, digits = value
        while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
        let rounded = (digits * 10).rounded() / 10
        return exponent >= -2 ? "\((value * 1000).rounded() / 1000)" : "\(rounded)e\(exponent)"
    }
}
