// The views, and what happens first. A local view shows what the page has; the others ask the server.
const views = {
  ask: {title: "Try"},
  pools: {title: "Pools", open: () => shown(openPools(), $("functions-count"))},
  knowledge: {title: "Knowledge", open: () => shown(loadTerms(), $("terms-count"))},
  adapters: {title: "Adapters", open: openAdapters},
  evaluations: {title: "Evaluations", open: () => shown(openEvaluations(), $("evaluation-status"))},
  labels: {title: "Labels", open: showLabels, isLocal: true},
  live: {title: "Live", open: drawCharts, isLocal: true},
};

let description = null;
/** Whether this server has a route. */
const offers = route => Boolean(description && description.paths[route]);

const show = () => {
  const wanted = location.hash.slice(1), name = wanted in views ? wanted : "ask";
  for (const other of Object.keys(views)) $("view-" + other).hidden = other !== name;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === "#" + name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${views[name].title} · Kinglet`;
  if (views[name].isLocal || (description && views[name].open)) views[name].open();
};

/** All that needs the server; again when there is another key. */
const start = async () => {
  try {
    description = (await api("/openapi.json")).body;
    if (!$("retriever").options[1]) addRetrievers(description);
    await loadPools();
    await showExamples();
  } catch (error) { $("answer").replaceChildren(make("p", error.message, "bad")); }
  show();
  watch();
};

beginKeys(start);
beginAsk();
beginPools();
beginKnowledge();
beginLabels();
beginEvaluations();
beginLive();
addEventListener("hashchange", show);
document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); $("main").focus(); });
show();
start();
