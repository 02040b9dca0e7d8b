// Pools and their functions.
const keywords = {known: new Set(), formats: new Set()};
let functions = [], chosenFunction = null;

/** What decoding cannot enforce in a schema, each with its place. */
const schemaFaults = (schema, place) => {
  if (typeof schema === "boolean" || !keywords.known.size) return [];
  if (!schema || typeof schema !== "object" || Array.isArray(schema)) return [`${place} must be a schema, an object.`];
  const faults = [];
  for (const [key, content] of Object.entries(schema)) {
    if (!keywords.known.has(key)) faults.push(`${place}.${key} cannot be enforced.`);
    if (["properties", "$defs", "definitions"].includes(key) && content && typeof content === "object") {
      for (const [name, part] of Object.entries(content)) faults.push(...schemaFaults(part, `${place}.${key}.${name}`));
    }
    if (["items", "additionalProperties", "not"].includes(key) && !Array.isArray(content))
      faults.push(...schemaFaults(content, `${place}.${key}`));
    if (["anyOf", "oneOf", "allOf", "prefixItems"].includes(key) && Array.isArray(content))
      content.forEach((part, i) => faults.push(...schemaFaults(part, `${place}.${key}[${i}]`)));
    if (key === "format" && !keywords.formats.has(content)) faults.push(`${place}.format: ${content} cannot be enforced.`);
  }
  if (Array.isArray(schema.required) && schema.properties && typeof schema.properties === "object") {
    for (const name of schema.required)
      if (!(name in schema.properties)) faults.push(`${place}.required names ${name}, which has no schema.`);
  }
  return faults;
};

const functionFaults = (content, place = "") => {
  const faults = content.parameters === undefined || content.parameters === null
    ? [] : schemaFaults(content.parameters, place + "parameters");
  if (content.parameters && content.parameters.type !== "object") faults.push(`${place}parameters.type must be object.`);
  if (!content.description) faults.push(`${place}description is empty: the model chooses by it.`);
  return faults;
};

const poolFaults = content => {
  if (!Array.isArray(content.functions)) return ["functions must be a list."];
  const seen = new Set();
  return content.functions.flatMap((f, i) => {
    if (!f || typeof f !== "object") return [`functions[${i}] must be an object.`];
    const twice = seen.has(f.name) ? [`functions[${i}].name: ${f.name} stands there twice.`] : [];
    seen.add(f.name);
    return [...twice, ...functionFaults(f, `functions[${i}].`)];
  });
};

const poolPath = name => "/v1/pools/" + encodeURIComponent(name);

const listFunctions = () => {
  const wanted = $("functions-filter").value.trim().toLowerCase();
  const found = functions.filter(f => !wanted ||
    [f.name, f.description, f.domain, ...(f.examples || [])].some(text => (text || "").toLowerCase().includes(wanted)));
  showList($("functions-list"), $("functions-count"), found, {one: "function", chosen: chosenFunction, of: f => ({
    name: f.name, note: [f.domain, f.description].filter(Boolean).join(": "), act: () => openFunction(f.name)})});
};

const loadFunctions = async () => {
  const name = $("pools-pool").value;
  if (!name) { functions = []; return listFunctions(); }
  const {body} = await api(poolPath(name));
  functions = body.functions;
  listFunctions();
};

/** The pools first: the one that was shown may be gone. */
const functionsChanged = async name => {
  chosenFunction = name;
  try {
    await loadPools();
    await loadFunctions();
  } catch (error) { $("functions-count").replaceChildren(make("span", error.message, "bad")); }
};

const editFunction = (name, content, etag) => {
  const pool = $("pools-pool").value;
  edit($("function-editor"), {name, content, etag, label: "Function", check: functionFaults,
    path: f => `${poolPath(pool)}/functions/${encodeURIComponent(f)}`,
    saved: functionsChanged, removed: () => functionsChanged(null)});
};

const openFunction = async name => {
  try {
    const {body, etag} = await api(`${poolPath($("pools-pool").value)}/functions/${encodeURIComponent(name)}`);
    chosenFunction = name;
    listFunctions();
    $("function-title").textContent = "Function";
    editFunction(name, body, etag);
    showPlace($("function-title"));
  } catch (error) { $("function-editor").replaceChildren(make("p", error.message, "bad")); }
};

const newFunction = () => {
  chosenFunction = null;
  listFunctions();
  $("function-title").textContent = "New function";
  editFunction(null, {description: "", parameters: {type: "object", properties: {}, required: []}, examples: []}, null);
  $("function-editor").querySelector("input").focus();
};

/** Bytes of a pool that a field of the page can hold with comfort. */
const mostText = 1 << 20;

const openPool = async () => {
  const name = $("pools-pool").value, box = $("function-editor");
  try {
    const {body, etag} = await api(poolPath(name)), text = pretty(body);
    $("function-title").textContent = "Pool";
    const saving = make("p", undefined, "buttons");
    saving.append(button("Download it", () => download(name + ".json", text + "\n")));
    if (text.length > mostText) {
      return box.replaceChildren(make("p", "Too large to edit as a whole: edit its functions one by one."), saving);
    }
    edit(box, {name, content: body, etag, label: "Pool", path: poolPath, check: poolFaults, notes: [saving],
      saved: () => functionsChanged(null),
      removed: () => functionsChanged(null)});
    showPlace($("function-title"));
  } catch (error) { box.replaceChildren(make("p", error.message, "bad")); }
};

const newPool = () => {
  $("function-title").textContent = "New pool";
  edit($("function-editor"), {name: null, content: {prompt: {role: ""}, functions: []}, etag: null, label: "Pool",
    path: poolPath, check: poolFaults, removed: () => functionsChanged(null),
    saved: async name => { await loadPools(); $("pools-pool").value = name; loadFunctions(); }});
  $("function-editor").querySelector("input").focus();
};

/** On a narrow screen what was chosen stands below the list. */
const showPlace = node => {
  node.tabIndex = -1;
  node.focus({preventScroll: true});
  if (matchMedia("(max-width: 56rem)").matches) node.scrollIntoView();
};

const beginPools = () => {
  $("pools-pool").addEventListener("change", () => {
    chosenFunction = null;
    $("function-editor").replaceChildren(make("p", "Choose a function to see and edit it.", "quiet"));
    shown(loadFunctions(), $("functions-count"));
  });
  $("functions-filter").addEventListener("input", listFunctions);
  $("function-new").addEventListener("click", newFunction);
  $("pool-prompt").addEventListener("click", openPool);
  $("pool-new").addEventListener("click", newPool);
};

const openPools = async () => {
  if (!keywords.known.size) {
    const {body} = await api("/v1/schema-keywords");
    keywords.known = new Set([...body.enforced, ...body.annotations]);
    keywords.formats = new Set(body.formats);
  }
  await loadFunctions();
};

/** Says what went wrong where the user looks. */
const shown = (promise, node) => promise.catch(error => { node.replaceChildren(make("span", error.message, "bad")); });
