// Terms of knowledge.
let knownTerms = [], chosenTerm = null;

const termPath = name => "/v1/knowledge/" + encodeURIComponent(name);

const termFaults = content => {
  const faults = content.explanation ? [] : ["explanation is empty: it is what the model is told."];
  for (const name of ["aliases", "examples", "pools", "languages"]) {
    const list = content[name];
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list) || list.some(text => typeof text !== "string")) faults.push(`${name} must be a list of texts.`);
  }
  for (const pool of Array.isArray(content.pools) ? content.pools : [])
    if (!sizes.has(pool)) faults.push(`pools names ${pool}, which is not there now.`);
  return faults;
};

const listTerms = () => {
  const wanted = $("terms-filter").value.trim().toLowerCase();
  const found = knownTerms.filter(t => !wanted ||
    [t.term, t.explanation, ...(t.aliases || [])].some(text => text.toLowerCase().includes(wanted)));
  showList($("terms-list"), $("terms-count"), found, {one: "term", chosen: chosenTerm, of: t => ({name: t.term,
    note: [t.explanation, (t.aliases || []).join(", "), (t.languages || []).join(", ")].filter(Boolean).join(" · "),
    act: () => openTerm(t.term)})});
};

const loadTerms = async () => {
  const pool = $("terms-pool").value;
  knownTerms = (await api("/v1/knowledge" + (pool ? "?pool=" + encodeURIComponent(pool) : ""))).body.terms;
  listTerms();
};

const termsChanged = name => { chosenTerm = name; loadTerms().catch(() => {}); };

const editTerm = (name, content, etag) => edit($("term-editor"), {name, content, etag, label: "Term", path: termPath,
  check: termFaults, saved: termsChanged, removed: () => termsChanged(null)});

const openTerm = async name => {
  try {
    const {body, etag} = await api(termPath(name));
    chosenTerm = name;
    listTerms();
    $("term-title").textContent = "Term";
    editTerm(name, body, etag);
    showPlace($("term-title"));
  } catch (error) { $("term-editor").replaceChildren(make("p", error.message, "bad")); }
};

const beginKnowledge = () => {
  $("terms-pool").addEventListener("change", () => shown(loadTerms(), $("terms-count")));
  $("terms-filter").addEventListener("input", listTerms);
  $("term-new").addEventListener("click", () => {
    chosenTerm = null;
    listTerms();
    $("term-title").textContent = "New term";
    editTerm(null, {explanation: "", aliases: [], pools: [...sizes.keys()].slice(0, 1)}, null);
    $("term-editor").querySelector("input").focus();
  });
};
