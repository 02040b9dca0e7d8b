#!/usr/bin/env python3
"""Headless Chromium on the console: what a person does there, axe's rules on every view, keys; fetch of a call and of a stream.

`--screenshots PREFIX` keeps every view at 1280 and 390 px, light and dark. With `--url` the part with keys is left out.
"""
import pathlib

import console
import console_evaluations
from accessibility_faults import every_rule_sees_its_fault
from devtools import chromium
from serving import check, parser, run, server

CALL = """
const answer = await fetch("/v1/functioncall", {method: "POST", headers: {"content-type": "application/json"},
  body: JSON.stringify({query: "turn off the kitchen lights"})});
return {status: answer.status, id: answer.headers.get("x-request-id"), body: await answer.json()};
"""

STREAM = """
const answer = await fetch("/v1/chat/completions", {method: "POST", headers: {"content-type": "application/json"},
  body: JSON.stringify({messages: [{role: "user", content: "Count from one to five."}], max_tokens: 16, stream: true})});
const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
let text = "", pieces = 0;
for (;;) {
  const {done, value} = await reader.read();
  if (done) break;
  text += value;
  pieces += 1;
}
return {status: answer.status, type: answer.headers.get("content-type"), pieces, text};
"""

ABORT = """
const control = new AbortController();
const answer = await fetch("/v1/completions", {method: "POST", headers: {"content-type": "application/json"},
  signal: control.signal,
  body: JSON.stringify({prompt: "Once upon a time", max_tokens: 900, min_tokens: 900, stream: true})});
await answer.body.getReader().read();
control.abort();
for (let i = 0; i < 100; i++) {
  const stats = await (await fetch("/v1/stats")).json();
  if (stats.engine.running === 0) return 0;
  await new Promise(done => setTimeout(done, 100));
}
return 1;
"""

MARKUP = "try { document.body.innerHTML = '<b>x</b>'; return 'read'; } catch (error) { return error.name; }"


def complaints(page, *allowed):
    """What the browser wrote on its console, without refusals that a step asked for."""
    def text(entry):
        return str(entry.get("entry", {}).get("text") or entry)
    return [text(entry) for entry in page.complaints if not any(status in text(entry) for status in allowed)]


def wants_a_key(page, url):
    """A server with keys: the page asks, says what a wrong key is, works with the right one and forgets it."""
    page.evaluate("sessionStorage.clear();")
    page.open(url + "/")
    page.wait("document.getElementById('key-dialog').open", "no key is asked for")
    check(page.evaluate("return document.activeElement.id;") == "key", "the field of the key has no focus")
    page.type("not the key")
    page.press("Enter")
    page.wait("document.querySelector('#answer .bad')", "a wrong key is taken")
    console.click(page, "Key")
    page.wait("document.getElementById('key-dialog').open", "the dialog does not open")
    page.evaluate("document.getElementById('key').value = 'browser-key-of-26-letters';")
    page.press("Enter")
    page.wait("document.querySelector('#examples button')", "the right key is not taken")
    console.asks_by_keyboard(page)
    check(page.evaluate("return sessionStorage['kinglet.key'] === 'browser-key-of-26-letters' && !localStorage['kinglet.key'];"), "kept elsewhere")
    console.click(page, "Key")
    console.click(page, "Forget it")
    page.wait("document.getElementById('key-dialog').open", "a forgotten key is still used")
    page.press("Escape")
    wrong = complaints(page, "401")
    check(not wrong, f"the browser complains: {wrong}")


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--screenshots")
    arguments = arguments.parse_args()
    data = pathlib.Path(__file__).parents[1] / "Requests"
    with server(arguments, "--set", f"evaluation.folder={data}") as url, chromium() as page:
        page.form(1280, "light")
        every_rule_sees_its_fault(page)
        page.open(url + "/")
        page.wait("document.querySelector('#examples button')", "no examples")
        check(page.evaluate("return document.title;") == "Try · Kinglet", "not the console")
        console.asks_by_keyboard(page)
        console.judges(page)
        console.says_what_is_wrong(page)
        console.labels(page)
        console_evaluations.evaluates(page)
        console.lists_adapters(page, url)
        console.draws(page)
        console.holds_the_rules(page, arguments.screenshots)
        console.edits_functions(page, url)
        console.edits_pools(page, url)
        console.edits_terms(page, url)
        console.go(page, "labels")
        console.deletes_labels(page)
        check(page.evaluate(MARKUP) == "TypeError", "markup from text is not refused")
        call = page.evaluate(CALL)
        check(call["status"] == 200 and call["body"]["calls"] and call["id"], f"fetch of a call: {call}")
        stream = page.evaluate(STREAM)
        check(stream["status"] == 200 and stream["type"] == "text/event-stream", f"fetch of a stream: {stream}")
        check(stream["text"].endswith("data: [DONE]\n\n") and stream["pieces"] > 1, f"stream: {stream['text'][-80:]}")
        check(page.evaluate(ABORT) == 0, "an aborted fetch still runs")
        # 400, 404 and 412 were asked for; the markup was refused.
        wrong = complaints(page, "400", "404", "412", "TrustedHTML")
        check(not wrong, f"the browser complains: {wrong}")
    if not arguments.url:
        with server(arguments, environment={"KINGLET_API_KEY": "browser-key-of-26-letters"}) as url, chromium() as page:
            page.form(1280, "light")
            page.open(url + "/")
            wants_a_key(page, url)
    print(f"Chromium: console by hand and keyboard, axe's rules, call, stream of {stream['pieces']} pieces and abort hold")


run(main)
