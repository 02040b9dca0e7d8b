import Inference

/// The console: one page without anything from elsewhere. Its style and script are named by their hashes in the content
/// security policy, so that nothing else can run in it.
enum ConsolePage {
    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Kinglet</title>
        <style>\(style)</style>
        </head>
        <body>
        <header>
        <h1>Kinglet</h1>
        <p id="model"></p>
        <dl id="live" aria-label="Live figures of the last ten seconds and the last minute">
        <div><dt>answers a second</dt><dd id="qps">–</dd></div>
        <div><dt>median of a call</dt><dd id="rt">–</dd></div>
        <div><dt>clients now / peak</dt><dd id="cc">–</dd></div>
        </dl>
        </header>
        <main>
        <section aria-labelledby="ask-title">
        <h2 id="ask-title">Ask</h2>
        <form id="ask">
        <label for="query">What the user says</label>
        <textarea id="query" rows="3" maxlength="16000" required></textarea>
        <div id="examples" role="group" aria-label="Examples"></div>
        <div class="row">
        <span><label for="pool">Pool</label><select id="pool"></select></span>
        <span><label for="adapter">Legacy frame</label><select id="adapter">
        <option value="">none</option><option selected>dis</option><option>rasa</option><option>luis</option>
        <option>dialogflow</option><option>alexa</option></select></span>
        <span><label for="calls">Most calls</label><input id="calls" type="number" min="1" max="16" value="1"></span>
        <span><label for="key">Key, if one is needed</label>
        <input id="key" type="password" autocomplete="off"></span>
        </div>
        <button type="submit">Call</button>
        </form>
        </section>
        <section aria-labelledby="answer-title">
        <h2 id="answer-title">Answer</h2>
        <div id="answer" aria-live="polite"><p class="quiet">Ask something: Ctrl and Enter sends.</p></div>
        </section>
        <section aria-labelledby="routes-title">
        <h2 id="routes-title">Routes</h2>
        <div class="scroll"><table id="figures"><thead><tr><th scope="col">route</th><th scope="col">requests</th>
        <th scope="col">failures</th><th scope="col">QPS 10 s</th><th scope="col">p50</th><th scope="col">p95</th>
        <th scope="col">p99</th><th scope="col">clients</th></tr></thead><tbody id="routes"></tbody></table></div>
        </section>
        </main>
        <footer><a href="/openapi.json">openapi.json</a> <a href="/metrics">metrics</a> <a href="/v1/stats">stats</a>
        </footer>
        <script>\(script)</script>
        </body>
        </html>
        """

    static let style = """
        :root{color-scheme:light dark;--ground:#f6f7f4;--card:#fff;--ink:#1d2420;--quiet:#5b665f;--line:#dce1dc;
        --accent:#a3480f;--on-accent:#fff;--bar:#e7b48f;--good:#1f6f43;--bad:#a32020}
        @media (prefers-color-scheme:dark){:root{--ground:#141816;--card:#1d2320;--ink:#e6ebe7;--quiet:#9aa69f;
        --line:#323b36;--accent:#f0a36b;--on-accent:#201208;--bar:#7d4a25;--good:#7fd1a3;--bad:#ff9d9d}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.3rem 1.2rem;padding:1.2rem clamp(1rem,4vw,3rem);
        border-bottom:1px solid var(--line);background:var(--card)}
        h1{margin:0;font-size:1.5rem;letter-spacing:-.01em}h2{margin:0 0 .8rem;font-size:1.1rem}
        #model{margin:0;color:var(--quiet)}
        #live{display:flex;flex-wrap:wrap;gap:1.6rem;margin:0 0 0 auto}#live div{text-align:right}
        dt{font-size:.75rem;color:var(--quiet)}dd{margin:0;font-variant-numeric:tabular-nums;font-weight:600}
        main{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.25fr);gap:1.2rem;
        align-items:start;padding:1.2rem clamp(1rem,4vw,3rem);max-width:90rem;margin:0 auto}
        main>section:last-child{grid-column:1/-1}
        @media (max-width:56rem){main{grid-template-columns:minmax(0,1fr)}#live{margin-left:0}}
        section{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:1.2rem;min-width:0}
        label{display:block;font-size:.8rem;color:var(--quiet);margin-bottom:.2rem}
        textarea,select,input{width:100%;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);
        border-radius:.5rem;padding:.5rem .6rem}
        textarea{resize:vertical}
        .row{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.8rem;margin:.8rem 0 1rem}
        button{font:inherit;cursor:pointer;border-radius:.5rem;border:1px solid var(--line);background:none;color:inherit}
        button[type=submit]{background:var(--accent);color:var(--on-accent);border:0;padding:.55rem 1.6rem;
        font-weight:600}
        button[disabled]{opacity:.6;cursor:wait}
        #examples{display:flex;flex-wrap:wrap;gap:.4rem;margin-top:.5rem}
        #examples button{font-size:.85rem;padding:.15rem .6rem;border-radius:1rem}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        .quiet{color:var(--quiet)}.bad{color:var(--bad)}
        .outcome{display:flex;flex-wrap:wrap;align-items:baseline;gap:.4rem 1rem;margin:0 0 .6rem}
        .outcome strong{font-size:1.15rem;color:var(--good)}.outcome strong.none{color:var(--accent)}
        h3{font-size:.8rem;color:var(--quiet);font-weight:600;margin:1rem 0 .3rem}
        pre{margin:0;padding:.7rem .9rem;background:var(--ground);border-radius:.5rem;overflow-x:auto;
        font:.85rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
        .bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:.2rem .8rem;font-size:.85rem;
        align-items:center;font-variant-numeric:tabular-nums}
        .bars i{display:block;height:.6rem;border-radius:.3rem;background:var(--bar);min-width:2px}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.85rem;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
        th:first-child,td:first-child{text-align:left}th{color:var(--quiet);font-weight:500}
        @media (max-width:40rem){#figures thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
        #figures tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));padding:.5rem 0;
        border-bottom:1px solid var(--line)}#figures td{border:0;padding:.1rem 0;text-align:left;white-space:normal}
        #figures td:first-child{grid-column:1/-1;font-weight:600;overflow-wrap:anywhere}
        #figures td:not(:first-child)::before{content:attr(data-name);display:block;font-size:.75rem;color:var(--quiet)}}
        footer{padding:0 clamp(1rem,4vw,3rem) 2rem}footer a{color:var(--accent);margin-right:1rem}
        """

    static let script = #"""
        "use strict";
        const $ = id => document.getElementById(id);
        const make = (tag, text, name) => {
          const node = document.createElement(tag);
          if (text !== undefined) node.textContent = text;
          if (name) node.className = name;
          return node;
        };
        const headers = () => $("key").value ? {authorization: "Bearer " + $("key").value} : {};
        const fetchJSON = async (path, options = {}) => {
          const response = await fetch(path, {...options, headers: {...headers(), ...options.headers}});
          const body = await response.json();
          if (!response.ok) throw new Error(`${response.status} ${body.error.code}: ${body.error.message}`);
          return body;
        };
        const time = seconds => seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;

        const bars = (rows, most) => {
          const grid = make("div", undefined, "bars");
          for (const [name, value, text] of rows) {
            const bar = make("i");
            bar.style.width = `${Math.max(0, Math.min(100, 100 * value / (most || 1)))}%`;
            const track = make("span");
            track.append(bar);
            grid.append(make("span", name), track, make("span", text));
          }
          return grid;
        };

        const show = answer => {
          const box = $("answer");
          box.replaceChildren();
          const head = make("p", undefined, "outcome");
          const title = answer.calls.map(call => call.function).join(", ") || answer.message;
          head.append(make("strong", title, answer.outcome === "call" ? "" : "none"));
          if (answer.calls[0]) head.append(make("span", `confidence ${answer.calls[0].confidence.toFixed(2)}`, "quiet"));
          head.append(make("span", time(answer.timings.total_ms / 1000), "quiet"));
          box.append(head);
          const part = (name, node) => box.append(make("h3", name), node);
          const json = value => make("pre", JSON.stringify(value, null, 2));
          if (answer.calls.length) {
            const calls = answer.calls.map(({function: name, parameters}) => ({function: name, parameters}));
            part(calls.length > 1 ? "Calls" : "Call", json(calls.length > 1 ? calls : calls[0]));
          }
          if (answer.legacy) part("Legacy frame", json(answer.legacy));
          const candidates = answer.explain ? answer.explain.candidates : [];
          if (candidates.length) {
            const most = Math.max(...candidates.map(c => c.score));
            part("Candidates", bars(candidates.map(c => [c.function, c.score, c.score.toFixed(2)]), most));
          }
          const parts = ["queue", "retrieval", "prefill", "decode"].map(name => [name, answer.timings[name + "_ms"]]);
          part("Time", bars(parts.map(([name, ms]) => [name, ms, time(ms / 1000)]), answer.timings.total_ms));
          const u = answer.usage;
          box.append(make("p", `${u.prompt_tokens} prompt tokens, ${u.cached_tokens} of them cached; ` +
            `${u.completion_tokens} written, ${u.forced_tokens} of them forced`, "quiet"));
        };

        const ask = async () => {
          const button = $("ask").querySelector("button[type=submit]");
          button.disabled = true;
          $("answer").replaceChildren(make("p", "Waiting for the answer …", "quiet"));
          const body = {query: $("query").value, pool: $("pool").value, max_calls: Number($("calls").value) || 1,
            explain: true};
          if ($("adapter").value) body.adapter = $("adapter").value;
          try {
            show(await fetchJSON("/v1/functioncall", {method: "POST", body: JSON.stringify(body),
              headers: {"content-type": "application/json"}}));
          } catch (error) {
            $("answer").replaceChildren(make("p", error.message, "bad"));
          }
          button.disabled = false;
          refresh();
        };

        const refresh = async () => {
          try {
            const stats = await fetchJSON("/v1/stats");
            $("model").textContent = stats.engine.model;
            // What people look at here are answers, not this page's own questions.
            const answers = stats.routes.filter(route => /^\/v1\/(functioncall|judge|.*completions|retrieve)/.test(route.route));
            $("qps").textContent = answers.reduce((sum, route) => sum + route.qps["10s"], 0).toFixed(1);
            const calls = answers.find(route => route.route === "/v1/functioncall");
            $("rt").textContent = calls && calls.requests ? time(calls.response_time_seconds.p50) : "–";
            $("cc").textContent = `${stats.all.concurrent_clients.now} / ${stats.all.concurrent_clients.peak}`;
            $("routes").replaceChildren(...stats.routes.filter(route => route.requests).map(route => {
              const row = make("tr"), times = route.response_time_seconds;
              const figures = [route.route, route.requests, route.failures, route.qps["10s"].toFixed(1),
                time(times.p50), time(times.p95), time(times.p99), route.concurrent_clients.now];
              row.append(...figures.map((text, column) => {
                const cell = make("td", text);
                cell.dataset.name = $("figures").tHead.rows[0].cells[column].textContent;
                return cell;
              }));
              return row;
            }));
          } catch (error) {
            $("model").textContent = error.message;
          }
        };

        const begin = async () => {
          $("ask").addEventListener("submit", event => { event.preventDefault(); ask(); });
          $("query").addEventListener("keydown", event => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
          });
          const sizes = new Map();
          // Examples of the chosen pool: of functions spread over it, the first stands in the empty field.
          const examples = async () => {
            const name = $("pool").value;
            $("examples").replaceChildren();
            if (!name || sizes.get(name) > 2000) return;  // too many to fetch for four examples
            const {functions} = await fetchJSON("/v1/pools/" + encodeURIComponent(name));
            if ($("pool").value !== name) return;
            const said = functions.map(f => (f.examples || [])[0]).filter(Boolean);
            const chosen = [0, 1, 2, 3].map(i => said[Math.floor(i * said.length / 4)])
              .filter((text, i, all) => text && all.indexOf(text) === i);
            $("examples").replaceChildren(...chosen.map(text => {
              const button = make("button", text);
              button.type = "button";
              button.addEventListener("click", () => { $("query").value = text; ask(); });
              return button;
            }));
            if (!$("query").value || $("query").dataset.filled === $("query").value)
              $("query").value = $("query").dataset.filled = chosen[0] || "";
          };
          const pools = async () => {
            const list = await fetchJSON("/v1/pools"), before = $("pool").value || list.default;
            $("pool").replaceChildren(...list.pools.map(pool => {
              const option = make("option", `${pool.name} (${pool.functions})`);
              option.value = pool.name;
              sizes.set(pool.name, pool.functions);
              return option;
            }));
            if (list.pools.some(pool => pool.name === before)) $("pool").value = before;
            await examples();
          };
          $("pool").addEventListener("change", () => { examples().catch(() => {}); });
          $("key").addEventListener("change", () => { pools().catch(() => {}); refresh(); });
          refresh();
          setInterval(() => { if (!document.hidden) refresh(); }, 2000);
          pools().catch(error => { $("answer").replaceChildren(make("p", error.message, "bad")); });
        };
        begin();
        """#
}
