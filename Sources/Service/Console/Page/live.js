// Live figures: /metrics is read every two seconds, and what was counted between two readings is drawn.
const pollSeconds = 2, mostPoints = 150, spanSeconds = 10;
// What people look at here are answers, not this page's own questions.
const answering = /^\/v1\/(functioncall|judge|.*completions|retrieve|responses|messages)/;

/** Samples of Prometheus' text: {name, labels, value}. */
const parseMetrics = text => {
  const samples = [];
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!found) continue;
    const labels = {};
    for (const [, name, content] of (found[2] || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[name] = content;
    samples.push({name: found[1], labels, value: found[3] === "+Inf" ? Infinity : Number(found[3])});
  }
  return samples;
};

/** What the charts need of a reading. */
const summary = samples => {
  const all = name => samples.filter(s => s.name === "kinglet_" + name);
  const sum = (name, wanted = () => true) => all(name).filter(wanted).reduce((total, s) => total + s.value, 0);
  const answers = s => answering.test(s.labels.route || "");
  const buckets = new Map();
  for (const s of all("response_time_seconds_bucket").filter(answers)) {
    const bound = s.labels.le === "+Inf" ? Infinity : Number(s.labels.le);
    buckets.set(bound, (buckets.get(bound) || 0) + s.value);
  }
  return {
    at: performance.now() / 1000, answers: sum("requests_total", answers),
    failures: sum("requests_total", s => answers(s) && s.labels.status >= "400"), buckets,
    clients: sum("concurrent_clients", s => !s.labels.route), running: sum("requests_running"), waiting: sum("requests_waiting"),
    prompt: sum("prompt_tokens_total"), cached: sum("cached_prompt_tokens_total"), written: sum("generated_tokens_total"),
    cache: sum("kv_cache_usage_ratio"),
  };
};

/** Seconds that a share of the answers between two readings took at most; null: there were none. */
const quantile = (before, after, share) => {
  const bounds = [...after.buckets.keys()].sort((a, b) => a - b);
  const counts = bounds.map(bound => after.buckets.get(bound) - (before.buckets.get(bound) || 0));
  const wanted = share * (counts.at(-1) || 0);
  if (!wanted) return null;
  const i = counts.findIndex(count => count >= wanted), low = i ? bounds[i - 1] : 0, under = i ? counts[i - 1] : 0;
  if (bounds[i] === Infinity) return low;
  return low + (bounds[i] - low) * (wanted - under) / (counts[i] - under || 1);
};

const number = (content, digits = 1) => content.toFixed(digits);
const percent = content => `${(100 * content).toFixed(0)} %`;
const charts = [
  {name: "Answers a second", text: number, lines: [["all", p => p.qps], ["failed", p => p.failed]]},
  {name: "Response time", text: duration, lines: [["p50", p => p.p50], ["p95", p => p.p95]]},
  {name: "Concurrency", text: c => number(c, 0), lines: [["clients", p => p.clients], ["in the engine", p => p.engine]]},
  {name: "Cache", text: percent, most: 1, lines: [["prompt tokens from the cache", p => p.hit], ["blocks in use", p => p.cache]]},
  {name: "Tokens a second", text: c => number(c, 0), lines: [["written", p => p.written], ["computed of prompts", p => p.computed]]},
];
const readings = [], points = [];

const addReading = reading => {
  const last = readings.at(-1);
  // A server that was started anew counts from nothing.
  if (last && reading.answers < last.answers) readings.length = 0;
  readings.push(reading);
  while (readings.length > 1 && readings[1].at <= reading.at - spanSeconds) readings.shift();
  const first = readings[0], seconds = reading.at - first.at;
  if (!seconds) return;
  const each = name => (reading[name] - first[name]) / seconds, prompt = reading.prompt - first.prompt;
  points.push({
    qps: each("answers"), failed: each("failures"), p50: quantile(first, reading, 0.5), p95: quantile(first, reading, 0.95),
    clients: reading.clients, engine: reading.running + reading.waiting, cache: reading.cache,
    hit: prompt ? (reading.cached - first.cached) / prompt : null, written: each("written"),
    computed: each("prompt") - each("cached"),
  });
  if (points.length > mostPoints) points.shift();
};

const drawing = (tag, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, content] of Object.entries(attributes)) node.setAttribute(name, content);
  return node;
};

/** A line from the left, oldest, to the right; where nothing is known it has a gap. */
const path = (values, most) => {
  let drawn = "", open = false;
  values.forEach((content, i) => {
    if (content === null || content === undefined) { open = false; return; }
    const x = 300 - 2 * (values.length - 1 - i), y = 98 - 96 * Math.min(1, content / most);
    // A point alone is a short line.
    drawn += open ? `L${x} ${y.toFixed(1)}` : `M${x - 1} ${y.toFixed(1)}L${x} ${y.toFixed(1)}`;
    open = true;
  });
  return drawn;
};

const makeChart = chart => {
  const figure = make("figure"), caption = make("figcaption"), top = make("div", undefined, "top");
  chart.svg = drawing("svg", {viewBox: "0 0 300 100", preserveAspectRatio: "none", class: "plot", role: "img"});
  chart.paths = chart.lines.map(() => drawing("path", {d: ""}));
  chart.svg.append(...chart.paths);
  chart.top = make("span");
  top.append(chart.top, make("span", "five minutes, now on the right"));
  caption.append(make("b", chart.name));
  chart.outputs = chart.lines.map(([name]) => {
    const output = make("output", "–"), key = make("span", name);
    output.setAttribute("aria-live", "off");
    key.append(output);
    caption.append(key);
    return output;
  });
  figure.append(caption, top, chart.svg);
  return figure;
};

const drawCharts = () => {
  for (const chart of charts) {
    const lines = chart.lines.map(([, of]) => points.map(of));
    const most = chart.most || Math.max(...lines.flat().map(c => c || 0), 0) || 1;
    const now = lines.map(values => values.at(-1));
    chart.top.textContent = chart.text(most);
    lines.forEach((values, i) => {
      chart.paths[i].setAttribute("d", path(values, most));
      chart.outputs[i].textContent = now[i] === null || now[i] === undefined ? "–" : chart.text(now[i]);
    });
    chart.svg.setAttribute("aria-label", `${chart.name}: ` +
      chart.lines.map(([name], i) => `${name} ${chart.outputs[i].textContent}`).join(", "));
  }
};

const showStatistics = stats => {
  $("model").textContent = stats.engine.model;
  const answers = stats.routes.filter(route => answering.test(route.route));
  $("qps").textContent = answers.reduce((sum, route) => sum + route.qps["10s"], 0).toFixed(1);
  const calls = answers.find(route => route.route === "/v1/functioncall");
  $("rt").textContent = calls && calls.response_time_seconds.count ? duration(calls.response_time_seconds.p50) : "–";
  $("cc").textContent = `${stats.all.concurrent_clients.now} / ${stats.all.concurrent_clients.peak}`;
  $("routes").replaceChildren(...stats.routes.filter(route => route.requests).map(route => {
    // Of the last minute; where nobody asked, since the start.
    const row = make("tr"), times = route.response_time_seconds.count ? route.response_time_seconds : route.total;
    const figures = [route.route, route.requests, route.failures, route.qps["10s"].toFixed(1),
      duration(times.p50), duration(times.p95), duration(times.p99), route.concurrent_clients.now];
    row.append(...figures.map((text, column) => {
      const cell = make("td", text);
      cell.dataset.name = $("figures").tHead.rows[0].cells[column].textContent;
      return cell;
    }));
    return row;
  }));
};

let paused = false;
const refresh = async () => {
  try {
    const [stats, metrics] = await Promise.all([api("/v1/stats", {quiet: true}),
      api("/metrics", {quiet: true, accept: "text/plain"})]);
    showStatistics(stats.body);
    addReading(summary(parseMetrics(metrics.body)));
    if (!paused) drawCharts();
    $("live-trouble").textContent = "";
  } catch (error) {
    // Without the scope `metrics` the rest of the page works all the same.
    if (error.status !== 403) $("model").textContent = error.message;
    $("live-trouble").textContent = error.message;
    return error.status !== 401 && error.status !== 403;
  }
  return true;
};

const beginLive = () => {
  $("charts").append(...charts.map(makeChart));
  drawCharts();
  $("live-pause").addEventListener("click", () => {
    paused = !paused;
    $("live-pause").setAttribute("aria-pressed", String(paused));
    if (!paused) drawCharts();
  });
};

/** Asks on as long as somebody looks; a refusal ends it until there is another key. */
let timer = null;
const watch = async () => {
  clearTimeout(timer);
  const goOn = document.hidden || await refresh();
  if (goOn) timer = setTimeout(watch, pollSeconds * 1000);
};
