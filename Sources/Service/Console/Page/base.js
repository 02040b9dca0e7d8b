// What every view uses: nodes made of text alone, questions to the server, the two dialogs.
const $ = id => document.getElementById(id);

const make = (tag, text, name) => {
  const node = document.createElement(tag);
  if (text !== undefined && text !== null) node.textContent = text;
  if (name) node.className = name;
  return node;
};

const button = (text, act, name) => {
  const node = make("button", text, name);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
};

let numbers = 0;
/** A field with its label. */
const field = (text, node) => {
  node.id = node.id || `field-${++numbers}`;
  const label = make("label", text), box = make("div");
  label.htmlFor = node.id;
  box.append(label, node);
  return box;
};

const option = (value, text = value) => {
  const node = make("option", text);
  node.value = value;
  return node;
};

const block = value => make("pre", typeof value === "string" ? value : JSON.stringify(value, null, 2));
const duration = seconds => seconds < 1 ? `${+(seconds * 1000).toPrecision(3)} ms` : `${seconds.toFixed(2)} s`;
const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** A table whose rows stand as small cards where the screen is narrow. */
const table = (name, heads, rows) => {
  const node = make("table", undefined, "stacks"), head = make("tr"), body = make("tbody");
  node.append(make("caption", name, "quiet small"));
  for (const text of heads) {
    const cell = make("th", text);
    cell.scope = "col";
    head.append(cell);
  }
  for (const row of rows) {
    const line = make("tr");
    row.forEach((content, column) => {
      const cell = make("td");
      cell.dataset.name = heads[column];
      cell.append(content === null || content === undefined ? "–" : content);
      line.append(cell);
    });
    body.append(line);
  }
  node.append(make("thead"), body);
  node.tHead.append(head);
  return node;
};

/** Storage of the browser, where it lets us. */
const keep = (store, name, value) => {
  try {
    if (value === undefined) return store.getItem(name);
    if (value === null) store.removeItem(name);
    else store.setItem(name, value);
    return true;
  } catch { return value === undefined ? null : false; }
};

class ServerError extends Error {
  constructor(status, error) {
    super(`${status} ${error.code || ""}: ${error.message || "no reason given"}`);
    Object.assign(this, {status, code: error.code, param: error.param});
  }
}

const send = async (path, {method = "GET", body, headers = {}, accept = "application/json"} = {}) => {
  const key = keep(sessionStorage, "kinglet.key"), fields = {accept, ...headers};
  if (key) fields.authorization = "Bearer " + key;
  if (body !== undefined) fields["content-type"] = "application/json";
  try {
    // Answers of a moment ago are no answers: an editor must see what is there now.
    return await fetch(path, {method, headers: fields, body, cache: "no-store"});
  } catch { throw new Error("The server does not answer. It may be stopped, or restarting."); }
};

/**
 * One question: {body, etag, status}. A server that wants a key gets one from the user, unless `quiet`.
 * Throws ServerError for 4xx and 5xx.
 */
const api = async (path, options = {}) => {
  let response = await send(path, options);
  if (response.status === 401 && !options.quiet && await wantKey()) response = await send(path, options);
  const text = await response.text();
  let body = text;
  if ((response.headers.get("content-type") || "").startsWith("application/json")) {
    try { body = JSON.parse(text); } catch { body = {error: {message: "the answer is no JSON"}}; }
  }
  if (!response.ok) throw new ServerError(response.status, (body && body.error) || {});
  return {body, etag: response.headers.get("etag"), status: response.status};
};
const post = async (path, body) => (await api(path, {method: "POST", body: JSON.stringify(body)})).body;

// The dialog for a key: one at a time, whoever asks.
let asking = null;
const wantKey = (why = "This server wants a key. It stays in this tab and is forgotten when it closes.") => {
  asking ||= new Promise(done => {
    $("key-why").textContent = why;
    $("key").value = keep(sessionStorage, "kinglet.key") || "";
    $("key-dialog").addEventListener("close", () => {
      asking = null;
      done($("key-dialog").returnValue === "key");
      $("key").value = "";
    }, {once: true});
    $("key-dialog").returnValue = "";
    $("key-dialog").showModal();
  });
  return asking;
};

const beginKeys = changed => {
  $("key-open").addEventListener("click", async () => {
    if (await wantKey("A key stays in this tab and is forgotten when it closes.")) changed();
  });
  $("key-form").addEventListener("submit", event => {
    event.preventDefault();
    keep(sessionStorage, "kinglet.key", $("key").value.trim() || null);
    $("key-dialog").close("key");
  });
  $("key-forget").addEventListener("click", () => {
    keep(sessionStorage, "kinglet.key", null);
    $("key-dialog").close("key");
  });
  $("key-close").addEventListener("click", () => $("key-dialog").close(""));
};

/** Asks before something is gone. */
const sure = (text, verb = "Delete") => new Promise(done => {
  const dialog = $("sure-dialog");
  $("sure-text").textContent = text;
  $("sure-yes").textContent = verb;
  dialog.returnValue = "";
  // The event of a question that was closed just before may come when this one is open.
  const answered = () => {
    if (dialog.open) return;
    dialog.removeEventListener("close", answered);
    done(dialog.returnValue === "yes");
  };
  dialog.addEventListener("close", answered);
  dialog.showModal();
});

const download = (name, text) => {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "application/octet-stream"}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const copy = async (text, node) => {
  const before = node.textContent;
  try {
    await navigator.clipboard.writeText(text);
    node.textContent = "Copied";
  } catch { node.textContent = "The browser does not let us copy"; }
  setTimeout(() => { node.textContent = before; }, 2000);
};
