"""Headless Chromium by its DevTools protocol: one tab that is driven as a person would, with real keys."""
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

from serving import check

KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32}


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
        """The value of an asynchronous function's body."""
        result = self.call("Runtime.evaluate", expression=f"(async () => {{{script}}})()", awaitPromise=True,
                           returnByValue=True)
        check("exceptionDetails" not in result, f"script failed: {result.get('exceptionDetails')}")
        return result["result"].get("value")

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && document.title", "the page did not load")

    def wait(self, condition, message, seconds=60):
        """Waits until an expression of the page holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.evaluate(f"return Boolean({condition});"):
                return
            time.sleep(0.1)
        seen = self.evaluate("return document.querySelector('.view:not([hidden])')?.innerText.slice(0, 600);")
        check(False, f"{message}; the page shows: {seen!r}")

    def press(self, key, modifiers=0):
        """A key as a keyboard sends it. Modifiers: 1 Alt, 2 Ctrl, 8 Shift."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key],
                      modifiers=modifiers, **(text if kind == "keyDown" else {}))

    def type(self, text):
        self.call("Input.insertText", text=text)

    def form(self, width, scheme, height=900):
        """The window's width and the colours that the user likes."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme},
                                                         {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self, path):
        height = self.evaluate("return document.documentElement.scrollHeight;")
        width = self.evaluate("return innerWidth;")
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": min(height, 4000), "scale": 1})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


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
