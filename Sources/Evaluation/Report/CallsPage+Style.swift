extension CallsPage {
    /// Light or dark as the reader's system is; one column below 600 pixels.
    static let style = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1c2128;--soft:#5b6570;--ground:#e4e8ec;--value:#2f6fb0;\
        --whisker:#1c2128;--good:46,125,50;--bad:198,40,40;--edge:#d0d7de}
        @media(prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e3e7eb;--soft:#9aa4ae;--ground:#2b3138;--value:#5b9bd9;\
        --whisker:#f5f7f9;--good:102,187,106;--bad:239,108,108;--edge:#3a424b}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1rem}
        h1{font-size:1.5rem;margin:.5rem 0;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:2rem 0 .25rem}
        p{margin:.25rem 0 .75rem;color:var(--soft)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem}
        .tile{border:1px solid var(--edge);border-radius:.5rem;padding:.75rem}
        .tile b,.tile strong,.tile span{display:block}
        .tile b{font-weight:500}
        .tile strong{font-size:1.35rem;font-variant-numeric:tabular-nums}
        .tile span,small{color:var(--soft);font-size:.85rem}
        small{display:block}
        .row{display:grid;grid-template-columns:minmax(9rem,1.2fr) 2fr minmax(14rem,1.6fr);gap:.1rem .75rem;align-items:center;\
        padding:.25rem 0;border-top:1px solid var(--edge)}
        .row .bar{grid-column:2;grid-row:1}
        .row .figure{grid-column:3;grid-row:1;font-variant-numeric:tabular-nums;font-size:.9rem}
        .name{overflow-wrap:anywhere}
        .bar{display:block;width:100%;height:14px}
        .ground{fill:var(--ground)}
        .value{fill:var(--value)}
        .whisker{stroke:var(--whisker);stroke-width:1.5;fill:none;vector-effect:non-scaling-stroke}
        .plots{display:flex;flex-wrap:wrap;gap:1rem}
        .plot{width:100%;max-width:26rem;flex:1 1 18rem;font-size:11px}
        .plot text{fill:var(--soft)}
        .axis{stroke:var(--soft);fill:none}
        .guide{stroke:var(--soft);stroke-dasharray:4 4;fill:none}
        .line{stroke:var(--value);stroke-width:2;fill:none}
        .mark{fill:var(--ink)}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
        th,td{padding:.35rem .6rem;border:1px solid var(--edge);text-align:right}
        th{font-weight:500;text-align:left}
        details{border-top:1px solid var(--edge);padding:.35rem 0}
        summary{cursor:pointer;overflow-wrap:anywhere}
        dl{margin:.25rem 0 .5rem;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem .75rem;font-size:.9rem}
        dt{color:var(--soft)}
        dd{margin:0;overflow-wrap:anywhere}
        ul{padding-left:1.2rem;overflow-wrap:anywhere}
        \(heat)
        @media(max-width:600px){.row{grid-template-columns:1fr}.row .bar,.row .figure{grid-column:1;grid-row:auto}\
        th,td{padding:.3rem .35rem;font-size:.75rem}dl{grid-template-columns:1fr}}
        """

    /// Backgrounds of ten strengths, for right and for wrong.
    private static let heat = ["good", "bad"].flatMap { name in
        (1...10).map { "td.\(name).h\($0){background:rgba(var(--\(name)),\(Double($0) * 5 / 100))}" }
    }.joined()
}
