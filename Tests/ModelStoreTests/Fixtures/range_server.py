"""Serves the file given as argument at every path, byte ranges too; prints its port. /cut: half of what is asked for.

/status/N answers N. Ends when its standard input does, so that it cannot outlive the test.
"""

import http.server
import pathlib
import re
import sys
import threading

DATA = pathlib.Path(sys.argv[1]).read_bytes()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/status/"):
            return self.send_error(int(self.path.rsplit("/", 1)[1]))
        start = 0
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if found and not self.path.startswith("/whole"):
            start = int(found.group(1))
        body = DATA[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(DATA) - 1}/{len(DATA)}")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path.startswith("/cut") else body)

    def log_message(self, *_):
        print(self.command, self.path, self.headers.get("Range", "-"), file=sys.stderr)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
