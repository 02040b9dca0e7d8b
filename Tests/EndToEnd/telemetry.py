#!/usr/bin/env python3
"""Traces and metrics by OTLP/HTTP, received here and decoded with the messages of PyPI's opentelemetry-proto."""
import collections
import gzip
import http.server
import json
import threading
import time

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from serving import check, parser, request, run, server

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
STAGES = {"retrieval", "queue", "prefill", "decode"}


class Receiver:
    """A collector: keeps what comes; if it is to refuse, the first body gets 503 and a Retry-After."""

    def __init__(self, refuses=True):
        self.refuses = refuses
        self.spans, self.resources, self.metrics, self.refused, self.lock = [], [], {}, [], threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers["content-encoding"] == "gzip":
                    body = gzip.decompress(body)
                status = receiver.take(self.path, self.headers["content-type"], body)
                self.send_response(status)
                if status == 503:
                    self.send_header("retry-after", "1")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def take(self, path, kind, body):
        check(kind == "application/x-protobuf", f"{path}: content type {kind}")
        with self.lock:
            if self.refuses and not self.refused and path == "/v1/traces":
                self.refused.append((time.monotonic(), body))
                return 503
            if self.refused and len(self.refused) == 1 and path == "/v1/traces":
                self.refused.append((time.monotonic(), body))
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    self.resources.append(resource.resource)
                    for scope in resource.scope_spans:
                        check(scope.scope.name == "kinglet" and scope.scope.version, f"scope {scope.scope}")
                        self.spans += scope.spans
            elif path == "/v1/metrics":
                for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                    self.metrics = {m.name: m for scope in resource.scope_metrics for m in scope.metrics}
            else:
                return 404
        return 200

    def wait(self, what, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.lock:
                if (found := what()):
                    return found
            time.sleep(0.05)
        check(False, f"after {seconds} s there are {len(self.spans)} spans and {len(self.metrics)} metrics")


def attributes(of):
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in of.attributes}


def trees(spans):
    """Spans by their trace: the request, then what lies within it."""
    by_trace = collections.defaultdict(list)
    for span in spans:
        by_trace[span.trace_id.hex()].append(span)
    return by_trace


def check_tree(spans, parent):
    """One request with its work and stages, each within what is around it."""
    root = next(s for s in spans if s.kind == Span.SPAN_KIND_SERVER)
    check(root.parent_span_id.hex() == parent, f"the parent is {root.parent_span_id.hex()}")
    names = {s.span_id: s for s in spans}
    check(len(names) == len(spans), "ids of spans repeat")
    for span in spans:
        check(span.start_time_unix_nano <= span.end_time_unix_nano, f"{span.name} ends before it begins")
        check(abs(span.start_time_unix_nano / 1e9 - time.time()) < 600, f"{span.name} is of another day")
        if span is not root:
            around = names[span.parent_span_id]
            check(around.start_time_unix_nano <= span.start_time_unix_nano
                  and span.end_time_unix_nano <= around.end_time_unix_nano, f"{span.name} reaches beyond {around.name}")
    return root


def traces(url, receiver):
    call = {"query": "turn off the kitchen lights"}
    chat = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 6}
    status, headers, _ = request(url + "/v1/functioncall", call, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    check(status == 200 and headers["traceparent"].startswith(f"00-{TRACE}-"), f"traceparent {headers['traceparent']}")
    check(request(url + "/v1/chat/completions", chat)[0] == 200, "a chat")
    check(request(url + "/v1/functioncall", {"query": 5})[0] == 400, "a bad request")
    request(url + "/healthz")
    receiver.wait(lambda: len(trees(receiver.spans)) >= 3)
    all_trees = trees(receiver.spans)
    joined = all_trees[TRACE]
    root = check_tree(joined, PARENT)
    check(root.name == "POST /v1/functioncall" and root.status.code == Status.STATUS_CODE_UNSET, f"root {root.name}")
    http = attributes(root)
    check(http["http.route"] == "/v1/functioncall" and http["http.response.status_code"] == 200, f"{http}")
    stages = {s.name for s in joined} & STAGES
    check({"prefill", "decode"} <= stages, f"stages {stages}")
    parts = sorted((s for s in joined if s.name in STAGES), key=lambda s: s.start_time_unix_nano)
    check(all(a.end_time_unix_nano <= b.start_time_unix_nano for a, b in zip(parts, parts[1:])),
          f"stages overlap: {[(p.name, p.start_time_unix_nano, p.end_time_unix_nano) for p in parts]}")
    work = next(s for s in joined if s.name.startswith("function_call "))
    told = attributes(work)
    check(told["gen_ai.usage.input_tokens"] > 0 and told["kinglet.outcome"] == "call", f"{told}")
    rest = [check_tree(spans, "") for trace, spans in all_trees.items() if trace != TRACE]
    check(sorted(attributes(r)["http.response.status_code"] for r in rest) == [200, 400], "the other two requests")
    chats = [s for s in receiver.spans if attributes(s).get("gen_ai.operation.name") == "chat"]
    check(len(chats) == 1 and attributes(chats[0])["gen_ai.usage.output_tokens"] == 6, f"chats {chats}")
    check(not any("healthz" in s.name for s in receiver.spans), "a probe was traced")
    if receiver.refuses:
        (first, body), (second, again) = receiver.refused
        check(second - first >= 1 and body == again, "the refused body did not come again after the time that was said")
    named = attributes(receiver.resources[0])
    check(named["service.name"] == "kinglet-test" and named["service.version"], f"resource {named}")


def metrics(url, receiver):
    """What /metrics says and what is sent agree."""
    receiver.wait(lambda: "kinglet_requests_total" in receiver.metrics)
    for _ in range(20):
        time.sleep(0.5)
        requests = receiver.metrics["kinglet_requests_total"].sum
        counted = {(attributes(p)["route"], attributes(p)["status"]): p.as_double for p in requests.data_points}
        if counted.get(("/v1/functioncall", "400")):
            break
    check(counted[("/v1/functioncall", "200")] == 1 and counted[("/v1/functioncall", "400")] == 1, f"{counted}")
    check(requests.is_monotonic and requests.aggregation_temporality == 2, "not a cumulative sum")
    times = receiver.metrics["kinglet_response_time_seconds"]
    check(times.unit == "s", f"unit {times.unit!r}")
    for point in times.histogram.data_points:
        check(len(point.bucket_counts) == len(point.explicit_bounds) + 1, "buckets and bounds")
        check(sum(point.bucket_counts) == point.count and point.sum > 0, f"{point}")
    text = request(url + "/metrics")[2]
    for name in ("gen_ai.server.request.duration", "gen_ai.server.time_to_first_token", "gen_ai.client.token.usage",
                 "http.server.request.duration"):
        check(receiver.metrics[name].histogram.data_points, f"no {name}")
    tokens = receiver.metrics["gen_ai.client.token.usage"].histogram.data_points
    put = sum(p.sum for p in tokens if attributes(p)["gen_ai.token.type"] == "input")
    counted = [line for line in text.splitlines() if line.startswith("kinglet_prompt_tokens_total")]
    # The first call, which the server makes itself, is no request.
    check(0 < put <= float(counted[0].split()[-1]), f"{put} prompt tokens, {counted}")
    check("kinglet_otlp_traces_total" in text, "the exporter's own counters")


def main():
    arguments = parser(__doc__).parse_args()
    check(not arguments.url, "this needs a server of its own: give --kinglet")
    receiver = Receiver()
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_SERVICE_NAME": "kinglet-test"}
    with server(arguments, "--set", "telemetry.otlp.interval_seconds=1", environment=environment) as url:
        traces(url, receiver)
        print("traces: right")
        metrics(url, receiver)
        print("metrics: right")
        before = len(receiver.spans)
        request(url + "/v1/functioncall", {"query": "turn on the bedroom lights"})
    check(len(receiver.spans) > before, "what was left at the end was not sent")
    print(json.dumps({"spans": len(receiver.spans), "metrics": len(receiver.metrics)}))


if __name__ == "__main__":
    run(main)
