"""A server with the bikes project, its first data and one trained model: what most end-to-end tests start from."""
import contextlib
import csv
import gzip
import io
import time

import requests

from harness.server import ROOT, Server, wait_until

RIDES = ["city", "hour", "casual", "registered", "cnt", "arrived"]
WEATHER = ["city", "hour", "temp", "atemp", "hum", "windspeed", "weathersit", "holiday", "workingday", "season"]
START = "2011-05-01T00:00:00Z"


def bikes_csv(columns, before=START):
    with gzip.open(ROOT / "examples" / "bikes" / "data" / "hour.csv.gz", "rt") as file:
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in csv.DictReader(file) if row["hour"] < before)
    return out.getvalue()


def api(server, method, path, **arguments):
    response = requests.request(method, f"{server.url}{path}", timeout=300, **arguments)
    assert response.ok, f"{method} {path}: {response.status_code} {response.text[:500]}"
    return response.json() if response.content else {}


def wait_for_run(server, run_id, limit_s=300):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        run = api(server, "GET", f"/api/v1/pipeline-runs/{run_id}")
        if run["state"] not in ("queued", "running"):
            return run
        time.sleep(0.1)
    raise AssertionError(f"pipeline run {run_id} did not end within {limit_s} s")


def load_bikes(server, project=ROOT / "examples" / "bikes"):
    """Applies the project, registers January to April 2011 and materialises the features."""
    body = {"file": "maru.yaml", "text": (project / "maru.yaml").read_text(), "root": str(project)}
    api(server, "POST", "/api/v1/projects/apply", json=body)
    for name, columns in (("rides", RIDES), ("weather", WEATHER)):
        api(server, "POST", f"/api/v1/datasets/{name}/versions", data=bikes_csv(columns), headers={"content-type": "text/csv"})
    api(server, "POST", "/api/v1/features/materialize", json={})


def train(server):
    run = api(server, "POST", "/api/v1/pipelines/train/runs", json={"params": {}})
    return wait_for_run(server, run["id"])


def freeze_champion(server):
    """Waits for the rule's choice, then keeps it under the alias that demand_frozen serves."""
    alias = "/api/2.0/mlflow/registered-models/alias"

    def champion():
        answer = requests.get(f"{server.url}{alias}?name=demand&alias=champion", timeout=30)
        return answer.json()["model_version"]["version"] if answer.ok else None

    version = wait_until(champion, what="a champion")
    api(server, "POST", alias, json={"name": "demand", "alias": "frozen", "version": version})
    for endpoint in ("demand", "demand_frozen"):
        wait_until(lambda: api(server, "GET", f"/api/v1/endpoints/{endpoint}")["state"] == "ready", what=f"endpoint {endpoint}")


@contextlib.contextmanager
def bikes_server(data, *arguments):
    python = ROOT / ".venv" / "bin" / "python"
    with Server(data, "--set", f"server.clock_start={START}", "--set", "server.tick=50ms", "--set", f"automation.python={python}", *arguments) as server:
        load_bikes(server)
        run = train(server)
        assert run["state"] == "succeeded", run
        freeze_champion(server)
        yield server
