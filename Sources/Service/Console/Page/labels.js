// Labels: what was right and what was wrong, kept in this browser until it is downloaded.
let labels = [], storageHolds = true;

const readLabels = () => {
  try { labels = JSON.parse(keep(localStorage, "kinglet.labels")) || []; } catch { labels = []; }
  if (!Array.isArray(labels)) labels = [];
};

const writeLabels = () => {
  storageHolds = keep(localStorage, "kinglet.labels", JSON.stringify(labels));
  $("labels-count").textContent = labels.length ? `(${labels.length})` : "";
};

/** Words that only one of the languages has: enough to propose one, which the user may change. */
const languageWords = {
  de: /\b(der|die|das|und|im|ein|eine|bitte|mach|schalte|ist|nicht|auf|den)\b/gi,
  fr: /\b(le|la|les|dans|une|et|s'il|allume|éteins|pour|est|mets|du)\b/gi,
  es: /\b(el|los|en|una|por|favor|enciende|apaga|pon|está|del|y)\b/gi,
  en: /\b(the|and|please|turn|in|a|an|is|off|on|to|my|it)\b/gi,
};

const guessLanguage = (text, locale) => {
  if (/[぀-ヿ]/.test(text)) return "ja";
  if (/[가-힯]/.test(text)) return "ko";
  if (/[一-鿿]/.test(text)) return "zh";
  if (locale) return locale.slice(0, 2).toLowerCase();
  const counts = Object.entries(languageWords).map(([name, words]) => [name, (text.match(words) || []).length]);
  return counts.reduce((best, one) => one[1] > best[1] ? one : best, ["en", 0])[0];
};

/** The clock's time where it is, without a zone, as requests have it. */
const localTime = seconds => {
  const date = new Date(seconds * 1000);
  return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
};

const newLabel = (request, answer, right) => ({
  language: guessLanguage(request.query, request.context?.locale), query: request.query, history: request.history || [],
  // What "tomorrow" meant is known only with the time.
  context: {time: localTime(answer.created), ...request.context}, pool: request.pool,
  answer: {outcome: answer.outcome, calls: plainCalls(answer)}, right,
  expected: right ? {outcome: answer.outcome, calls: plainCalls(answer)} : null, category: "console",
});

const outcomes = ["call", "no_appropriate_function", "request_unclear"];

/** Calls as they are written by hand; an error says what is wrong. */
const readCalls = (outcome, text) => {
  if (outcome !== "call") return [];
  let calls;
  try { calls = JSON.parse(text); } catch (error) { throw new Error("The right calls: " + error.message); }
  if (!Array.isArray(calls)) calls = [calls];
  if (!calls.length) throw new Error("The right calls: one at least.");
  return calls.map((call, i) => {
    const {function: name, parameters = {}, ...rest} = call || {};
    if (typeof name !== "string" || typeof parameters !== "object" || Array.isArray(parameters) || Object.keys(rest).length)
      throw new Error(`The right calls, number ${i + 1}: {"function": name, "parameters": {…}}`);
    return {function: name, parameters};
  });
};

/** The form under an answer: what would have been right. */
const labelForm = (label, box) => {
  const outcome = make("select"), calls = make("textarea", undefined, "code"), language = make("input");
  const category = make("input"), status = make("p", undefined, "bad");
  status.setAttribute("role", "status");
  outcome.append(...outcomes.map(name => option(name)), option("", "I do not know"));
  outcome.value = label.expected ? label.expected.outcome : label.answer.outcome;
  calls.value = pretty(label.expected ? label.expected.calls : label.answer.calls);
  calls.rows = Math.min(16, calls.value.split("\n").length + 1);
  calls.spellcheck = false;
  language.value = label.language;
  category.value = label.category;
  const callsField = field("The right calls, a JSON list", calls), row = make("div", undefined, "row");
  const showCalls = () => { callsField.hidden = outcome.value !== "call"; };
  outcome.addEventListener("change", showCalls);
  showCalls();
  row.append(field("Language", language), field("Category", category));
  const form = make("form", undefined, "note"), tools = make("p", undefined, "buttons");
  const keepIt = make("button", "Keep", "first");
  tools.append(keepIt, button("Cancel", () => box.replaceChildren()));
  form.append(make("h3", label.right ? "Right" : "Wrong"), field("The right outcome", outcome), callsField, row, status, tools);
  form.addEventListener("submit", event => {
    event.preventDefault();
    try {
      label.expected = outcome.value ? {outcome: outcome.value, calls: readCalls(outcome.value, calls.value)} : null;
    } catch (error) { status.textContent = error.message; return; }
    [label.language, label.category] = [language.value.trim() || "en", category.value.trim() || "console"];
    keepLabel(label, box);
  });
  box.replaceChildren(form);
  outcome.focus();
};

const keepLabel = (label, box) => {
  labels.push(label);
  writeLabels();
  const text = `Kept as ${label.right ? "right" : "wrong"}: ${plural(labels.length, "label")}. `;
  const note = make("p", text, "small"), undo = button("Undo", () => {
    labels = labels.filter(one => one !== label);
    writeLabels();
    box.replaceChildren();
  });
  note.setAttribute("role", "status");
  if (!storageHolds) note.append(make("span", "The browser does not store them: download them before you leave. ", "bad"));
  note.append(undo);
  box.replaceChildren(note);
};

const labelButtons = (request, answer, box) => [
  button("Right", () => keepLabel(newLabel(request, answer, true), box)),
  button("Wrong", () => labelForm(newLabel(request, answer, false), box)),
];

/** JSON on one line, with a blank after commas and colons, as the sets of Tests/Requests are written. */
const spaced = content => {
  if (Array.isArray(content)) return `[${content.map(spaced).join(", ")}]`;
  if (content && typeof content === "object")
    return `{${Object.entries(content).map(([key, part]) => `${JSON.stringify(key)}: ${spaced(part)}`).join(", ")}}`;
  return JSON.stringify(content);
};

/** Samples of an evaluation: Docs/evaluation-data.md. Those whose right answer nobody knows are none. */
const samples = (forJudge = false) => {
  const folder = $("labels-folder").value.trim().replace(/\/*$/, "/"), prefix = $("labels-prefix").value.trim() || "console";
  return labels.map((label, i) => ({label, id: `${prefix}-${String(i + 1).padStart(3, "0")}`}))
    .filter(({label}) => forJudge || label.expected).map(({label, id}) => {
      const request = {id, language: label.language, query: label.query, history: label.history, context: label.context};
      const pool = (folder === "/" ? "" : folder) + label.pool + ".yaml";
      if (!forJudge) return {...request, expected: label.expected.calls, outcome: label.expected.outcome, answers: "exact",
        category: label.category, pool};
      const reference = label.expected && {reference: {outcome: label.expected.outcome, expected: label.expected.calls, answers: "exact"}};
      return {...request, pool, outcome: label.answer.outcome, calls: label.answer.calls, label: label.right ? 1 : 0,
        kind: label.category, ...reference};
    });
};

const downloadLabels = (name, rows) => {
  $("labels-status").textContent = `${plural(rows.length, "line")} in ${name}` +
    (rows.length < labels.length ? `; ${labels.length - rows.length} left out: nobody said what was right.` : ".");
  if (rows.length) download(name, rows.map(row => spaced(row) + "\n").join(""));
};

const showLabels = () => {
  if (!labels.length) return $("labels-list").replaceChildren(make("p", "None yet: “Right” and “Wrong” stand under each answer.", "quiet"));
  const calls = answer => answer === null ? "not known" : answer.outcome === "call"
    ? value(answer.calls.map(c => ({[c.function]: c.parameters}))) : answer.outcome;
  $("labels-list").replaceChildren(table("Labels, newest first", ["query", "label", "answered", "right would be", "pool", "change"],
    [...labels].reverse().map(label => [label.query, label.right ? "right" : "wrong", calls(label.answer),
      calls(label.expected), label.pool, button("Delete", () => {
        labels = labels.filter(one => one !== label);
        writeLabels();
        showLabels();
        $("labels-title").tabIndex = -1;
        $("labels-title").focus();
      })])));
};

const beginLabels = () => {
  readLabels();
  writeLabels();
  $("labels-folder").value = keep(localStorage, "kinglet.folder") || "../../Config/pools/";
  $("labels-prefix").value = "console";
  $("labels-folder").addEventListener("change", () => keep(localStorage, "kinglet.folder", $("labels-folder").value));
  $("labels-download").addEventListener("click", () => downloadLabels("requests.jsonl", samples()));
  $("labels-judge").addEventListener("click", () => downloadLabels("answers.jsonl", samples(true)));
  $("labels-clear").addEventListener("click", async () => {
    if (!labels.length || !await sure(`All ${plural(labels.length, "label")} in this browser will be gone.`)) return;
    labels = [];
    writeLabels();
    showLabels();
  });
  // Another tab of this page writes the same labels.
  addEventListener("storage", event => {
    if (event.key !== "kinglet.labels") return;
    readLabels();
    writeLabels();
    if (!$("view-labels").hidden) showLabels();
  });
};
