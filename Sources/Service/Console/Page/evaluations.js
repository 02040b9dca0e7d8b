// Evaluations: jobs that answer labelled samples on this server, followed to their end, and their reports.
let jobs = [], chosenJob = null, jobTimer = null;

const jobPath = id => "/v1/evaluations/" + encodeURIComponent(id);
const isOver = job => !["queued", "running"].includes(job.state);

/** `66.0 % (52.2–77.6)`, of none a dash. */
const rate = share => {
  const tenths = part => (100 * part).toFixed(1);
  return share && share.samples ? `${tenths(share.rate)} % (${tenths(share.low)}–${tenths(share.high)})` : "–";
};

const jobTitle = job => `${job.request.dataset || "samples of a request"}, ${localTime(job.created).replace("T", " ")}`;

const jobNote = job => [job.error ? `${job.state}: ${job.error}` : job.state, `${job.answered} of ${job.samples}`, `right ${rate(job.right)}`,
  job.failures ? plural(job.failures, "failure") : "", job.request.pool].filter(Boolean).join(" · ");

/** The list drawn anew keeps the place of who walks it by keyboard. */
const listJobs = () => {
  const list = $("evaluations-list"), at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  const chosen = jobs.find(job => job.id === chosenJob);
  showList(list, $("evaluations-count"), jobs, {one: "evaluation", chosen: chosen && jobTitle(chosen),
    of: job => ({name: jobTitle(job), note: jobNote(job), act: () => openJob(job.id)})});
  if (at >= 0) list.querySelectorAll("button")[at]?.focus();
};

/** Rates by what the samples say of themselves; one group alone is the whole. */
const groupTables = report => [["sets", "Data sets"], ["categories", "Categories"], ["languages", "Languages"], ["domains", "Domains"],
  ["outcomes", "Expected outcomes"], ["functions", "Functions"]].flatMap(([name, title]) => {
  const groups = Object.entries(report[name] || {});
  if (groups.length < 2) return [];
  const rows = groups.map(([group, of]) => [group, of.right.samples, rate(of.right), rate(of.function_right)]);
  const node = table(title, ["name", "samples", "right", "function right"], rows);
  return rows.length > 12 ? [fold(`${title}: ${rows.length}`, node)] : [node];
});

const reportForms = {html: "report.html", markdown: "report.md", json: "report.json", csv: "samples.csv", junit: "junit.xml"};

const saveFrom = async (path, name, status) => {
  try {
    const {body} = await api(path, {accept: "*/*"});
    download(name, typeof body === "string" ? body : pretty(body) + "\n");
  } catch (error) { status.replaceChildren(make("span", error.message, "bad")); }
};

/** The report as a page of its own: only who needs no key can follow a link to it. */
const reportTools = job => {
  const tools = make("p", undefined, "buttons"), form = make("select"), status = make("p", undefined, "small");
  status.setAttribute("role", "status");
  form.append(...Object.entries(reportForms).map(([name, file]) => option(name, file)), option("results", "results.jsonl"));
  tools.append(button("Download", () => form.value === "results" ? saveFrom(jobPath(job.id) + "/results", "results.jsonl", status)
    : saveFrom(`${jobPath(job.id)}/report?format=${form.value}`, reportForms[form.value], status)));
  const box = make("div");
  if (!keep(sessionStorage, "kinglet.key")) {
    const link = make("a", "Open the report in a new tab", "open"), line = make("p");
    Object.assign(link, {href: jobPath(job.id) + "/report", target: "_blank", rel: "noopener"});
    line.append(link);
    box.append(line);
  }
  box.append(field("Report or results", form), tools, status);
  return box;
};

/** What stays while a job goes on, so that no button is taken from under a finger; `parts` are renewed. */
const makeJobBox = job => {
  const bar = make("progress"), parts = {id: job.id, state: make("p"), bar, numbers: make("div")};
  bar.setAttribute("aria-label", "Samples that are answered");
  parts.state.setAttribute("role", "status");
  parts.stop = button("Cancel it", () => cancelJob(job.id, parts));
  const tools = make("p", undefined, "buttons");
  tools.append(parts.stop);
  $("evaluation-box").replaceChildren(parts.state, bar, tools, reportTools(job), fold("What was asked for", block(job.request)), parts.numbers);
  return parts;
};

let jobBox = null;
const showJob = job => {
  if (!jobBox || jobBox.id !== job.id || !jobBox.bar.isConnected) jobBox = makeJobBox(job);
  const {state, bar, stop, numbers} = jobBox, said = jobNote(job);
  if (state.textContent !== said) state.textContent = said;
  state.className = job.state === "failed" ? "bad" : job.state === "done" ? "good" : "";
  [bar.max, bar.value] = [job.samples || 1, job.answered];
  if (isOver(job) && document.activeElement === stop) showPlace($("evaluation-title"));
  stop.hidden = isOver(job);
  const {report} = job;
  if (!job.answered) return numbers.replaceChildren();
  numbers.replaceChildren(make("p", `Right ${rate(report.right)}, function right ${rate(report.function_right)}; ${
    plural(report.invalid_calls, "invalid call")}; ${duration(report.ms.p50 / 1000)} (p50), ${duration(report.ms.p95 / 1000)} (p95) a sample.`),
  ...groupTables(report));
};

const cancelJob = async (id, parts) => {
  try {
    await post(jobPath(id) + "/cancel", {});
    await followJobs();
  } catch (error) { parts.state.textContent = error.message; }
};

const openJob = async id => {
  chosenJob = id;
  listJobs();
  try {
    showJob((await api(jobPath(id))).body);
    showPlace($("evaluation-title"));
  } catch (error) { $("evaluation-box").replaceChildren(make("p", error.message, "bad")); }
};

/** Asks on while the view is seen and a job goes on. */
const followJobs = async () => {
  clearTimeout(jobTimer);
  if ($("view-evaluations").hidden) return;
  const before = jobs.find(job => job.id === chosenJob);
  jobs = (await api("/v1/evaluations")).body.evaluations;
  listJobs();
  const chosen = jobs.find(job => job.id === chosenJob);
  if (chosen && (!before || chosen.answered !== before.answered || chosen.state !== before.state))
    showJob((await api(jobPath(chosenJob))).body);
  if (!jobs.every(isOver)) jobTimer = setTimeout(() => shown(followJobs(), $("evaluation-status")), 1000);
};

/** What is sent: a data set by name, or my labels, of each pool for itself. */
const evaluationBodies = () => {
  const limit = Number($("evaluation-limit").value) || undefined, pool = $("evaluation-pool").value || undefined;
  if ($("evaluation-data").value === "set") return [{dataset: $("evaluation-set").value.trim(), pool, limit}];
  const mine = new Map();
  const known = labels.filter(label => label.expected);
  samples().forEach(({pool: file, ...sample}, i) => {
    const name = known[i].pool;
    if (!pool || pool === name) mine.set(name, [...(mine.get(name) || []), sample]);
  });
  return [...mine].map(([name, of]) => ({samples: of, pool: name, limit}));
};

const beginEvaluation = async () => {
  const status = $("evaluation-status"), bodies = evaluationBodies();
  if (!bodies.length) throw new Error("There is no label whose right answer is known: “Right” and “Wrong” stand under each answer.");
  let last = null;
  for (const body of bodies) last = await post("/v1/evaluations", body);
  status.textContent = `${plural(bodies.length, "evaluation")} begun.`;
  chosenJob = last.id;
  await followJobs();
  await openJob(last.id);
};

const showEvaluationFields = () => {
  $("evaluation-set").parentElement.hidden = $("evaluation-data").value !== "set";
};

const openEvaluations = async () => {
  const known = labels.filter(label => label.expected).length, pool = $("evaluation-pool"), was = pool.value;
  $("evaluation-labels").textContent = `what I labelled (${known})`;
  pool.replaceChildren(option("", "as the samples say"), ...[...sizes.keys()].map(name => option(name)));
  if (sizes.has(was)) pool.value = was;
  showEvaluationFields();
  $("evaluation-status").textContent = "";
  await followJobs();
};

const beginEvaluations = () => {
  $("evaluation-data").addEventListener("change", showEvaluationFields);
  $("evaluation-form").addEventListener("submit", event => {
    event.preventDefault();
    shown(beginEvaluation(), $("evaluation-status"));
  });
};
