import Documents
import OrderedCollections

/// A judge's measurement as one HTML page that needs nothing else.
public struct JudgePage: Sendable {
    /// Verdicts that are shown which are not as the label says.
    private static let shownAnswers = 200

    private let title: String
    private let about: JSONObject
    private let records: [JudgeRecord]
    private let report: JudgeReport

    /// - Parameter about: judge, data and what else the verdicts depend on.
    public init(title: String, about: JSONObject, records: [JudgeRecord]) {
        (self.title, self.about, self.records) = (title, about, records)
        report = JudgeReport(records)
    }

    /// The page.
    public var html: String {
        let title = MarkupText.escape(title)
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark"><title>\(title)</title><style>\(CallsPage.style)</style></head>
            <body><main><h1>\(title)</h1>
            \(headline)
            \(confusion)
            \(kinds)
            \(pairs)
            \(confidence)
            \(mistakes)
            \(failures)
            \(made)
            </main></body></html>

            """
    }

    private var headline: String {
        let kappa = report.agreement.kappa == nil ? "-" : JudgeReport.kappaText(report.agreement)
        let tiles: [(String, String, String)] = [
            ("Agreement", Self.rate(report.agreement.share.value, report.agreement.count), report.agreement.share.text),
            ("Cohen's kappa", String(kappa.prefix { $0 != " " }), "\(kappa); 0 is chance, 1 is full agreement"),
            (
                "Pairs", Self.rate(report.pairs.accuracy ?? 0, report.pairs.count),
                report.pairs.count == 0
                    ? "no question has a right and a wrong answer" : "\(report.pairs.text); right before wrong"
            ),
            ("Answers", "\(report.agreement.count)", "the model was asked for \(report.byModel.count)"),
            ("Failures", "\(report.failures.count)", "no verdict; they are not counted"),
        ]
        let list = tiles.map {
            "<div class=\"tile\"><b>\($0.0)</b><strong>\(MarkupText.escape($0.1))</strong><span>\(MarkupText.escape($0.2))</span></div>"
        }
        return """
            <p>Answers whose label is known, right or wrong, were put to a judge. In brackets stands the 95 % interval: with so \
            many answers and no more, the true figure may lie anywhere in it.</p>
            <div class="tiles">\(list.joined())</div>
            """
    }

    private static func rate(_ value: Double, _ count: Int) -> String {
        count == 0 ? "-" : "\(Share.percent(value)) %"
    }

    private var confusion: String {
        let agreement = report.agreement
        func row(_ name: String, _ right: Int, _ wrong: Int, isRight: Bool) -> String {
            let total = max(1, right + wrong)
            return
                "<tr><th scope=\"row\">\(name)</th><td class=\"\(isRight ? "good" : "bad") h\(10 * right / total)\">\(right)</td>"
                + "<td class=\"\(isRight ? "bad" : "good") h\(10 * wrong / total)\">\(wrong)</td></tr>"
        }
        return """
            <section><h2>Verdicts</h2><p>A line is the label, a column the verdict.</p><div class="wide" tabindex="0" role="region" aria-label="Verdicts"><table><thead><tr><td></td>\
            <th scope="col">judged right</th><th scope="col">judged wrong</th></tr></thead><tbody>\
            \(row("right", agreement.bothRight, agreement.tooStrict, isRight: true))\
            \(row("wrong", agreement.tooKind, agreement.bothWrong, isRight: false))</tbody></table></div></section>
            """
    }

    private var kinds: String {
        let rows = report.sorted.map { name, kind in
            Self.row(
                name, "\(kind.agreement.text) of \(kind.agreement.total)", kind.label ? "right" : "wrong",
                kind.agreement)
        }
        return
            "<section><h2>Kinds of answers</h2><p>How the answer was made, and how often the verdict is as its label says.</p>"
            + rows.joined() + "</section>"
    }

    private var pairs: String {
        guard report.pairs.count > 0 else { return "" }
        let rows = report.sorted.filter { $0.kind.pairs.count > 0 }.map { name, kind in
            Self.row(name, "\(kind.pairs.text) of \(kind.pairs.count)", "", kind.pairs.nearest)
        }
        return """
            <section><h2>Pairs</h2><p>Of a right and a wrong answer to one question, how often the judge takes the right one to \
            be likelier right, by the kind of the wrong one. A tie counts half.</p>\(rows.joined())</section>
            """
    }

    private static func row(_ name: String, _ figure: String, _ note: String, _ share: Share) -> String {
        "<div class=\"row\"><span class=\"name\" dir=\"auto\">\(MarkupText.short(name, 80))</span>"
            + "<span class=\"figure\">\(MarkupText.escape(figure))<small>\(MarkupText.escape(note))</small></span>"
            + "\(PagePlots.bar(share))</div>"
    }

    private var confidence: String {
        guard report.agreement.count > 0 else { return "" }
        return """
            <section><h2>Confidence</h2><p>Verdicts by their confidence, and how many are as the label says; on the dashed line \
            the confidence is what it says. The distance from it is \(Share.percent(report.calibration.error)) % in the mean. \
            Beside it: how right the verdicts are that remain when those of less confidence are put aside.</p>
            <div class="plots">\(PagePlots.reliability(report.calibration))\(PagePlots.coverage(report.calibration))</div></section>
            """
    }

    /// The verdicts that are not as the label says.
    private var mistakes: String {
        let wrong = records.filter { $0.verdict != nil && $0.verdict != $0.label }
        guard !wrong.isEmpty else { return "<section><h2>Mistakes</h2><p>None.</p></section>" }
        let items = wrong.prefix(Self.shownAnswers).map { record in
            var lines: [(String, String)] = [
                ("answer", record.answer ?? ""), ("label", record.label ? "right" : "wrong"),
                ("kind", record.kind), ("sample", "\(record.id), confidence \(Share.percent(record.confidence)) %"),
            ]
            if !record.rationale.isEmpty { lines.insert(("reason", record.rationale), at: 1) }
            let list = lines.map { "<dt>\($0.0)</dt><dd dir=\"auto\">\(MarkupText.short($0.1))</dd>" }.joined()
            return
                "<details><summary dir=\"auto\">\(MarkupText.short(record.query ?? record.id, 200))</summary><dl>\(list)</dl></details>"
        }
        let more = wrong.count > Self.shownAnswers ? ", the first \(Self.shownAnswers) of them here" : ""
        return "<section><h2>Mistakes</h2><p>\(wrong.count)\(more).</p>\(items.joined())</section>"
    }

    private var failures: String {
        guard !report.failures.isEmpty else { return "" }
        let items = report.failures.prefix(50).map { "<li dir=\"auto\">\(MarkupText.short($0, 300))</li>" }
        return
            "<section><h2>Failures</h2><p>\(report.failures.count) answers have no verdict.</p><ul>\(items.joined())</ul></section>"
    }

    private var made: String {
        let rows = about.filter { !$0.value.isNull }.map { name, value in
            "<dt>\(MarkupText.escape(name))</dt><dd dir=\"auto\">\(MarkupText.short(value.stringValue ?? value.text()))</dd>"
        }
        return rows.isEmpty ? "" : "<section><h2>How it was made</h2><dl>\(rows.joined())</dl></section>"
    }
}
