"""An HTTP/2 peer that sends single frames, right or wrong, and sees what comes back."""

import hpack
from hyperframe import frame as frames

from kinglet_process import Failure

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
GET = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/healthz")]
POST = [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/tokenize")]

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR = range(7)
REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM = range(7, 12)


def raw(kind, flags=0, stream=0, payload=b"", length=None):
    """A frame as bytes, with a length of one's own if need be."""
    return (len(payload) if length is None else length).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(
        4, "big") + payload


def block(fields):
    """Literals without indexing, so that any stream order works and nothing is repaired."""
    out = b""
    for name, value in fields:
        out += b"\0"
        for text in (name, value):
            text = text if isinstance(text, bytes) else text.encode()
            out += hpack.hpack.encode_integer(len(text), 7) + text
    return bytes(out)


def headers(fields=GET, stream=1, ends=True, flags=None):
    return raw(1, (5 if ends else 4) if flags is None else flags, stream, block(fields))


class Peer:
    def __init__(self, server, settings=b"", timeout=5, preface=True):
        self.connection = server.connect(timeout)
        self.buffer = b""
        self.decoder = hpack.Decoder()
        self.decoder.max_header_list_size = 1 << 20
        if preface:
            self.send(PREFACE + raw(4, payload=settings))

    def send(self, data):
        self.connection.sendall(data)

    def next(self):
        """The next frame; None at the end of the connection."""
        while True:
            if len(self.buffer) >= 9:
                frame, length = frames.Frame.parse_frame_header(memoryview(self.buffer[:9]))
                if len(self.buffer) >= 9 + length:
                    frame.parse_body(memoryview(self.buffer[9:9 + length]))
                    self.buffer = self.buffer[9 + length:]
                    return frame
            try:
                piece = self.connection.recv(65536)
            except TimeoutError:
                raise Failure("the server says nothing and keeps the connection") from None
            except OSError:
                return None
            if not piece:
                return None
            self.buffer += piece

    def outcome(self, stream=1):
        """What becomes of a stream: ("answer", status), ("reset", code), ("goaway", code) or ("end", None)."""
        status = None
        while frame := self.next():
            if isinstance(frame, frames.GoAwayFrame):
                return "goaway", frame.error_code
            if isinstance(frame, frames.HeadersFrame):
                fields = dict(self.decoder.decode(frame.data))
                if frame.stream_id == stream:
                    status = int(fields[":status"])
            if frame.stream_id != stream:
                continue
            if isinstance(frame, frames.RstStreamFrame):
                return "reset", frame.error_code
            if "END_STREAM" in frame.flags:
                return "answer", status
        return "end", None

    def flood(self, piece, limit=20_000):
        """Sends pieces until the server has had enough: how many it took, and the code of its GOAWAY."""
        sent = 0
        try:
            while sent < limit:
                self.send(piece(sent) if callable(piece) else piece)
                sent += 1
        except OSError:
            pass
        kind, code = None, None
        try:
            while frame := self.next():
                if isinstance(frame, frames.GoAwayFrame):
                    kind, code = "goaway", frame.error_code
        except Failure:
            return sent, "stays open"
        return sent, code if kind else "end"

    def close(self):
        self.connection.close()
