import math

import requests
from mlflow.entities import Metric


def test_history_in_pages(client, run):
    run_id = run.info.run_id
    points = [Metric("m", float(i), 10 * i, i) for i in range(25)]
    client.log_batch(run_id, metrics=points)
    store = client._tracking_client.store
    steps, token = [], None
    while True:
        page = store.get_metric_history(run_id, "m", max_results=10, page_token=token)
        steps.append([m.step for m in page])
        token = page.token
        if not token:
            break
    assert [len(page) for page in steps] == [10, 10, 5]
    assert sum(steps, []) == list(range(25))
    assert client.get_metric_history(run_id, "nothing") == []


def test_bulk_history_of_several_runs(server, client, experiment):
    runs = [client.create_run(experiment).info.run_id for _ in range(2)]
    for run_id in runs:
        client.log_batch(run_id, metrics=[Metric("m", float(i), i, i) for i in range(5)])
    answer = requests.get(
        f"{server.url}/ajax-api/2.0/mlflow/metrics/get-history-bulk",
        params={"run_id": runs, "metric_key": "m"},
        timeout=10,
    ).json()
    assert [p["run_id"] for p in answer["metrics"]] == [r for r in sorted(runs) for _ in range(5)]
    assert [p["step"] for p in answer["metrics"]] == list(range(5)) * 2


def test_interval_keeps_first_and_last(server, client, run):
    run_id = run.info.run_id
    client.log_batch(run_id, metrics=[Metric("m", float(i), i, i) for i in range(1000)])
    client.log_batch(run_id, metrics=[Metric("m", float(i), i, i) for i in range(1000, 2000)])

    def sample(**extra):
        return requests.get(
            f"{server.url}/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval",
            params={"run_ids": run_id, "metric_key": "m", **extra},
            timeout=10,
        )

    steps = [p["step"] for p in sample(max_results=100).json()["metrics"]]
    assert len(steps) <= 100
    assert (steps[0], steps[-1]) == (0, 1999)
    assert max(b - a for a, b in zip(steps, steps[1:])) <= 21
    part = [p["step"] for p in sample(max_results=10, start_step=500, end_step=600).json()["metrics"]]
    assert (part[0], part[-1]) == (500, 600)
    assert [p["step"] for p in sample(max_results=1).json()["metrics"]] == [1999]
    assert sample(start_step=5).status_code == 400


def test_nan_travels(client, run):
    client.log_metric(run.info.run_id, "m", math.nan, timestamp=1, step=1)
    client.log_metric(run.info.run_id, "m", 2.0, timestamp=2, step=2)
    history = client.get_metric_history(run.info.run_id, "m")
    assert math.isnan(history[0].value)
    assert history[1].value == 2.0
