// An editor of one JSON document that the server keeps: checked while it is written, saved only over what was read.

/** Lines of two texts, each as it is in both, in theirs or in mine. */
const differences = (theirs, mine) => {
  const a = theirs.split("\n"), b = mine.split("\n");
  if (a.length * b.length > 1e6) return [...a.map(line => ["theirs", line]), ...b.map(line => ["mine", line])];
  const longest = Array.from({length: a.length + 1}, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const lines = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { lines.push(["both", a[i]]); i++; j++; }
    else if (j >= b.length || (i < a.length && longest[i + 1][j] >= longest[i][j + 1])) lines.push(["theirs", a[i++]]);
    else lines.push(["mine", b[j++]]);
  }
  return lines;
};

const showDifferences = (theirs, mine) => {
  const box = make("pre", undefined, "diff");
  const marks = {both: "       ", theirs: "server ", mine: "mine   "};
  box.append(...differences(theirs, mine).map(([side, line]) => make("span", marks[side] + line, side)));
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Where the two differ");
  return box;
};

const pretty = content => JSON.stringify(content, null, 2);

/** What is wrong with a text as JSON, with its line; nothing: it is an object. */
const jsonFault = text => {
  try {
    const content = JSON.parse(text);
    return content && typeof content === "object" && !Array.isArray(content) ? null : "It must be a JSON object.";
  } catch (error) {
    const place = /position (\d+)/.exec(error.message);
    if (!place) return error.message;
    const before = text.slice(0, Number(place[1])).split("\n");
    return `Line ${before.length}, column ${before.at(-1).length + 1}: ${error.message}`;
  }
};

/**
 * Fills `box` with an editor.
 * @param about {name, label, path(name), content, etag, check(content) -> [text], saved(name), removed(), notes: [node]};
 *   `name` null: a new document, whose name is asked for.
 */
const edit = (box, about) => {
  let {name, etag} = about, original = pretty(about.content);
  const status = make("div"), problems = make("ul", undefined, "bad small"), conflict = make("div");
  status.setAttribute("role", "status");
  const text = make("textarea", undefined, "code"), naming = make("input");
  text.spellcheck = false;
  text.value = original;
  text.rows = Math.min(30, original.split("\n").length + 1);
  naming.autocomplete = "off";
  const say = (message, kind = "") => status.replaceChildren(make("p", message, kind));

  const check = () => {
    const fault = jsonFault(text.value);
    const found = fault ? [fault] : about.check(JSON.parse(text.value));
    problems.replaceChildren(...found.map(line => make("li", line)));
    problems.hidden = !found.length;
    text.setAttribute("aria-invalid", String(found.length > 0));
    return !fault;
  };

  const showConflict = (theirs, tag) => {
    const note = make("div", undefined, "note"), mine = text.value;
    const title = make("h3", theirs === null ? "Deleted meanwhile" : name === null ? "It is there already" : "Changed meanwhile");
    title.tabIndex = -1;
    const close = () => conflict.replaceChildren();
    note.append(title, make("p", theirs === null
      ? "Somebody deleted it while you were editing. Saving makes it anew."
      : "What the server has is not what you began with. Nothing was saved."));
    const tools = make("p", undefined, "buttons");
    if (theirs !== null) {
      note.append(showDifferences(theirs, mine));
      tools.append(button("Take the server’s", () => { original = text.value = theirs; etag = tag; close(); check();
        if (name === null) name = naming.value.trim(); say("This is what the server has now."); text.focus(); }));
    }
    tools.append(button(theirs === null ? "Make it anew" : "Save mine over it", () => { close(); save(tag); }));
    note.append(tools);
    conflict.replaceChildren(note);
    title.focus();
  };

  /** @param over the tag of what may be replaced; null: there must be nothing. */
  const save = async over => {
    if (!check()) { say("It is no JSON yet. Nothing was saved.", "bad"); return text.focus(); }
    const wanted = name ?? naming.value.trim();
    if (!wanted) { say("It needs a name.", "bad"); return naming.focus(); }
    const headers = over ? {"if-match": over} : {"if-none-match": "*"};
    try {
      const answer = await api(about.path(wanted), {method: "PUT", body: text.value, headers});
      name = wanted;
      original = text.value;
      etag = answer.etag || (await api(about.path(name))).etag;
      say(answer.status === 201 ? `${name}: made.` : `${name}: saved.`, "good");
      naming.closest("div")?.remove();
      removing.hidden = false;
      about.saved(name);
    } catch (error) {
      if (error.status !== 412) return say(error.param ? `${error.message} (at ${error.param})` : error.message, "bad");
      say("Not saved.", "bad");
      try {
        const now = await api(about.path(wanted));
        showConflict(pretty(now.body), now.etag);
      } catch (other) { if (other.status === 404) showConflict(null, null); else say(other.message, "bad"); }
    }
  };

  const remove = async () => {
    if (!await sure(`${about.label} “${name}” will be gone for everybody.`)) return;
    try {
      await api(about.path(name), {method: "DELETE", headers: etag ? {"if-match": etag} : {}});
      box.replaceChildren(make("p", `${name}: deleted.`, "good"));
      about.removed();
    } catch (error) {
      if (error.status !== 412) return say(error.message, "bad");
      const now = await api(about.path(name));
      say("Not deleted: it was changed meanwhile.", "bad");
      showConflict(pretty(now.body), now.etag);
    }
  };

  const removing = button("Delete", remove);
  removing.hidden = name === null;
  const tools = make("p", undefined, "buttons");
  tools.append(button("Save", () => save(etag), "first"), button("Undo changes", () => { text.value = original; check();
    conflict.replaceChildren(); say("As it was read."); }), removing);
  text.addEventListener("input", check);
  text.addEventListener("keydown", event => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(etag); }
  });
  const parts = [field(`${about.label} as JSON`, text), problems, tools, status, conflict];
  if (name === null) parts.unshift(field("Name", naming));
  else parts.unshift(make("h3", name));
  box.replaceChildren(...(about.notes || []), ...parts);
  check();
  return {isChanged: () => text.value !== original};
};

/** A filtered list of buttons; more than `most` are not shown but counted. */
const showList = (list, count, items, {one, of, chosen, most = 200}) => {
  count.textContent = items.length > most ? `${most} of ${plural(items.length, one)} shown: find a few` : plural(items.length, one);
  list.replaceChildren(...items.slice(0, most).map(item => {
    const {name, note, act} = of(item), entry = make("li"), node = button(undefined, act);
    node.append(make("b", name), make("span", note));
    if (name === chosen) node.setAttribute("aria-current", "true");
    entry.append(node);
    return entry;
  }));
};
