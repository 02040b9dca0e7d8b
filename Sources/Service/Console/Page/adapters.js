// What answers: models, their tuned adapters, and the adapters to legacy frames.
const mebibytes = bytes => `${(bytes / 1048576).toFixed(1)} MiB`;

const showModels = async () => {
  const {body} = await api("/v1/models");
  $("models-list").replaceChildren(table("Models of this server", ["model", "kind", "most tokens"], body.data.map(model =>
    [model.id, model.parent || model.id.includes(":") ? "tuned" : "whole", model.max_model_len])));
};

const showTuned = async () => {
  const box = $("tuned-list");
  if (!offers("/v1/tuned")) return box.replaceChildren(make("p", "This server lists no adapters.", "quiet"));
  const {body} = await api("/v1/tuned");
  if (!body.adapters.length) return box.replaceChildren(make("p", "There is none: kinglet train sft makes one.", "quiet"));
  box.replaceChildren(table("Adapters that are loaded", ["pool", "origin", "rank", "alpha", "matrices", "layers", "memory", "change"],
    body.adapters.map(a => [a.name, a.origin, a.rank, a.alpha, a.matrices.join(" "), a.layers.length, mebibytes(a.bytes),
      button("Delete", () => removeTuned(a.name))])));
};

const removeTuned = async name => {
  if (!await sure(`The tuned adapter “${name}” will no longer answer for its pool.`)) return;
  try { await api("/v1/tuned/" + encodeURIComponent(name), {method: "DELETE"}); }
  catch (error) { return $("tuned-list").replaceChildren(make("p", error.message, "bad")); }
  await openAdapters();
};

const showFrames = async () => {
  const box = $("frames-list");
  if (!offers("/v1/adapters")) return box.replaceChildren(make("p", "This server lists no adapters.", "quiet"));
  const {body} = await api("/v1/adapters");
  if (!body.adapters.length) return box.replaceChildren(make("p", "There is none: Config/adapters has them.", "quiet"));
  box.replaceChildren(...body.adapters.map(adapter => {
    const inside = make("div"), node = fold(`${adapter.name}: ${plural(adapter.functions, "function")}, written as ${adapter.output}`, inside);
    node.addEventListener("toggle", async () => {
      if (!node.open || inside.childNodes.length) return;
      try { inside.replaceChildren(frameRules((await api("/v1/adapters/" + encodeURIComponent(adapter.name))).body)); }
      catch (error) { inside.replaceChildren(make("p", error.message, "bad")); }
    });
    return node;
  }));
};

const frameRules = rules => {
  const find = make("input"), box = make("div"), list = make("div");
  find.type = "search";
  const show = () => {
    const wanted = find.value.trim().toLowerCase();
    const rows = Object.entries(rules.functions).filter(([name, rule]) =>
      !wanted || (name + JSON.stringify(rule)).toLowerCase().includes(wanted));
    list.replaceChildren(table(`${plural(rows.length, "function")}`, ["function", "domain", "intents", "slots"],
      rows.map(([name, rule]) => [name, rule.domain,
        rule.intent || (rule.intents || []).map(i => i.when ? `${i.intent} when ${JSON.stringify(i.when)}` : i.intent).join("; "),
        value(rule.parameters)])));
  };
  find.addEventListener("input", show);
  show();
  box.append(field("Find a rule", find), list, fold("Outcomes without a call", block(rules.outcomes || {})));
  return box;
};

const openAdapters = async () => {
  await Promise.all([[showModels, "models-list"], [showTuned, "tuned-list"], [showFrames, "frames-list"]]
    .map(([show, id]) => shown(show(), $(id))));
};
