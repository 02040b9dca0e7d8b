import Documents
import Foundation
import OrderedCollections

/// What `kinglet flops` prints: the formula for shapes, beside the paper's column where it has the shape.
package struct OperationReport: Sendable {
    package struct Row: Sendable {
        package let shape: TransformerShape
        package let count: OperationCount
        package let published: PublishedOperations.Row?

        /// Printed to computed; nil where the paper has no such shape.
        package var ratio: Double? { published.map { $0.billions * 1e9 / count.total } }
    }

    package let prompt: OperationCount.Prompt
    package let rows: [Row]

    package init(_ shapes: [TransformerShape], _ prompt: OperationCount.Prompt) {
        self.prompt = prompt
        rows = shapes.map { shape in
            Row(shape: shape, count: OperationCount(shape, prompt), published: PublishedOperations.row(of: shape))
        }
    }

    /// For programs; operations in units, not in billions.
    package var json: JSONValue {
        [
            "batch": .integer(prompt.batch), "prompt_tokens": .integer(prompt.tokens),
            "uncached_tokens": .integer(prompt.uncached), "models": .array(rows.map(json)),
        ]
    }

    private func json(_ row: Row) -> JSONValue {
        let shape = row.shape
        var members: JSONObject = [
            "name": .string(shape.name), "layers": .integer(shape.layers), "hidden_size": .integer(shape.hidden),
            "intermediate_size": .integer(shape.intermediate), "heads": .integer(shape.heads),
            "kv_heads": .integer(shape.kvHeads), "head_size": .integer(shape.headSize),
            "vocabulary": .integer(shape.vocabulary), "projections": .number(row.count.projections),
            "attention": .number(row.count.attention), "feed_forward": .number(row.count.feedForward),
            "output": .number(row.count.output), "total": .number(row.count.total),
        ]
        if let published = row.published {
            members["published"] = .number(published.billions * 1e9)
            members["published_ratio"] = .rounded(row.ratio ?? 0, 4)
            members["uncached_that_gives_published"] =
                row.count.uncached(giving: published.billions * 1e9, of: prompt).map { .rounded($0, 2) } ?? .null
            if let remark = published.remark { members["remark"] = .string(remark) }
        }
        return .object(members)
    }

    /// For people, in 10⁹ operations.
    package var text: String {
        let width = max(12, rows.map(\.shape.name.count).max() ?? 0)
        let titles = ["matrices", "attention", "ffn", "output", "total", "published", "ratio", "at tokens"]
        var lines = [
            "10⁹ operations of a prompt of \(prompt.tokens) tokens, \(prompt.uncached) of them new"
                + (prompt.batch == 1 ? "" : ", \(prompt.batch) at once"),
            "", pad("model", width) + titles.map(right).joined(),
        ]
        for row in rows {
            let count = row.count, published = row.published?.billions
            let figures = [
                count.projections, count.attention, count.feedForward, count.output, count.total,
            ].map { number($0 / 1e9) }
            let tokens = published.flatMap { count.uncached(giving: $0 * 1e9, of: prompt) }
            let beside = [published.map(number), row.ratio.map(number), tokens.map { String(format: "%.1f", $0) }]
            lines.append(pad(row.shape.name, width) + (figures + beside.map { $0 ?? "-" }).map(right).joined())
        }
        let remarks = rows.compactMap { row in row.published?.remark.map { "\(row.shape.name): \($0)" } }
        if !remarks.isEmpty { lines += [""] + remarks }
        if rows.contains(where: { $0.published != nil }) { lines += [""] + notes }
        return lines.joined(separator: "\n")
    }

    /// Where the printed column and the formula part, computed and not remembered.
    private var notes: [String] {
        let known = rows.filter { $0.published != nil }
        let ratios = known.compactMap(\.ratio), far = ratios.filter { abs($0 - 1) > 0.005 }.count
        var lines = [
            "ratio: published to total. at tokens: the new tokens with which the formula gives the published figure."
        ]
        if far == 0 {
            lines.append("What is published here is what the formula gives.")
        } else if known.count == 1, let ratio = ratios.first {
            lines.append("The published figure is \(number(ratio)) of the formula's.")
        } else if let low = ratios.min(), let high = ratios.max() {
            lines.append(
                "\(far) of \(known.count) published figures differ from the formula by more than 0.5 %: they are "
                    + "\(number(low)) to \(number(high)) of it.")
        }
        let tokens = known.compactMap { row in
            row.published.flatMap { row.count.uncached(giving: $0.billions * 1e9, of: prompt) }
        }
        if far > 0, known.count > 1, let low = tokens.min(), let high = tokens.max(), high > low * 1.01 {
            lines.append(
                String(
                    format: "No one number of new tokens gives them all: the column wants %.1f to %.1f.", low, high))
        }
        if known.contains(where: { $0.shape.name == PublishedOperations.rows.first?.shape.name }) {
            lines.append(
                "BERT's figure is met by another count: 128 tokens, a multiplication with its addition as one, no gate, "
                    + "no attention: \(number(PublishedOperations.bertByMultiplyAdds)).")
        }
        return lines
    }

    private func number(_ value: Double) -> String { String(format: "%.2f", value) }
    private func right(_ text: String) -> String { String(repeating: " ", count: max(1, 11 - text.count)) + text }
    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
