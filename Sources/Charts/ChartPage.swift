/// A page with charts and tables that needs nothing else: no script, nothing from elsewhere.
package struct ChartPage {
    private let title: String
    private let body: Markup

    /// - Parameter body: within `main`; charts stand in an element of the class `charts`.
    package init(title: String, body: Markup) { (self.title, self.body) = (title, body) }

    package var html: String {
        let policy = ("content", "default-src 'none'; style-src 'unsafe-inline'")
        let head = [
            Markup.void("meta", [("charset", "utf-8")]),
            Markup.void("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            Markup.void("meta", [("name", "color-scheme"), ("content", "light dark")]),
            Markup.void("meta", [("http-equiv", "Content-Security-Policy"), policy]),
            Markup.element("title", text: title), Markup.style(Self.style),
        ].joined
        let page = Markup.element(
            "html", [("lang", "en")],
            Markup.element("head", [], head) + Markup.element("body", [], Markup.element("main", [], body)))
        return "<!doctype html>\n" + page.text + "\n"
    }

    /// Six colours that differ in lightness too; lines differ by their dashes as well.
    private static let style: StaticString = """
        :root{--back:#fff;--text:#1b1f24;--dim:#57606a;--rule:#d0d7de;--c0:#0550ae;--c1:#b35900;--c2:#116329;--c3:#8250df;--c4:#a40e26;--c5:#57606a}
        @media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--dim:#9198a1;--rule:#3d444d;--c0:#79c0ff;--c1:#ffa657;--c2:#7ee787;--c3:#d2a8ff;--c4:#ff7b72;--c5:#c9d1d9}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
        main{max-width:78rem;margin:0 auto;padding:1rem}
        h1{font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}p{overflow-wrap:anywhere}.note{color:var(--dim)}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.5rem}
        figure{margin:0;min-width:0}figcaption{font-weight:600}
        svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--dim)}
        .grid{stroke:var(--rule);stroke-width:.6}.base{stroke:var(--text);stroke-dasharray:3 3}
        .s{fill:none;stroke-width:2}.w{stroke:var(--text);stroke-width:1.5}
        .s0{stroke:var(--c0)}.s1{stroke:var(--c1);stroke-dasharray:7 3}.s2{stroke:var(--c2);stroke-dasharray:2 3}
        .s3{stroke:var(--c3);stroke-dasharray:9 3 2 3}.s4{stroke:var(--c4);stroke-dasharray:4 2}.s5{stroke:var(--c5);stroke-dasharray:1 2}
        .f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}.f4{fill:var(--c4)}.f5{fill:var(--c5)}
        .legend{list-style:none;margin:.25rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem}
        .legend li{overflow-wrap:anywhere}.k{display:inline-block;width:.8em;height:.8em;margin-right:.4em}
        .k0{background:var(--c0)}.k1{background:var(--c1)}.k2{background:var(--c2)}.k3{background:var(--c3)}.k4{background:var(--c4)}.k5{background:var(--c5)}
        .scroll{overflow-x:auto;margin:1.5rem 0}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;font-weight:600;padding-bottom:.25rem}@media(min-width:40rem){caption{white-space:nowrap}}
        th,td{padding:.25rem .4rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
        th:first-child,td:first-child{text-align:left}@media(max-width:40rem){tbody th{white-space:normal;overflow-wrap:anywhere;min-width:5rem}}.error{color:var(--c4)}
        """
}
