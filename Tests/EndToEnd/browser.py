#!/usr/bin/env python3
"""Headless Chromium on the console: its own page, a call made by hand, fetch of a call and of a stream.

Talks to Chromium by its DevTools protocol; `--screenshot FILE` keeps what it saw.
"""
import base64
import contextlib
import itertools
import json
import re
import subprocess
import tempfile
import time
import urllib.request

from websockets.sync.client import connect

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

UNLABELLED = """
return [...document.querySelectorAll("input, select, textarea")].filter(e => !e.labels.length).map(e => e.id);
"""

BY_HAND = """
document.getElementById("query").value = "a bit warmer in the bedroom please";
document.getElementById("ask").requestSubmit();
for (let i = 0; i < 600; i++) {
  if (document.querySelector("#answer .outcome, #answer .bad")) break;
  await new Promise(done => setTimeout(done, 100));
}
return {answer: document.getElementById("answer").innerText, qps: document.getElementById("qps").innerText,
  wide: document.documentElement.scrollWidth > innerWidth};
"""


class Page:
    """One tab."""

    def __init__(self, socket):
        self.socket = socket
        self.numbers = itertools.count(1)
        self.complaints = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")

    def call(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=120))
            if message.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.complaints.append(message["params"])
            if message.get("id") == number:
                check("error" not in message, f"{method}: {message.get('error')}")
                return message["result"]

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=f"(async () => {{{script}}})()", awaitPromise=True,
                           returnByValue=True)
        check("exceptionDetails" not in result, f"script failed: {result.get('exceptionDetails')}")
        return result["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        for _ in range(100):
            if self.evaluate("return document.readyState === 'complete' && document.title;"):
                return
            time.sleep(0.1)
        check(False, "the page did not load")


@contextlib.contextmanager
def chromium():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
             "--window-size=1280,900", f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True)
        try:
            found = None
            for line in process.stderr:
                found = re.search(r"ws://(127\.0\.0\.1:\d+)/", line)
                if found:
                    break
            check(found, "Chromium did not start")
            tabs = json.load(urllib.request.urlopen(f"http://{found.group(1)}/json"))
            address = next(t["webSocketDebuggerUrl"] for t in tabs if t["type"] == "page")
            with connect(address, max_size=None) as socket:
                yield Page(socket)
        finally:
            process.terminate()
            process.wait(timeout=20)


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--screenshot")
    arguments = arguments.parse_args()
    with server(arguments) as url, chromium() as page:
        page.open(url + "/")
        check(page.evaluate("return document.title;") == "Kinglet", "not the console")
        check(page.evaluate(UNLABELLED) == [], "fields without a label")
        seen = page.evaluate(BY_HAND)
        for word in ("climate", "Legacy frame", "Candidates", "prompt tokens"):
            check(word in seen["answer"], f"{word!r} is not in the answer: {seen['answer']}")
        check(not seen["wide"], "the page is wider than the window")
        call = page.evaluate(CALL)
        check(call["status"] == 200 and call["body"]["calls"] and call["id"], f"fetch of a call: {call}")
        stream = page.evaluate(STREAM)
        check(stream["status"] == 200 and stream["type"] == "text/event-stream", f"fetch of a stream: {stream}")
        check(stream["text"].endswith("data: [DONE]\n\n") and stream["pieces"] > 1, f"stream: {stream['text'][-80:]}")
        check(page.evaluate(ABORT) == 0, "an aborted fetch still runs")
        check(not page.complaints, f"the browser complains: {page.complaints}")
        if arguments.screenshot:
            for scheme, width in (("light", 1280), ("dark", 1280), ("light", 420)):
                page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
                page.call("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1,
                          mobile=False)
                check(page.evaluate("return document.documentElement.scrollWidth <= innerWidth;"), f"{width} too narrow")
                data = page.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
                with open(f"{arguments.screenshot}-{scheme}-{width}.png", "wb") as file:
                    file.write(base64.b64decode(data))
    print(f"Chromium: console, call, stream of {stream['pieces']} pieces and abort hold")


run(main)
