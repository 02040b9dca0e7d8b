#!/usr/bin/env python3
"""Every file of Deploy, by the tools that will read it; what a server must answer for is asked of a running one.

    deploy.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct

Tools: Tests/deploy-requirements.txt, Debian's nginx-light, prometheus and systemd, kubectl. A check whose tool is missing is
skipped, and says so. Exit code 1 if anything does not hold. routing.py runs nginx and Envoy before two servers.
"""
import contextlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

import deploy_manifests
import serving
from serving import check

ROOT = pathlib.Path(__file__).parents[2]
DEPLOY = ROOT / "Deploy"


def tool(*command, stdin=None, **options):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, **options)
    check(done.returncode == 0, f"{' '.join(map(str, command))}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Files alone.

def image(_):
    """Dockerfile"""
    tool("hadolint", "--failure-threshold", "info", DEPLOY / "Dockerfile")
    text = (DEPLOY / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M):
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        for source in sources:
            check((ROOT / source).exists(), f"Dockerfile: COPY {source}: not there")
    check(re.findall(r"^USER (.*)$", text, re.M)[-1] != "0:0", "the image runs as root")
    # .git stays outside: the manifest gets the commit by this variable, which only an ARG before the build lets in.
    check(re.search(r"^ARG BUILD_COMMIT\nRUN swift build ", text, re.M) and 'environment["BUILD_COMMIT"]' in
          (ROOT / "Package.swift").read_text(), "Dockerfile: --version of the image cannot name a commit")


def compose(_):
    """compose.yaml"""
    said = json.loads(tool("docker-compose", "-f", DEPLOY / "compose.yaml", "config", "--format", "json"))
    for name, service in said["services"].items():
        check(":" in service["image"] or name == "kinglet", f"compose: {name}: an image without a version")
        for volume in service.get("volumes", []):
            check(volume["type"] != "bind" or os.path.exists(volume["source"]), f"compose: {name}: no {volume['source']}")


def systemd(arguments):
    """systemd units"""
    with tempfile.TemporaryDirectory() as folder:
        for unit in (DEPLOY / "systemd").iterdir():
            # The program where it lies now: verify looks whether it can be run.
            text = unit.read_text().replace("/usr/local/bin/kinglet", os.path.abspath(arguments.kinglet or "/bin/true"))
            (pathlib.Path(folder) / unit.name).write_text(text)
        units = sorted(str(path) for path in pathlib.Path(folder).iterdir())
        said = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
        ours = [line for line in said.stderr.splitlines() if "kinglet" in line]
        check(not ours, f"systemd-analyze verify: {ours}")
        # 0: nothing is allowed, 100: everything is.
        tool("systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager", f"{folder}/kinglet.service")


def proxies(_):
    """nginx"""
    with tempfile.TemporaryDirectory() as folder:
        text = (DEPLOY / "nginx/kinglet.conf").read_text().replace("/var/log/nginx", folder)
        main = pathlib.Path(folder) / "nginx.conf"
        main.write_text(f"pid {folder}/pid; error_log {folder}/e; events {{}} http {{ {text} }}")
        tool("nginx", "-t", "-q", "-e", f"{folder}/e", "-c", main)


def envoy(_):
    """envoy"""
    said = tool("envoy", "--mode", "validate", "-l", "warning", "-c", DEPLOY / "envoy/envoy.yaml")
    check("OK" in said, f"envoy: {said}")


def rules(_):
    """promtool: prometheus.yml, alerts.yml and their tests"""
    tool("promtool", "check", "config", DEPLOY / "prometheus/prometheus.yml")
    tool("promtool", "test", "rules", DEPLOY / "prometheus/alerts_test.yml")
    names = re.findall(r"alert: (\w+)", (DEPLOY / "prometheus/alerts.yml").read_text())
    untested = [name for name in names if f"alertname: {name}" not in (DEPLOY / "prometheus/alerts_test.yml").read_text()]
    check(not untested, f"alerts without a test: {untested}")


# With a server.

def busy(url):
    """Something of everything that is counted: calls, a refusal, a client that leaves."""
    for said in ("turn off the kitchen light", "lights on in the bedroom", "sing a song"):
        check(serving.request(f"{url}/v1/functioncall", {"query": said})[0] == 200, said)
    host = urllib.parse.urlsplit(url)
    with socket.create_connection((host.hostname, host.port)) as leaving:
        body = json.dumps({"query": "is the garage door shut, and if it is not then shut it please", "stream": True}).encode()
        leaving.sendall(b"POST /v1/functioncall HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        time.sleep(0.02)
    with socket.create_connection((host.hostname, host.port)) as large:
        large.sendall(b"POST /v1/functioncall HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n")
        large.recv(1000)


def ready(url):
    """The image's health check"""
    host = urllib.parse.urlsplit(url)
    tool(DEPLOY / "kinglet-ready.sh", "127.0.0.1", str(host.port))
    done = subprocess.run([DEPLOY / "kinglet-ready.sh", "127.0.0.1", str(free_port())], capture_output=True)
    check(done.returncode != 0, "kinglet-ready: well without a server")


def expressions(step="30s"):
    """(where, PromQL) of dashboard, rules and autoscalers. The step is what Grafana would say for its rate interval."""
    dashboard = json.loads((DEPLOY / "grafana/dashboards/kinglet.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"].replace("$__rate_interval", step).replace("$instance", ".*")
            check("$" not in expression, f"dashboard: {panel['title']}: {expression}")
            yield f"dashboard: {panel['title']}", expression
    alerts = (DEPLOY / "prometheus/alerts.yml").read_text()
    for found in re.finditer(r"^      - (record|alert): (\S+)\n +expr: (>-\n(?: {10}.*\n)+|.*)", alerts, re.M):
        yield f"{found[1]} {found[2]}", re.sub(r"^>-|\s+", " ", found[3]).strip()
    keda = (DEPLOY / "kubernetes/components/keda/scaledobject.yaml").read_text()
    yield "KEDA", re.search(r"query: (.*)", keda)[1]


@contextlib.contextmanager
def prometheus(url, quick=True):
    """Prometheus with the configuration of Deploy, which scrapes the server; yields a function that asks it. Quick: every second."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        target = urllib.parse.urlsplit(url).netloc
        text = (DEPLOY / "prometheus/prometheus.yml").read_text()
        text = re.sub(r"    dns_sd_configs:\n.*\n", f"    static_configs: [{{targets: ['{target}']}}]\n", text)
        if quick:
            text = text.replace("scrape_interval: 5s", "scrape_interval: 1s").replace("interval: 15s", "interval: 1s")
        (pathlib.Path(folder) / "prometheus.yml").write_text(text)
        shutil.copy(DEPLOY / "prometheus/alerts.yml", folder)
        process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", "--log.level=error",
             f"--web.listen-address=127.0.0.1:{port}"])
        stack.callback(process.wait)
        stack.callback(process.terminate)

        def ask(expression, **options):
            path = urllib.parse.urlencode({"query": expression, **options})
            status, _, text = serving.request(f"http://127.0.0.1:{port}/api/v1/query?{path}")
            check(status == 200, f"{expression}: {text[:300]}")
            return json.loads(text)["data"]["result"]

        yield ask


def all_expressions_answered(ask, step="30s"):
    """Every panel, rule and autoscaler has data, and no alert fires."""
    # An alert that is silent has nothing to show; shares of failures are of requests that failed.
    silent = ("alert ", "record kinglet:failed:share5m", "record kinglet:refused:share5m")
    asked = list(expressions(step))
    empty = [where for where, expression in asked if not ask(expression) and not where.startswith(silent)]
    check(not empty, f"no data from a server that answered: {empty}")
    firing = ask('ALERTS{alertstate="firing"}')
    check(not firing, f"alerts of a server that is well: {firing}")
    return len(asked)


def figures(url):
    """promtool check metrics, and a real Prometheus that is asked every expression of dashboard and alerts"""
    busy(url)
    tool("promtool", "check", "metrics", stdin=serving.request(f"{url}/metrics")[2])
    with prometheus(url) as ask:
        for attempt in range(60):
            with contextlib.suppress(OSError, serving.Failure):
                if attempt > 3 and ask("count_over_time(kinglet_build_info[1m]) > 3"):
                    break
            if attempt == 4:
                busy(url)
            time.sleep(1)
        all_expressions_answered(ask)
    known = set(re.findall(r"^# TYPE (\S+)", serving.request(f"{url}/metrics")[2], re.M))
    for where, expression in expressions():
        for name in re.findall(r"\b(?:kinglet|process)_\w+", expression):
            check(re.sub(r"_(bucket|sum|count)$", "", name) in known, f"{where}: the server has no {name}")


def reload(arguments):
    """Pools as a mounted ConfigMap, changed under a running server by components/reload"""
    with tempfile.TemporaryDirectory() as name:
        folder, pools = pathlib.Path(name), (DEPLOY / "kubernetes/base/pools/library.yaml").read_text()

        def put(version, **files):
            """As the kubelet does: files behind the link ..data, which is turned round at once."""
            (folder / version).mkdir()
            for file, text in files.items():
                (folder / version / f"{file}.yaml").write_text(text)
                if not (folder / f"{file}.yaml").is_symlink():
                    (folder / f"{file}.yaml").symlink_to(f"..data/{file}.yaml")
            (folder / "..new").symlink_to(version)
            (folder / "..new").rename(folder / "..data")

        put("..2026_1", library=pools)
        script = deploy_manifests.command(DEPLOY / "kubernetes/components/reload/reload.yaml")
        with serving.server(arguments, "--set", f"calling.pools={folder}", "--set", "calling.pool=library") as url:
            check(serving.request(f"{url}/v1/pools/library")[0] == 200, "no pool from a mounted ConfigMap")
            process = subprocess.Popen(["bash", "-c", script], env={**os.environ, "POOLS": name, "EVERY": "0.2"})
            try:
                time.sleep(0.5)
                put("..2026_2", library=pools, cinema=(DEPLOY / "kubernetes/overlays/example/pools/cinema.yaml").read_text())
                for _ in range(100):
                    if serving.request(f"{url}/v1/pools/cinema")[0] == 200:
                        break
                    time.sleep(0.1)
                check(serving.request(f"{url}/v1/pools/cinema")[0] == 200, "a pool that was added is not served")
            finally:
                process.terminate()
                process.wait()


def attempt(made, argument, *needed):
    """Runs a check whose tools are there."""
    title, missing = made.__doc__.strip().splitlines()[0], [t for t in needed if not there(t)]
    if missing:
        print(f"SKIPPED: {title}: no {', '.join(missing)} here", flush=True)
        return
    begin = time.time()
    made(argument)
    print(f"{title}: right, {time.time() - begin:.1f} s", flush=True)


def there(name):
    return shutil.which(name) or importlib.util.find_spec(name)


def main():
    arguments = serving.parser(__doc__.splitlines()[0]).parse_args()
    os.environ["PATH"] += f":/usr/sbin:{pathlib.Path(sys.executable).parent}"
    attempt(image, arguments, "hadolint")
    attempt(compose, arguments, "docker-compose")
    attempt(systemd, arguments, "systemd-analyze")
    attempt(proxies, arguments, "nginx")
    attempt(envoy, arguments, "envoy")
    attempt(rules, arguments, "promtool")
    attempt(deploy_manifests.kustomize, DEPLOY, "kubectl", "kubernetes_validate")
    attempt(deploy_manifests.chart, DEPLOY, "helm_python", "kubernetes_validate")
    attempt(deploy_manifests.evaluation, DEPLOY, "awk", "yaml")
    if not (arguments.kinglet or arguments.url):
        print("SKIPPED: what needs a server: neither --kinglet nor --url")
        return
    with serving.server(arguments) as url:
        attempt(ready, url, "bash")
        attempt(figures, url, "promtool", "prometheus")
    if arguments.kinglet:
        attempt(reload, arguments, "bash", "yaml")


if __name__ == "__main__":
    serving.run(main)
