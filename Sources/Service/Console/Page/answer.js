// An answer: what was called, why, and where the time went.
const bars = (rows, most) => {
  const list = make("ul", undefined, "bars");
  for (const [name, value, text] of rows) {
    const item = make("li"), bar = make("i"), track = make("span");
    bar.style.width = `${Math.max(0, Math.min(100, 100 * value / (most || 1)))}%`;
    track.append(bar);
    item.append(make("span", name), track, make("span", text));
    list.append(item);
  }
  return list;
};

/** Stages one after the other, each where it began. What no stage counts is at the end: prompt, rules, frame. */
const waterfall = timings => {
  const list = make("ul", undefined, "fall"), total = timings.total_ms || 1;
  const stages = ["retrieval", "queue", "prefill", "decode"].map(name => [name, timings[name + "_ms"] || 0]);
  const rest = total - stages.reduce((sum, [, ms]) => sum + ms, 0);
  let start = 0;
  for (const [name, ms] of [...stages, ["the rest", Math.max(0, rest)]]) {
    const item = make("li"), bar = make("i"), track = make("span");
    bar.style.marginLeft = `${Math.min(100, 100 * start / total)}%`;
    bar.style.width = `${Math.min(100, 100 * ms / total)}%`;
    track.append(bar);
    item.append(make("span", name), track, make("span", duration(ms / 1000)));
    list.append(item);
    start += ms;
  }
  return list;
};

const value = content => content === null || content === undefined ? "–" : make("code", JSON.stringify(content));

const changes = changed => changed.length
  ? table("Values that rules changed", ["rule", "function", "parameter", "from", "to"], changed.map(c =>
    [c.rule, c.function, c.parameter || "the whole call", value(c.from), value(c.to)]))
  : make("p", "No rule changed anything.", "quiet small");

const terms = knowledge => {
  if (!knowledge.length) return make("p", "The request speaks of no known term.", "quiet small");
  return table("Terms found in the request", ["term", "explanation", "found"], knowledge.map(term => {
    const rest = Object.entries(term).filter(([name]) => !["term", "explanation"].includes(name))
      .map(([name, content]) => `${name} ${typeof content === "string" ? content : JSON.stringify(content)}`);
    return [term.term, term.explanation, rest.join(", ")];
  }));
};

const tokens = list => {
  const box = make("p", undefined, "tokens");
  for (const token of list) {
    const node = make("span", token.text, token.forced ? "forced" : "");
    if (!token.forced) {
      const chance = Math.exp(token.logprob);
      node.style.borderBottomWidth = `${1 + 4 * chance}px`;
      node.title = `${(100 * chance).toFixed(1)} %`;
    }
    box.append(node);
  }
  return box;
};

const fold = (name, ...nodes) => {
  const node = make("details");
  node.append(make("summary", name), ...nodes);
  return node;
};

/** The judge's verdict on an answer. */
const judge = async (request, answer, box) => {
  box.replaceChildren(make("p", "The judge thinks …", "quiet"));
  try {
    const {query, history, context, pool} = request;
    const verdict = await post("/v1/judge", {query, history, context, pool, outcome: answer.outcome,
      calls: plainCalls(answer)});
    const right = verdict.verdict === 1;
    box.replaceChildren(make("h3", "Judge"),
      make("p", `${right ? "Right" : "Wrong"}, confidence ${verdict.confidence.toFixed(2)}: ${verdict.rationale}`,
        right ? "good" : "bad"));
    if (verdict.checks.length) {
      box.append(table("What rules checked", ["check", "passed", "detail"], verdict.checks.map(check =>
        [check.name, check.passed ? "yes" : "no", check.detail])));
    }
  } catch (error) { box.replaceChildren(make("p", error.message, "bad")); }
};

const plainCalls = answer => answer.calls.map(({function: name, parameters}) => ({function: name, parameters}));

const curl = (path, body) => {
  const text = JSON.stringify(body).replaceAll("'", "'\\''");
  const key = keep(sessionStorage, "kinglet.key") ? " -H \"authorization: Bearer $KINGLET_API_KEY\"" : "";
  return `curl -s ${location.origin}${path}${key} -d '${text}'`;
};

const showAnswer = (request, answer) => {
  const box = $("answer"), head = make("p", undefined, "outcome");
  box.replaceChildren(head);
  const title = answer.calls.map(call => call.function).join(", ") || answer.message;
  head.append(make("strong", title, answer.outcome === "call" ? "" : "none"));
  if (answer.outcome !== "call") head.append(make("span", answer.outcome, "quiet"));
  if (answer.calls[0]) head.append(make("span", `confidence ${answer.calls[0].confidence.toFixed(2)}`, "quiet"));
  head.append(make("span", duration(answer.timings.total_ms / 1000), "quiet"));
  const verdict = make("div"), form = make("div"), tools = make("p", undefined, "buttons");
  verdict.setAttribute("role", "status");
  const copying = button("Copy as curl", () => copy(curl("/v1/functioncall", request), copying));
  tools.append(...labelButtons(request, answer, form), button("Judge it", () => judge(request, answer, verdict)), copying);
  box.append(tools, form, verdict);
  const part = (name, ...nodes) => box.append(make("h3", name), ...nodes);
  const calls = plainCalls(answer);
  if (calls.length) part(calls.length > 1 ? "Calls" : "Call", block(calls.length > 1 ? calls : calls[0]));
  if (answer.legacy) part("Legacy frame", block(answer.legacy));
  const explain = answer.explain || {candidates: [], knowledge: [], changed: [], tokens: []};
  part("Changed by rules", changes(explain.changed));
  part("Time", waterfall(answer.timings));
  const u = answer.usage;
  box.append(make("p", `${u.prompt_tokens} prompt tokens, ${u.cached_tokens} of them cached; ` +
    `${u.completion_tokens} written, ${u.forced_tokens} of them forced`, "quiet small"));
  if (answer.dropped_history) box.append(make("p", `${plural(answer.dropped_history, "old turn")} did not fit.`, "quiet small"));
  const most = Math.max(...explain.candidates.map(c => c.score), 0);
  const ranked = explain.candidates.map(c => [c.function, c.score, c.score.toFixed(2)]);
  if (ranked.length) part("Candidates", bars(ranked.slice(0, 10), most));
  if (ranked.length > 10) box.append(fold(`The other ${ranked.length - 10}`, bars(ranked.slice(10), most)));
  part("Knowledge", terms(explain.knowledge));
  if (explain.prompt) box.append(fold("Prompt", block(explain.prompt)));
  if (explain.tokens.length) {
    box.append(fold("Tokens", make("p", "Underlined: chosen, the thicker the surer. Dotted: the only ones that fitted.",
      "quiet small"), tokens(explain.tokens)));
  }
  if (explain.choice) box.append(fold("What the outcome was decided from", block(explain.choice)));
  box.append(fold("Whole answer", block(answer)));
};
