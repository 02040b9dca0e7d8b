extension JudgeReport {
    /// For people, in a terminal or a pull request.
    public var markdown: String {
        var lines = [
            "Agreement \(agreement.share.text) of \(agreement.count), Cohen's kappa \(Self.kappaText(agreement)), "
                + "pairs \(pairs.text) of \(pairs.count).",
            "", "| label | judged right | judged wrong |", "|---|---|---|",
            "| right | \(agreement.bothRight) | \(agreement.tooStrict) |",
            "| wrong | \(agreement.tooKind) | \(agreement.bothWrong) |", "",
            "| kind | label | answers | agreement | pairs | right before wrong |", "|---|---|---|---|---|---|",
        ]
        for (name, kind) in sorted {
            let pairs = kind.pairs.count == 0 ? " | " : "\(kind.pairs.count) | \(kind.pairs.text)"
            let cells = ["\(kind.label ? 1 : 0)", "\(kind.agreement.total)", kind.agreement.text, pairs]
            lines.append("| \(CallsReport.cell(name)) | \(cells.joined(separator: " | ")) |")
        }
        lines += ["", cost]
        if !failures.isEmpty { lines += ["", "No verdict: \(failures.count)"] }
        lines += failures.prefix(20).map { "- \(CallsReport.oneLine($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Who decided, and what it took.
    private var cost: String {
        var text = "The model was asked for \(byModel.text) of the answers"
        if byModel.count > 0 {
            text += ", and agreed in \(ofModel.share.text) of those (kappa \(Self.kappaText(ofModel)))"
        }
        return text
            + ". An answer takes \(Int(quantile(0.5))) ms (p50) and \(Int(quantile(0.95))) ms (p95) with others beside it, "
            + "\(tokensEach.prompt) tokens of prompt and \(tokensEach.completion) of answer in the mean. "
            + "Calibration error of the confidence: \(Share.percent(calibration.error)) %."
    }

    /// `0.900 (0.881-0.919)`; a dash where chance explains all.
    static func kappaText(_ agreement: Agreement) -> String {
        guard let kappa = agreement.kappa, let interval = agreement.kappaInterval else { return "-" }
        return "\(decimals(kappa)) (\(decimals(interval.lowerBound))-\(decimals(interval.upperBound)))"
    }

    /// Three decimals, with a point wherever the program runs.
    private static func decimals(_ value: Double) -> String {
        let thousandths = Int((abs(value) * 1000).rounded())
        let digits = String(thousandths % 1000)
        let sign = value < 0 && thousandths > 0 ? "-" : ""
        return "\(sign)\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
