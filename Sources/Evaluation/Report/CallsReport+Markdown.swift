import FunctionCalling
import Functions

extension CallsReport {
    /// Functions that the Markdown lists; the others are in the JSON.
    private static let listedFunctions = 40

    /// The report for people.
    public var markdown: String {
        var lines = ["| set | samples | right | function right | exact match | frame |", "|---|---|---|---|---|---|"]
        for (name, group) in sets.sorted(by: { $0.key < $1.key }) { lines.append(Self.row(name, group)) }
        if sets.count > 1 { lines.append(Self.row("all", all)) }
        if !judgedText.isEmpty { lines += ["", judgedText] }
        lines += ["", "Mean over the sets: \(Share.percent(mean)) %. Invalid calls: \(invalidCalls).", ""]
        lines += confusionTable
        for outcome in [Outcome.noAppropriateFunction, .requestUnclear] where confusion[outcome] != nil {
            let rates = precisionAndRecall(outcome)
            lines.append("")
            lines.append("\(outcome.rawValue): precision \(rates.precision.text), recall \(rates.recall.text).")
        }
        for (title, groups) in [("language", languages), ("category", categories), ("domain", domains)] {
            lines += Self.table(title, groups)
        }
        lines += Self.table("function", functions)
        lines += ["", cost]
        if !failures.isEmpty { lines += ["", "Failures: \(failures.count)"] }
        lines += failures.prefix(20).map { "- \(Self.oneLine($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What a judge says, in a sentence; empty where none was asked.
    var judgedText: String {
        guard all.judged.total > 0 || unjudged > 0 else { return "" }
        let missing = unjudged > 0 ? " \(unjudged) answers have no verdict." : ""
        return
            "By the judge: \(all.judged.text) right of \(all.judged.total). \(ofJudge.tooKind) that the matcher refuses are judged right, "
            + "\(ofJudge.tooStrict) that it accepts are judged wrong.\(missing)"
    }

    /// Recall, tokens, time and calibration in sentences.
    private var cost: String {
        let each = { (total: Int) in Int(perSample(total)) }
        var text =
            "Tokens a sample: \(each(tokens.prompt)) prompt (\(each(tokens.cached)) cached), "
            + "\(each(tokens.completion)) answer. Time p50 \(Int(quantile(0.5))) ms, p95 \(Int(quantile(0.95))) ms "
            + "with several in flight. Calibration error of the confidence: \(Share.percent(ofFunctions.error)) %. "
        if let coverage = ofAnswers.coverage(atPrecision: 0.95) {
            text +=
                "Answers of a confidence of \(Share.percent(coverage.threshold)) % and more are right in 95 %: that keeps "
                + "\(coverage.kept.text)."
        } else {
            text += "No threshold of the confidence keeps answers of which 95 % are right."
        }
        guard !ranks.isEmpty else { return text }
        return text + " Recall: " + recall.map { "@\($0.k) \($0.share.text)" }.joined(separator: ", ") + "."
    }

    /// Expected outcomes against what came.
    private var confusionTable: [String] {
        let head = "| expected \\\\ answered | " + Outcome.allCases.map(\.rawValue).joined(separator: " | ") + " |"
        return [head, "|---|" + Outcome.allCases.map { _ in "---|" }.joined()]
            + Outcome.allCases.map { expected in
                let row = Outcome.allCases.map { "\(confusion[expected]?[$0] ?? 0)" }
                return "| \(expected.rawValue) | \(row.joined(separator: " | ")) |"
            }
    }

    /// The groups of one kind, those with the most samples first.
    private static func table(_ title: String, _ groups: [String: Group]) -> [String] {
        guard !groups.isEmpty else { return [] }
        let sorted = bySize(groups)
        var lines = [
            "", "| \(title) | samples | right | function right | exact match | frame |", "|---|---|---|---|---|---|",
        ]
        lines += sorted.prefix(listedFunctions).map { row($0.name, $0.group) }
        if sorted.count > listedFunctions {
            lines += ["", "\(sorted.count - listedFunctions) more of them, with fewer samples."]
        }
        return lines
    }

    /// Groups with the most samples first, of equal ones by name.
    static func bySize(_ groups: [String: Group]) -> [(name: String, group: Group)] {
        groups.map { ($0.key, $0.value) }.sorted {
            ($1.1.right.total, $0.0) < ($0.1.right.total, $1.0)
        }
    }

    /// One line of a table.
    private static func row(_ name: String, _ group: Group) -> String {
        "| \(cell(name)) | \(group.right.total) | \(group.right.text) | \(group.function.text) | \(group.exact.text) | "
            + "\(group.frame.total > 0 ? group.frame.text : "") |"
    }

    /// A text that does not end its cell or its line.
    static func cell(_ text: String) -> String { oneLine(text).replacing("|", with: "\\|") }

    /// A text without line ends, and not as long as a prompt.
    static func oneLine(_ text: String) -> String {
        let line = text.map { $0.isNewline ? " " : String($0) }.joined()
        return line.count > 300 ? line.prefix(300) + "…" : line
    }
}
