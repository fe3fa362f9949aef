"""What the client never does, and what it asks before it begins."""

import json
import signal

import pytest
import requests
from mlflow import MlflowClient
from mlflow.entities import Metric


def test_meta(server):
    assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
    assert requests.get(f"{server.url}/version", timeout=5).text == "3.17.2"
    info = requests.get(f"{server.url}/api/3.0/mlflow/server-info", timeout=5).json()
    assert info["store_type"] == "SqlStore"


def post(server, path, body, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    return requests.post(f"{server.url}/api/2.0/mlflow/{path}", data=text, headers=headers, timeout=10)


def test_proto3_json_forms(server, client, run):
    run_id = run.info.run_id
    forms = [
        {"run_id": run_id, "metrics": [{"key": "a", "value": 1, "timestamp": "12", "step": "3"}]},
        {"run_id": run_id, "metrics": [{"key": "b", "value": "NaN", "timestamp": 12.0}], "unknown": {"x": []}},
        {"run_uuid": run_id, "metrics": [{"key": "c", "value": "1.5", "timestamp": 12, "step": None}]},
    ]
    for form in forms:
        answer = post(server, "runs/log-batch", form)
        assert (answer.status_code, answer.json()) == (200, {}), answer.text
    assert post(server, "runs/log-metric", {"runId": run_id, "key": "d", "value": 2, "timestamp": 1}).status_code == 200
    got = client.get_run(run_id).data.metrics
    assert (got["a"], got["c"], got["d"]) == (1.0, 1.5, 2.0)


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("experiments/create", {}, "Missing value for required parameter 'name'"),
        ("experiments/create", {"name": 123}, "Invalid value 123 for parameter 'name' supplied"),
        ("experiments/create", "{", "body"),
        ("experiments/create", "[]", "object"),
        ("runs/log-batch", {"metrics": []}, "Missing value for required parameter 'run_id'"),
        ("runs/log-batch", {"run_id": "x" * 32, "metrics": [{"value": 1, "timestamp": 1}]}, "metrics[0].key"),
        ("runs/log-batch", {"run_id": "x" * 32, "metrics": [{"key": "a", "timestamp": 1}]}, "metrics[0].value"),
        ("runs/log-batch", {"run_id": "x" * 32, "metrics": [{"key": "a", "value": 1}]}, "metrics[0].timestamp"),
        ("runs/log-batch", {"run_id": "x" * 32, "metrics": [{"key": "a", "value": "x", "timestamp": 1}]}, "metrics[0].value"),
        ("runs/log-batch", {"run_id": "x" * 32, "params": {"a": 1}}, "params"),
        ("runs/log-batch", "{\"run_id\": ", "body"),
        ("runs/log-metric", {"run_id": "x" * 32, "key": "a", "timestamp": 1}, "'value'"),
        ("runs/search", {"experiment_ids": "0", "max_results": 50001}, "50000"),
    ],
)
def test_bad_requests_are_told_why(server, path, body, says):
    answer = post(server, path, body)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert says in answer.json()["message"]


def test_a_bad_batch_changes_nothing(server, client, run):
    run_id = run.info.run_id
    client.log_param(run_id, "p", "1")
    body = {
        "run_id": run_id,
        "metrics": [{"key": "m", "value": 1, "timestamp": 1}],
        "params": [{"key": "p", "value": "2"}],
        "tags": [{"key": "t", "value": "v"}],
    }
    assert post(server, "runs/log-batch", body).status_code == 400
    data = client.get_run(run_id).data
    assert data.metrics == {}
    assert "t" not in data.tags


def test_unknown_route_has_mlflow_shape(server):
    answer = requests.get(f"{server.url}/api/2.0/mlflow/nothing/here", timeout=5)
    assert answer.status_code == 404
    assert "error_code" in answer.json()


def test_acknowledged_batches_survive_kill_9(own_server):
    client = MlflowClient(own_server.url)
    run_id = client.create_run("0").info.run_id
    for i in range(20):
        client.log_batch(run_id, metrics=[Metric("m", float(i * 10 + j), 1, i * 10 + j) for j in range(10)])
    own_server.stop(signal.SIGKILL)
    own_server.start()
    client = MlflowClient(own_server.url)
    assert len(client.get_metric_history(run_id, "m")) == 200
    assert client.get_run(run_id).data.metrics == {"m": 199.0}
