import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

/// Descriptions of needed functions that led to right calls (the paper's algorithm 1): of those that a prototype wrote for a
/// request, those that found the called function near the top, with a call that a judge takes to be right.
package struct FoundDescriptions: Sendable {
    /// A request with a description that is kept.
    package struct Entry: Sendable {
        package let row: DatasetFile.Row
        package let text: String
        package let answer: FunctionAnswer
        /// Where the called function stands among what the description finds, from 1.
        package let rank: Int
        /// How often it was written.
        package let times: Int
        /// The judge's confidence in the call, the mean.
        package let confidence: Double
    }

    package private(set) var entries: [Entry] = []
    /// Descriptions that were written, those whose call was judged right, those of them that are kept, and requests that
    /// have at least one.
    package private(set) var written = 0, right = 0, found = 0, kept = 0

    /// - Parameters:
    ///   - records: answers with verdicts, of any number of rounds.
    ///   - within: candidates among which the called function must be.
    ///   - most: different descriptions of a request; the best ranks, then those the judge is surest of, come first.
    package init(_ rows: [DatasetFile.Row], _ records: [CallsRecord], within: Int, most: Int) {
        let byID = Dictionary(grouping: records, by: \.id)
        for row in rows {
            let written = (byID[row.sample.id] ?? []).filter { $0.described != nil }
            let right = written.filter { $0.isJudgedRight && $0.answer.outcome == .call }
            let found = right.filter { ($0.described?.rank ?? .max) <= within }
            self.written += written.count
            self.right += right.count
            self.found += found.count
            let groups = OrderedDictionary(grouping: found) { $0.described.map { Self.folded($0.text) } ?? "" }.values
            let ordered = groups.compactMap { Entry(row, Array($0)) }.sorted {
                ($0.rank, -$0.confidence, -$0.times) < ($1.rank, -$1.confidence, -$1.times)
            }
            entries += ordered.prefix(most)
            kept += ordered.isEmpty ? 0 : 1
        }
    }

    /// Without capitals, marks and blanks: descriptions that differ in nothing else are one.
    private static func folded(_ text: String) -> String {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: " ")
    }

    /// The set's lines, in the order of the requests.
    ///
    /// - Parameters:
    ///   - path: of the data that the requests are from.
    ///   - output: where the lines will be.
    ///   - question: what a model is asked that is to write such a description.
    package func lines(
        of path: String, to output: String, asking question: (Sample) -> [(role: String, content: String)]
    ) -> [JSONValue] {
        var places: [String: Int] = [:]
        return entries.map { entry in
            let id = entry.row.sample.id, place = places[id, default: 0] + 1
            places[id] = place
            var members = entry.row.answered(
                entry.answer, id: place == 1 ? id : "\(id)-\(place)", moved: (path, output))
            members["description"] = .string(entry.text)
            members["rank"] = .integer(entry.rank)
            members["given"] = .integer(entry.times)
            members["judge_confidence"] = .rounded(entry.confidence, 4)
            let said: JSONValue = ["description": .string(entry.text)]
            let turns = question(entry.row.sample) + [(role: "assistant", content: said.text(.spaced))]
            members["messages"] = .array(
                turns.map { ["role": .string($0.role), "content": .string($0.content)] })
            return .object(members)
        }
    }
}

extension FoundDescriptions.Entry {
    /// Of records with the same description; nil of none.
    fileprivate init?(_ row: DatasetFile.Row, _ records: [CallsRecord]) {
        let best = records.min { ($0.described?.rank ?? .max) < ($1.described?.rank ?? .max) }
        guard let best, let described = best.described, let rank = described.rank else { return nil }
        (self.row, text, answer, self.rank) = (row, described.text, best.answer.plain, rank)
        times = records.count
        confidence = records.meanJudgeConfidence
    }
}
