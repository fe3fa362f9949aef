"""kill -9 at bad moments: what was acknowledged is there, what was interrupted goes on or says why not."""
import threading
import time

import pytest
import requests

from harness.bikes import START, api, load_bikes, train, wait_for_run
from harness.server import ROOT, Server, wait_until

PYTHON = ROOT / ".venv" / "bin" / "python"


def make_server(tmp_path, *arguments):
    return Server(tmp_path / "data", "--set", f"server.clock_start={START}", "--set", "server.tick=50ms", "--set", f"automation.python={PYTHON}", *arguments)


def test_every_acknowledged_metric_survives(tmp_path):
    with Server(tmp_path / "data") as server:
        experiment = api(server, "POST", "/api/2.0/mlflow/experiments/create", json={"name": "kill"})["experiment_id"]
        runs = [api(server, "POST", "/api/2.0/mlflow/runs/create", json={"experiment_id": experiment})["run"]["info"]["run_id"] for _ in range(4)]
        acknowledged = {run: 0 for run in runs}
        url = server.url

        def write(run):
            session = requests.Session()
            for step in range(100_000):
                metric = {"key": "loss", "value": float(step), "timestamp": step, "step": step}
                try:
                    response = session.post(f"{url}/api/2.0/mlflow/runs/log-batch", json={"run_id": run, "metrics": [metric]}, timeout=10)
                except requests.RequestException:
                    return
                if response.status_code != 200:
                    return
                acknowledged[run] = step + 1

        writers = [threading.Thread(target=write, args=(run,)) for run in runs]
        for writer in writers:
            writer.start()
        wait_until(lambda: min(acknowledged.values()) > 50, what="some metrics")
        server.kill()
        for writer in writers:
            writer.join()
        server.start()
        for run in runs:
            history = api(server, "GET", f"/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=loss")["metrics"]
            steps = [int(point.get("step", 0)) for point in history]
            assert steps == sorted(set(steps)), "no point twice"
            assert set(range(acknowledged[run])) <= set(steps), "no acknowledged point lost"


def test_a_killed_materialisation_is_done_again(tmp_path):
    with make_server(tmp_path) as server:
        load_bikes(server)
        worker = threading.Thread(target=lambda: _quietly(server.url + "/api/v1/features/materialize"))
        worker.start()
        time.sleep(0.02)
        server.kill()
        worker.join()
        server.start()
        api(server, "POST", "/api/v1/features/materialize", json={})
        rows = api(server, "POST", "/api/v1/features/online", json={"service": "demand_v1", "entities": [{"city": "washington"}], "at": "2011-04-20T08:00:00Z"})
        values = dict(zip(rows["features"], rows["rows"][0]["values"]))
        assert values["yesterday"] is not None and values["temp"] is not None


def _quietly(url):
    try:
        requests.post(url, json={}, timeout=60)
    except requests.RequestException:
        pass


def test_a_killed_pipeline_goes_on_or_says_why_not(tmp_path):
    with make_server(tmp_path) as server:
        load_bikes(server)
        run = api(server, "POST", "/api/v1/pipelines/train/runs", json={"params": {}})["id"]

        def reached(name):
            steps = {step["name"]: step["state"] for step in api(server, "GET", f"/api/v1/pipeline-runs/{run}")["steps"]}
            return steps.get(name) in ("running", "succeeded")

        wait_until(lambda: reached("search"), limit_s=120, what="step search")
        server.kill()
        server.start()
        ended = wait_for_run(server, run)
        assert ended["state"] in ("succeeded", "failed")
        if ended["state"] == "failed":
            assert ended["reason"]
        # Either way life goes on.
        assert train(server)["state"] == "succeeded"
        version = wait_until(lambda: requests.get(f"{server.url}/api/2.0/mlflow/registered-models/alias?name=demand&alias=champion", timeout=30).status_code == 200, what="a champion")
        assert version


def test_a_second_server_on_the_folder_is_refused(tmp_path):
    with Server(tmp_path / "data"):
        with pytest.raises(RuntimeError) as refused:
            Server(tmp_path / "data").start()
        assert "in use by process" in str(refused.value)


def test_sigterm_ends_in_order(tmp_path):
    server = Server(tmp_path / "data").start()
    api(server, "POST", "/api/2.0/mlflow/experiments/create", json={"name": "calm"})
    assert server.stop() == 0
    server.start()
    assert api(server, "GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=calm")["experiment"]["name"] == "calm"
    server.kill()
