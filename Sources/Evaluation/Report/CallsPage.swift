import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// An evaluation as one HTML page that needs nothing else: no script, no file, no network, no other page to read it.
public struct CallsPage: Sendable {
    /// Wrong answers that are shown; all are in the other reports.
    private static let shownAnswers = 200
    /// Functions, domains and so on that are shown each.
    private static let shownGroups = 60

    private let title: String
    private let about: JSONObject
    private let records: [CallsRecord]
    private let report: CallsReport

    /// - Parameter about: what the answers depend on, as the results say it.
    public init(title: String, about: JSONObject, records: [CallsRecord]) {
        (self.title, self.about, self.records) = (title, about, records)
        report = CallsReport(records)
    }

    /// The page.
    public var html: String {
        let title = MarkupText.escape(title)
        let groups = [
            groups("Sets", "Each data set by itself.", report.sets),
            groups("Languages", "As the samples say it.", report.languages),
            groups("Categories", "Kinds of samples, as their set has them.", report.categories),
            groups(
                "Domains", "Of the function that is expected: its pool's word, else the beginning of its name.",
                report.domains),
            groups("Functions", "Samples that expect this function.", report.functions),
        ]
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark"><title>\(title)</title><style>\(Self.style)</style></head>
            <body><main><h1>\(title)</h1>
            \(headline)
            \(groups.joined(separator: "\n"))
            \(confusion)
            \(recall)
            \(confidence)
            \(cost)
            \(wrong)
            \(failures)
            \(made)
            </main></body></html>

            """
    }

    /// The figures that count.
    private var headline: String {
        var tiles: [(String, String, String)] = [
            (
                "Right", Self.rate(report.all.right),
                "\(Self.interval(report.all.right)); outcome, function and all values"
            ),
            (
                "Function right", Self.rate(report.all.function),
                "\(Self.interval(report.all.function)); whatever the values"
            ),
            ("Samples", "\(report.count)", "\(report.sets.count) set\(report.sets.count == 1 ? "" : "s")"),
            ("Invalid calls", "\(report.invalidCalls)", "break their function's schema"),
            ("Failures", "\(report.failures.count)", "no answer; they count as wrong"),
        ]
        if report.all.judged.total > 0 {
            let judged = report.all.judged
            tiles.insert(
                ("By the judge", Self.rate(judged), "\(Self.interval(judged)); other notations and solutions too"),
                at: 1)
        }
        let list = tiles.map {
            "<div class=\"tile\"><b>\($0.0)</b><strong>\(MarkupText.escape($0.1))</strong><span>\($0.2)</span></div>"
        }
        return """
            <p>Requests whose right answer is known were put to the model, and what came was compared. In brackets stands the \
            95 % interval (Wilson): with so many samples and no more, the true rate may lie anywhere in it.</p>
            <div class="tiles">\(list.joined())</div>
            """
    }

    private static func rate(_ share: Share) -> String { share.total == 0 ? "-" : "\(Share.percent(share.value)) %" }

    private static func interval(_ share: Share) -> String {
        share.total == 0
            ? "" : "(\(Share.percent(share.interval.lowerBound))-\(Share.percent(share.interval.upperBound)))"
    }

    /// A bar a group.
    private func groups(_ title: String, _ note: String, _ groups: [String: CallsReport.Group]) -> String {
        guard !groups.isEmpty else { return "" }
        let sorted = CallsReport.bySize(groups)
        let rows = sorted.prefix(Self.shownGroups).map { name, group in
            let rest = group.function.count == group.right.count ? "" : "function \(group.function.text)"
            return "<div class=\"row\"><span class=\"name\" dir=\"auto\">\(MarkupText.short(name, 80))</span>"
                + "<span class=\"figure\">\(MarkupText.escape(group.right.text)) of \(group.right.total)"
                + "<small>\(MarkupText.escape(rest))</small></span>\(PagePlots.bar(group.right))</div>"
        }
        let more = sorted.count - Self.shownGroups
        let tail = more > 0 ? "<p>\(more) more with fewer samples are in report.json.</p>" : ""
        return "<section><h2>\(title)</h2><p>\(note) The bar is the share of right answers, the line its interval.</p>"
            + rows.joined() + tail + "</section>"
    }

    /// Expected outcomes against those that came.
    private var confusion: String {
        let head = Outcome.allCases.map { "<th scope=\"col\">\(Self.words($0))</th>" }.joined()
        let rows = Outcome.allCases.map { expected in
            let counts = Outcome.allCases.map { report.confusion[expected]?[$0] ?? 0 }
            let total = max(1, counts.reduce(0, +))
            let cells = zip(Outcome.allCases, counts).map { answered, count in
                "<td class=\"\(answered == expected ? "good" : "bad") h\(10 * count / total)\">\(count)</td>"
            }
            return "<tr><th scope=\"row\">\(Self.words(expected))</th>\(cells.joined())</tr>"
        }
        return """
            <section><h2>Outcomes</h2><p>A line is what was expected, a column what came. Right are those on the diagonal.</p>
            <div class="wide" tabindex="0" role="region" aria-label="Outcomes"><table><thead><tr><td></td>\(head)</tr></thead><tbody>\(rows.joined())</tbody></table></div></section>
            """
    }

    /// An outcome as words, between which a narrow page can break.
    private static func words(_ outcome: Outcome) -> String { outcome.rawValue.replacing("_", with: " ") }

    /// Whether the right functions stood before the model.
    private var recall: String {
        guard !report.ranks.isEmpty else { return "" }
        let rows = report.recall.map { k, share in
            "<div class=\"row\"><span class=\"name\">first \(k)</span><span class=\"figure\">\(MarkupText.escape(share.text))"
                + "</span>\(PagePlots.bar(share))</div>"
        }
        return """
            <section><h2>Retrieval</h2><p>Before the model chooses, a retriever picks candidates. This is how often all the \
            expected functions stood among the first k of them: what is missing there the model cannot choose.</p>\(rows.joined())</section>
            """
    }

    /// What the confidence is worth.
    private var confidence: String {
        guard report.count > report.failures.count else { return "" }
        let kept =
            report.ofAnswers.coverage(atPrecision: 0.95).map {
                "Who takes answers from a confidence of \(Share.percent($0.threshold)) % on keeps \($0.kept.text), and 95 % of "
                    + "them are right."
            } ?? "No threshold keeps answers of which 95 % are right."
        return """
            <section><h2>Confidence</h2><p>First: answers by their confidence, and how many had the right function; on the dashed \
            line the confidence is what it says. The distance from it is \(Share.percent(report.ofFunctions.error)) % in the mean \
            (expected calibration error). Second: how right the answers are that remain when those of less confidence are put \
            aside; the dashed line is 95 %. \(MarkupText.escape(kept))</p>
            <div class="plots">\(PagePlots.reliability(report.ofFunctions))\(PagePlots.coverage(report.ofAnswers))</div></section>
            """
    }

    /// Tokens and time.
    private var cost: String {
        guard !report.milliseconds.isEmpty else { return "" }
        let each = { (total: Int) in Int(report.perSample(total).rounded()) }
        return """
            <section><h2>Tokens and time</h2><p>A sample has \(each(report.tokens.prompt)) tokens of prompt in the mean, \
            \(each(report.tokens.cached)) of them from the cache, and \(each(report.tokens.completion)) of answer. Half of the \
            answers took up to \(Int(report.quantile(0.5))) ms, 95 % up to \(Int(report.quantile(0.95))) ms, while others were \
            answered beside them.</p><div class="plots">\(PagePlots.times(report.milliseconds))</div></section>
            """
    }

    /// The answers that are not right, each with what was expected.
    private var wrong: String {
        let wrong = records.filter { $0.error == nil && !$0.counts }
        guard !wrong.isEmpty else { return "<section><h2>Wrong answers</h2><p>None.</p></section>" }
        let items = wrong.prefix(Self.shownAnswers).map { record in
            var lines: [(String, String)] = [
                ("expected", AnswerText(expectedOf: record).text),
                ("answered", AnswerText(answerOf: record).text),
                ("why", record.detail ?? "another answer was expected"),
                ("sample", "\(record.set) \(record.id), confidence \(Share.percent(record.confidence)) %"),
            ]
            if let judged = record.judged {
                let verdict = judged.isRight.map { $0 ? "right" : "wrong" } ?? "no verdict"
                lines.append(("judge", "\(verdict): \(judged.reason)"))
            }
            let list = lines.map { "<dt>\($0.0)</dt><dd dir=\"auto\">\(MarkupText.short($0.1))</dd>" }.joined()
            return
                "<details><summary dir=\"auto\">\(MarkupText.short(record.query ?? record.id, 200))</summary><dl>\(list)</dl></details>"
        }
        let shown = min(wrong.count, Self.shownAnswers)
        return
            "<section><h2>Wrong answers</h2><p>\(wrong.count)\(shown < wrong.count ? ", the first \(shown) of them here" : ""). "
            + "Accepted values of an expected parameter stand in a list.</p>" + items.joined() + "</section>"
    }

    private var failures: String {
        guard !report.failures.isEmpty else { return "" }
        let items = report.failures.prefix(50).map { "<li dir=\"auto\">\(MarkupText.short($0, 300))</li>" }
        return
            "<section><h2>Failures</h2><p>\(report.failures.count) samples have no answer.</p><ul>\(items.joined())</ul></section>"
    }

    /// What the answers depend on.
    private var made: String {
        let rows = about.filter { !$0.value.isNull }.map { name, value in
            "<dt>\(MarkupText.escape(name))</dt><dd dir=\"auto\">\(MarkupText.short(value.stringValue ?? value.text(.spaced), 1000))</dd>"
        }
        return rows.isEmpty ? "" : "<section><h2>How it was made</h2><dl>\(rows.joined())</dl></section>"
    }
}
