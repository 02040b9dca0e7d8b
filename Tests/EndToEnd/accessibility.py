"""The rules of axe-core that a page of ours can break, checked on what Chromium shows.

Names are Chromium's own, from its accessibility tree; contrast is computed from what is painted. Rules by axe's names:
aria-hidden-focus, aria-valid-attr-value, button-name, color-contrast, dialog-name, document-title, duplicate-id, heading-order,
html-has-lang, image-alt, label, landmark-one-main, landmark-unique, link-name, list, meta-viewport, nested-interactive,
page-has-heading-one, region, scope-attr-valid, scrollable-region-focusable, select-name, summary-name, svg-img-alt, tabindex,
target-size, th-has-data-cells. Beside them WCAG 1.4.11 (borders of fields 3:1), 1.4.10 (no scrolling in two directions) and 2.4.7
(focus can be seen).
"""

# Returns lines "rule: element", of what is shown now.
RULES = r"""
const found = [];
const shown = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getClientRects().length > 0;
const name = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : e.className && e.className.baseVal === undefined ? "." + e.className : "") +
  " " + JSON.stringify((e.textContent || "").trim().slice(0, 40));
const bad = (rule, e) => found.push(`${rule}: ${typeof e === "string" ? e : name(e)}`);
const all = query => [...document.querySelectorAll(query)].filter(shown);

if (!document.documentElement.lang) bad("html-has-lang", "html");
if (!document.title) bad("document-title", "title");
const viewport = document.querySelector("meta[name=viewport]").content;
if (/user-scalable=no|maximum-scale/.test(viewport)) bad("meta-viewport", viewport);

const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) bad("duplicate-id", id);
for (const attribute of ["aria-labelledby", "aria-describedby", "for", "aria-controls"]) {
  for (const e of document.querySelectorAll(`[${attribute}]`))
    for (const id of e.getAttribute(attribute).split(/\s+/)) if (!document.getElementById(id)) bad("aria-valid-attr-value", e);
}
for (const e of all("[role]")) {
  if (!["status", "group", "region", "img", "alert"].includes(e.getAttribute("role"))) bad("aria-roles", e);
}

if (all("main").length !== 1) bad("landmark-one-main", "main");
for (const tag of ["header", "footer"])
  if (all("body > " + tag).length > 1) bad("landmark-no-duplicate", tag);
if (all("h1").length !== 1) bad("page-has-heading-one", "h1");
let level = 0;
for (const heading of all("h1, h2, h3, h4")) {
  const next = Number(heading.tagName[1]);
  if (next > level + 1) bad("heading-order", heading);
  level = next;
}
const labelOf = e => e.getAttribute("aria-label") || (e.getAttribute("aria-labelledby") || "").split(/\s+/)
  .map(id => document.getElementById(id)?.textContent || "").join(" ").trim();
const landmarks = all("main section, nav").map(labelOf);
for (const label of landmarks.filter((l, i) => !l || landmarks.indexOf(l) !== i)) bad("landmark-unique", label || "without a name");
for (const e of document.querySelectorAll("dialog")) if (!labelOf(e)) bad("dialog-name", e);

for (const e of all("ul, ol")) for (const child of e.children) if (child.tagName !== "LI") bad("list", child);
for (const e of all("dl > *")) if (!["DIV", "DT", "DD"].includes(e.tagName)) bad("definition-list", e);
for (const e of all("th")) {
  if (!["col", "row"].includes(e.scope)) bad("scope-attr-valid", e);
  if (!e.textContent.trim()) bad("empty-table-header", e);
}
for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) bad("tabindex", e);
const active = "a[href], button, input, select, textarea, summary";
for (const e of document.querySelectorAll(active)) {
  if (e.parentElement.closest("a[href], button, summary")) bad("nested-interactive", e);
  if (e.closest("[aria-hidden=true]") && e.tabIndex >= 0) bad("aria-hidden-focus", e);
}
for (const e of all(active)) {
  const box = e.getBoundingClientRect();
  if (box.width < 24 || box.height < 24) bad("target-size", `${name(e)} is ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`);
}
for (const e of all("main *, header *, nav")) {
  const style = getComputedStyle(e);
  const scrolls = (style.overflowX !== "visible" && style.overflowX !== "hidden" && e.scrollWidth > e.clientWidth + 1) ||
    (style.overflowY !== "visible" && style.overflowY !== "hidden" && e.scrollHeight > e.clientHeight + 1);
  if (scrolls && e.tabIndex < 0 && !e.querySelector(active) && e.tagName !== "TEXTAREA" && !(e instanceof SVGElement))
    bad("scrollable-region-focusable", e);
}

const numbers = colour => {
  const parts = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  return parts.length < 4 ? [...parts.slice(0, 3), 1] : parts;
};
const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
const ground = e => {
  const layers = [];
  for (let node = e; node; node = node.parentElement) {
    const colour = numbers(getComputedStyle(node).backgroundColor);
    layers.push(colour);
    if (colour[3] === 1) break;
  }
  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
};
const light = colour => {
  const [r, g, b] = colour.slice(0, 3).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const e = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !shown(e) || ["SCRIPT", "STYLE", "OPTION"].includes(e.tagName)) continue;
  const style = getComputedStyle(e), size = parseFloat(style.fontSize), under = ground(e);
  const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  const ratio = contrast(over(numbers(style.color), under), under);
  if (ratio < wanted) bad("color-contrast", `${ratio.toFixed(2)} ${name(e)}`);
}
for (const e of all("input, select, textarea")) {
  const ratio = contrast(numbers(getComputedStyle(e).borderTopColor), ground(e.parentElement));
  if (ratio < 3) bad("non-text contrast", `${ratio.toFixed(2)} ${name(e)}`);
  const own = contrast(numbers(getComputedStyle(e).color), ground(e));
  if (own < 4.5) bad("color-contrast", `${own.toFixed(2)} ${name(e)}`);
}
const landmarked = "header, nav, main, footer, dialog, .skip";
for (const e of document.body.children)
  if (!e.matches(landmarked + ", script, style") && shown(e) && e.textContent.trim()) bad("region", e);
if (document.documentElement.scrollWidth > innerWidth) bad("reflow", `${document.documentElement.scrollWidth} px wide`);
return [...new Set(found)];
"""

NAMED = {"button", "link", "textbox", "searchbox", "combobox", "listbox", "spinbutton", "checkbox", "image", "img", "figure",
         "dialog", "DisclosureTriangle", "region", "navigation", "table", "group"}
# Chromium calls a paragraph of details and a figure by their content; only what a person can act on or must be told of needs one.
UNNAMED = {"figure", "group", "table"}


def unnamed(page):
    """Roles that need a name and have none, by Chromium's own tree."""
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    page.call("Accessibility.disable")
    wanting = []
    for node in nodes:
        role = node.get("role", {}).get("value")
        if node.get("ignored") or role not in NAMED - UNNAMED:
            continue
        if not node.get("name", {}).get("value", "").strip():
            wanting.append(f"no name: {role}")
    return wanting


FOCUS = """
const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
return {tag: e.tagName, id: e.id, text: (e.textContent || '').trim().slice(0, 30), outlined,
  seen: e === document.body || (box.width > 0 && box.bottom > 0 && box.top < innerHeight),
  order: [...document.querySelectorAll('*')].indexOf(e)};
"""


def faults(page):
    """What is wrong with the page as it is shown now."""
    return page.evaluate(RULES) + unnamed(page)


def tab_through(page, most=400):
    """Presses Tab from the top until it comes round; what was focused, in order, and what is wrong with it."""
    page.evaluate("document.querySelector('.skip').focus();")
    visited, wrong = [page.evaluate(FOCUS)], []
    for _ in range(most):
        page.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] == "BODY" or focus["order"] == visited[0]["order"]:
            break
        if focus["order"] < visited[-1]["order"]:
            wrong.append(f"focus goes back from {visited[-1]['text']!r} to {focus['tag']} {focus['text']!r}")
        if not focus["outlined"]:
            wrong.append(f"focus cannot be seen on {focus['tag']} {focus['id']} {focus['text']!r}")
        if not focus["seen"]:
            wrong.append(f"focus is out of sight: {focus['tag']} {focus['id']} {focus['text']!r}")
        visited.append(focus)
    return visited, wrong
