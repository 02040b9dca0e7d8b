// The form of a request.
const sizes = new Map();

/** Turns as they are written in the field, or an error that names the line. */
const readHistory = text => text.split("\n").map(line => line.trim()).filter(Boolean).map((line, i) => {
  const found = /^(user|assistant|system)\s*:\s*(.+)$/i.exec(line);
  if (!found) throw new Error(`Turns before, line ${i + 1}: begin it with “user:” or “assistant:”`);
  return {role: found[1].toLowerCase(), content: found[2]};
});

const readRequest = () => {
  const request = {query: $("query").value, pool: $("pool").value, max_calls: Number($("calls").value) || 1, explain: true};
  const history = readHistory($("history").value), context = {};
  for (const name of ["time", "timezone", "locale"]) if ($(name).value.trim()) context[name] = $(name).value.trim();
  if ($("state").value.trim()) {
    try { context.state = JSON.parse($("state").value); } catch (error) { throw new Error(`State: ${error.message}`); }
  }
  if (history.length) request.history = history;
  if (Object.keys(context).length) request.context = context;
  if ($("adapter").value) request.adapter = $("adapter").value;
  if ($("retriever").value) request.retriever = $("retriever").value;
  return request;
};

let turn = 0;
const ask = async () => {
  const mine = ++turn, first = $("ask-form").querySelector("button[type=submit]");
  first.disabled = true;
  $("answer").replaceChildren(make("p", "Waiting for the answer …", "quiet"));
  try {
    const request = readRequest(), answer = await post("/v1/functioncall", request);
    if (mine === turn) showAnswer(request, answer);
  } catch (error) {
    if (mine === turn) $("answer").replaceChildren(make("p", error.message, "bad"));
  }
  first.disabled = false;
  refresh();
};

/** Examples of the chosen pool: of functions spread over it, the first stands in the empty field. */
const showExamples = async () => {
  const name = $("pool").value;
  $("examples").replaceChildren();
  if (!name || sizes.get(name) > 2000) return;  // too many to fetch for four examples
  const {body} = await api("/v1/pools/" + encodeURIComponent(name));
  if ($("pool").value !== name) return;
  const said = body.functions.map(f => (f.examples || [])[0]).filter(Boolean);
  const chosen = [0, 1, 2, 3].map(i => said[Math.floor(i * said.length / 4)])
    .filter((text, i, all) => text && all.indexOf(text) === i);
  $("examples").replaceChildren(...chosen.map(text => button(text, () => { $("query").value = text; ask(); })));
  if (!$("query").value || $("query").dataset.filled === $("query").value)
    $("query").value = $("query").dataset.filled = chosen[0] || "";
};

/** The pools, in every list that names them. */
const loadPools = async () => {
  const {body: list} = await api("/v1/pools");
  sizes.clear();
  for (const pool of list.pools) sizes.set(pool.name, pool.functions);
  for (const [id, first] of [["pool", []], ["pools-pool", []], ["terms-pool", [option("", "all")]]]) {
    const before = $(id).value || (first.length ? "" : list.default);
    $(id).replaceChildren(...first, ...list.pools.map(p => option(p.name, `${p.name} (${p.functions}, ${p.origin})`)));
    if (before === "" || sizes.has(before)) $(id).value = before;
  }
};

const beginAsk = () => {
  $("ask-form").addEventListener("submit", event => { event.preventDefault(); ask(); });
  $("query").addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("ask-form").requestSubmit();
  });
  $("pool").addEventListener("change", () => { showExamples().catch(() => {}); });
};

const addRetrievers = document => {
  const kinds = document.components.schemas.FunctionCallRequest.properties.retriever.enum;
  $("retriever").append(...kinds.filter(Boolean).map(kind => option(kind)));
};
