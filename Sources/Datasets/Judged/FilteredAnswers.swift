import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

/// Samples made of a prototype's answers: of those that it gave to a request, those that a judge takes to be right (rejection
/// sampling: a pair of request and answer is kept only where the verdict is 1).
package struct FilteredAnswers: Sendable {
    /// A request with an answer that is kept.
    package struct Entry: Sendable {
        package let row: DatasetFile.Row
        package let answer: FunctionAnswer
        /// How often it was given.
        package let times: Int
        /// The judge's confidence in it, the mean.
        package let confidence: Double
    }

    package private(set) var entries: [Entry] = []
    /// Answers that were given, those judged right, and requests of which at least one is kept.
    package private(set) var given = 0, right = 0, kept = 0

    /// - Parameters:
    ///   - records: answers with verdicts, of any number of rounds.
    ///   - most: different answers of a request; those given most often, then those the judge is surest of, come first.
    package init(_ rows: [DatasetFile.Row], _ records: [CallsRecord], most: Int) {
        let byID = Dictionary(grouping: records, by: \.id)
        for row in rows {
            let answers = byID[row.sample.id] ?? []
            let judged = answers.filter(\.isJudgedRight)
            (given, right) = (given + answers.count, right + judged.count)
            let groups = OrderedDictionary(grouping: judged, by: \.answer.plain).values
            let ordered = groups.compactMap { Entry(row, Array($0)) }.sorted {
                ($1.times, $1.confidence) < ($0.times, $0.confidence)
            }
            entries += ordered.prefix(most)
            kept += ordered.isEmpty ? 0 : 1
        }
    }

    /// The set's lines, in the order of the requests.
    ///
    /// - Parameters:
    ///   - path: of the data that the requests are from.
    ///   - output: where the lines will be.
    package func lines(of path: String, to output: String) -> [JSONValue] {
        var places: [String: Int] = [:]
        return entries.map { entry in
            let id = entry.row.sample.id, place = places[id, default: 0] + 1
            places[id] = place
            return entry.json(id: place == 1 ? id : "\(id)-\(place)", path: path, output: output)
        }
    }
}

extension FilteredAnswers.Entry {
    /// nil of no answers.
    fileprivate init?(_ row: DatasetFile.Row, _ records: [CallsRecord]) {
        guard let first = records.first else { return nil }
        (self.row, answer, times) = (row, first.answer.plain, records.count)
        confidence = records.meanJudgeConfidence
    }

    /// The request as it was, with the answer as what is right.
    fileprivate func json(id: String, path: String, output: String) -> JSONValue {
        var members = row.answered(answer, id: id, moved: (path, output))
        members["given"] = .integer(times)
        members["judge_confidence"] = .rounded(confidence, 4)
        return .object(members)
    }
}

extension DatasetFile.Row {
    /// The line as it was, with an answer as what is right.
    ///
    /// - Parameter moved: from the file that it stands in to the one where it will.
    func answered(_ answer: FunctionAnswer, id: String, moved: (path: String, output: String)) -> JSONObject {
        var members = json.filter { !["expected", "answers", "outcome", "unclear", "to_label"].contains($0.key) }
        members["id"] = .string(id)
        if let pool = sample.pool {
            members["pool"] = .string(RelativePath.moved(pool, of: moved.path, to: moved.output))
        }
        members["outcome"] = .string(answer.outcome.rawValue)
        members["expected"] = .array(answer.calls.map(\.json))
        members["answers"] = "exact"
        return members
    }
}

extension CallsRecord {
    /// An answer that breaks no schema, and that the judge takes to be right.
    var isJudgedRight: Bool { error == nil && violation == nil && judged?.isRight == true }
}

extension [CallsRecord] {
    /// Of the judge, over all of them.
    var meanJudgeConfidence: Double {
        reduce(0) { $0 + ($1.judged?.confidence ?? 0) } / Double(Swift.max(1, count))
    }
}

extension FunctionAnswer {
    /// Without confidences, in which equal answers differ.
    var plain: FunctionAnswer {
        FunctionAnswer(
            outcome: outcome, calls: calls.map { FunctionCall(function: $0.function, parameters: $0.parameters) })
    }
}
