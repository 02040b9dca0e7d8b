"""Kubernetes manifests for deploy.py: made by kustomize and Helm, checked against the published schemas and each other."""
import os
import pathlib
import subprocess
import tempfile

from serving import check


def documents(text):
    import yaml
    return [document for document in yaml.safe_load_all(text) if document]


def command(path):
    """The script that a manifest's one container with `bash -c` runs."""
    pods = [d["spec"]["template"]["spec"] for d in documents(path.read_text()) if "template" in d.get("spec", {})]
    return next(c["command"][2] for pod in pods for c in pod["containers"] if c["command"][:2] == ["bash", "-c"])


# Custom resources have no published schema in a package: what Kinglet's say is compared with what they speak of.
CUSTOM = {"ScaledObject", "HTTPRoute", "PodMonitor", "PrometheusRule", "RayService"}


def valid(found, where):
    import kubernetes_validate
    for document in found:
        name = f"{where}: {document['kind']} {document['metadata']['name']}"
        if document["kind"] in CUSTOM:
            check(document["apiVersion"].count("/") == 1 and document.get("spec"), f"{name}: no spec")
            continue
        try:
            kubernetes_validate.validate(document, "1.37", strict=True)
        except Exception as error:
            check(False, f"{name}: {error}")
    agree(found, where)
    locked(found, where)


def by_kind(found, *kinds):
    return [document for document in found if document["kind"] in kinds]


def pods(found):
    """name of the workload, its pod's labels and specification."""
    for workload in by_kind(found, "Deployment", "Job"):
        template = workload["spec"]["template"]
        yield workload["metadata"]["name"], template["metadata"]["labels"], template["spec"]


def agree(found, where):
    """What names something names something that is there."""
    maps = {d["metadata"]["name"] for d in by_kind(found, "ConfigMap")}
    services = {d["metadata"]["name"]: d for d in by_kind(found, "Service")}
    workloads = {name for name, _, _ in pods(found)}
    labels = [labels for _, labels, _ in pods(found)]
    for name, _, pod in pods(found):
        named = [v["configMap"]["name"] for v in pod["volumes"] if "configMap" in v]
        named += [e["configMapRef"]["name"] for c in pod["containers"] for e in c.get("envFrom", []) if "configMapRef" in e]
        check(set(named) <= maps, f"{where}: {name}: no ConfigMap {set(named) - maps}")
        volumes = {v["name"] for v in pod["volumes"]}
        for container in pod["containers"] + pod.get("initContainers", []):
            mounted = {m["name"] for m in container["volumeMounts"]}
            check(mounted <= volumes, f"{where}: {name}: no volume {mounted - volumes}")
    selectors = [(d["metadata"]["name"], d["spec"]["selector"]) for d in services.values()]
    selectors += [(d["metadata"]["name"], d["spec"]["selector"]["matchLabels"])
                  for d in by_kind(found, "PodDisruptionBudget", "PodMonitor")]
    selectors += [(d["metadata"]["name"], d["spec"]["podSelector"]["matchLabels"]) for d in by_kind(found, "NetworkPolicy")]
    for name, selector in selectors:
        check(any(selector.items() <= pod.items() for pod in labels), f"{where}: {name}: selects no pod: {selector}")
    for scaler in by_kind(found, "HorizontalPodAutoscaler", "ScaledObject"):
        target = scaler["spec"]["scaleTargetRef"]["name"]
        check(target in workloads, f"{where}: the autoscaler scales {target}, which is not there")
        deployment = next(d for d in by_kind(found, "Deployment") if d["metadata"]["name"] == target)
        check("replicas" not in deployment["spec"], f"{where}: {target} has replicas and an autoscaler")
    for route in by_kind(found, "HTTPRoute"):
        for backend in (b for rule in route["spec"]["rules"] for b in rule["backendRefs"]):
            ports = [p["port"] for p in services.get(backend["name"], {"spec": {"ports": []}})["spec"]["ports"]]
            check(backend["port"] in ports, f"{where}: the route leads to {backend}, which is not there")
    for router in (d for d in by_kind(found, "ConfigMap") if "envoy.yaml" in d.get("data", {})):
        headless = [n for n, d in services.items() if d["spec"].get("clusterIP") == "None"]
        check(any(f"address: {name}, port_value: 8080" in router["data"]["envoy.yaml"] for name in headless),
              f"{where}: Envoy asks none of {headless}")


def locked(found, where):
    """The restricted profile of the pod security standards."""
    for name, _, pod in pods(found):
        check(pod["securityContext"]["runAsNonRoot"] and not pod["automountServiceAccountToken"], f"{where}: {name}: privileges")
        for container in pod["containers"] + pod.get("initContainers", []):
            said = container["securityContext"]
            check(said["readOnlyRootFilesystem"] and said["capabilities"] == {"drop": ["ALL"]}
                  and said["allowPrivilegeEscalation"] is False, f"{where}: {name}: {container['name']} may do too much")
            check("memory" in container["resources"]["limits"] and "requests" in container["resources"],
                  f"{where}: {name}: {container['name']} has no resources")


def kustomize(deploy):
    """kustomize: base, example overlay, each component, evaluation, a larger model"""
    folder = deploy / "kubernetes"
    made = {path: documents(build(folder / path))
            for path in ("base", "overlays/example", "evaluation", "larger-model", "larger-model/kuberay")}
    for path, found in made.items():
        valid(found, path)
    check(by_kind(made["overlays/example"], "ScaledObject") and not by_kind(made["overlays/example"], "HorizontalPodAutoscaler"),
          "KEDA beside the HorizontalPodAutoscaler")
    images = {c["image"] for _, _, pod in pods(made["overlays/example"]) for c in pod["containers"] + pod.get("initContainers", [])}
    check("kinglet" not in images, f"an image without a version: {images}")
    for component in sorted(path.name for path in (folder / "components").iterdir()):
        with tempfile.TemporaryDirectory(dir=folder) as name:
            (pathlib.Path(name) / "kustomization.yaml").write_text(
                f"resources: [../base]\ncomponents: [../components/{component}]\n")
            found = documents(build(name))
            valid(found, f"components/{component}")
            if component == "larger-model":
                finds_larger_model(found, made["larger-model"])
    serves_by_ray(made["larger-model/kuberay"])


def finds_larger_model(mine, other):
    """Kinglet's settings lead to the Service, name the model that is served, and the networks of both let it through."""
    settings = next(d["data"] for d in by_kind(mine, "ConfigMap") if "KINGLET_REMOTE_URL" in d.get("data", {}))
    service, (vllm,) = by_kind(other, "Service")[0], [pod for _, _, pod in pods(other)]
    address = f"http://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}/v1"
    check(settings["KINGLET_REMOTE_URL"] == address, f"asked is {settings['KINGLET_REMOTE_URL']}, served {address}")
    check(f"--served-model-name={settings['KINGLET_REMOTE_MODEL']}" in vllm["containers"][0]["args"], "another model is served")
    policies = {d["metadata"]["name"]: d["spec"] for d in by_kind([*mine, *other], "NetworkPolicy")}
    labels = {name: pod for found in (mine, other) for name, pod, _ in pods(found)}
    for rules, who, port in ((policies["kinglet"]["egress"], "larger-model", 8000),
                             (policies["larger-model"]["ingress"], "kinglet", "http")):
        let = [rule for rule in rules for peer in rule.get("to", rule.get("from", [])) if "podSelector" in peer
               and peer["podSelector"]["matchLabels"].items() <= labels[who].items() and port in [p["port"] for p in rule["ports"]]]
        check(let, f"no way to or from {who}")


def serves_by_ray(found):
    """What KubeRay hands to Ray Serve is YAML; the GPUs that its replicas may ask for are there."""
    import yaml
    spec = by_kind(found, "RayService")[0]["spec"]
    model = yaml.safe_load(spec["serveConfigV2"])["applications"][0]["args"]["llm_configs"][0]
    most = model["deployment_config"]["autoscaling_config"]["max_replicas"]
    cluster = spec["rayClusterConfig"]
    gpus = sum(g["maxReplicas"] * int(g["template"]["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"])
               for g in cluster["workerGroupSpecs"])
    check(most <= gpus and cluster["enableInTreeAutoscaling"], f"{most} replicas of the model, {gpus} GPUs at most")
    images = {g["template"]["spec"]["containers"][0]["image"] for g in [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]}
    check(len(images) == 1 and f":{cluster['rayVersion']}-" in min(images), f"Ray {cluster['rayVersion']}, images {images}")


def build(folder):
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"kustomize {folder}: {done.stderr.strip()}")
    return done.stdout


VALUES = {
    "as it is": {},
    "everything": {
        "monitoring": {"enabled": True}, "route": {"enabled": True}, "keysSecret": "keys", "service": {"port": 8080},
        "pools": {"library": {"functions": [{"name": "hours", "description": "Tell when a branch is open."}]}},
        "imagePullSecrets": [{"name": "registry"}], "nodeSelector": {"cpu": "avx512"},
        "tolerations": [{"key": "cpu", "operator": "Exists"}], "autoscaling": {"kind": "keda"}},
    "model within, nothing scales": {"image": {"modelWithin": True}, "autoscaling": {"kind": "none", "minReplicas": 3},
                                     "networkPolicy": {"enabled": False}},
}
REFUSED = [{"autoscaling": {"kind": "vpa"}}, {"models": []}, {"settings": {"server.port": "9"}}, {"unknown": 1},
           {"pools": {"a": {}}}, {"service": {"port": 0}}]


def chart(deploy):
    """Helm: lint, templates with several values, values that must be refused"""
    import helm_python
    path = deploy / "helm/kinglet"
    said = helm_python.lint(path, strict=True)
    check(not said["errors"], f"helm lint: {said['errors']}")
    with helm_python.Chart.load(path) as loaded:
        for title, values in VALUES.items():
            made = loaded.render(values, name="shop", namespace="functions")
            found = [d for file, text in made.items() if file.endswith(".yaml") for d in documents(text)]
            valid(found, f"helm, {title}")
            names = [(d["kind"], d["metadata"]["name"]) for d in found]
            check(len(names) == len(set(names)), f"helm, {title}: a name twice")
            check(all(name.startswith("shop") for _, name in names), f"helm, {title}: a name that is not the release's")
        for values in REFUSED:
            try:
                loaded.validate_schema(values)
            except helm_python.HelmError:
                continue
            check(False, f"helm takes {values}")
        alerts = documents((deploy / "prometheus/alerts.yml").read_text())[0]
        rule = next(d for text in loaded.render(VALUES["everything"], name="shop").values() for d in documents(text)
                    if isinstance(d, dict) and d.get("kind") == "PrometheusRule")
        check(rule["spec"] == alerts, "the chart's alerts are not those of Deploy/prometheus")


def evaluation(deploy):
    """The indexed Job's command: each line of the data in one share"""
    script = command(deploy / "kubernetes/evaluation/job.yaml")
    data = deploy / "kubernetes/evaluation/data"
    lines, shares = (data / "requests.jsonl").read_text().splitlines(), []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "kinglet").write_text('#!/bin/sh\necho "$@" >> "$CALLED"\n')
        (folder / "kinglet").chmod(0o755)
        for index in range(4):
            environment = {**os.environ, "PATH": f"{name}:{os.environ['PATH']}", "CALLED": f"{name}/called", "SHARES": "4",
                           "DATA": str(data), "RESULTS": f"{name}/results", "JOB_COMPLETION_INDEX": str(index)}
            done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True)
            check(done.returncode == 0, f"the Job's command: {done.stderr}")
            shares += (folder / f"results/{index}/data.jsonl").read_text().splitlines()
        check(sorted(shares) == sorted(lines), "a line is in no share, or in two")
        called = (folder / "called").read_text()
        check(called.count("evaluate calls --data") == 4, called)
