import math

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunStatus, RunTag, ViewType
from mlflow.exceptions import MlflowException


def test_create_get_update(client, experiment):
    run = client.create_run(experiment, start_time=1234567, tags={"mlflow.user": "ann"}, run_name="first")
    assert run.info.run_name == "first"
    assert run.info.start_time == 1234567
    assert run.info.status == "RUNNING"
    assert run.info.artifact_uri == f"mlflow-artifacts:/{experiment}/{run.info.run_id}/artifacts"
    client.update_run(run.info.run_id, name="second")
    assert client.get_run(run.info.run_id).data.tags["mlflow.runName"] == "second"
    client.set_terminated(run.info.run_id, status="FAILED", end_time=7654321)
    ended = client.get_run(run.info.run_id).info
    assert (ended.status, ended.end_time, ended.run_name) == ("FAILED", 7654321, "second")


def test_a_run_without_a_name_gets_one(client, experiment):
    run = client.create_run(experiment)
    assert run.info.run_name
    assert run.data.tags["mlflow.runName"] == run.info.run_name


def test_params_tags_and_metrics(client, run):
    run_id = run.info.run_id
    client.log_param(run_id, "depth", 6)
    client.log_param(run_id, "depth", 6)
    client.set_tag(run_id, "team x", "bikes")
    client.log_metric(run_id, "rmse", 3.5, timestamp=100, step=1)
    client.log_metric(run_id, "rmse", 2.5, timestamp=200, step=2)
    client.log_metric(run_id, "rmse", 9.5, timestamp=50, step=0)
    data = client.get_run(run_id).data
    assert data.params == {"depth": "6"}
    assert data.tags["team x"] == "bikes"
    assert data.metrics == {"rmse": 2.5}
    with pytest.raises(MlflowException, match="Changing param values is not allowed") as caught:
        client.log_param(run_id, "depth", 7)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    client.delete_tag(run_id, "team x")
    assert "team x" not in client.get_run(run_id).data.tags
    with pytest.raises(MlflowException, match="No tag with name"):
        client.delete_tag(run_id, "team x")


def test_log_batch_and_history(client, run):
    run_id = run.info.run_id
    metrics = [Metric("loss", 1 / (i + 1), 1000 + i, i) for i in range(1000)]
    client.log_batch(run_id, metrics=metrics)
    client.log_batch(run_id, metrics=metrics[:10], params=[Param("p", "1")], tags=[RunTag("t", "v")])
    history = client.get_metric_history(run_id, "loss")
    assert [(m.step, m.timestamp, m.value) for m in history] == [(m.step, m.timestamp, m.value) for m in metrics]
    assert client.get_run(run_id).data.metrics["loss"] == metrics[-1].value


def test_extreme_numbers(client, run):
    run_id = run.info.run_id
    values = {"nan": math.nan, "inf": math.inf, "minus": -math.inf, "tiny": 5e-324, "third": 1 / 3, "zero": 0.0}
    for key, value in values.items():
        client.log_metric(run_id, key, value, timestamp=1)
    logged = client.get_run(run_id).data.metrics
    assert math.isnan(logged["nan"])
    # MLflow's SQL store keeps the largest double for an infinity, and so do we.
    assert logged["inf"] == 1.7976931348623157e308
    assert logged["minus"] == -1.7976931348623157e308
    assert (logged["tiny"], logged["third"], logged["zero"]) == (5e-324, 1 / 3, 0.0)


def test_limits_are_told_as_mlflow_tells_them(client, run):
    run_id = run.info.run_id
    for bad in [{"metrics": [Metric("a", 1, 1, 0)] * 1001}, {"params": [Param(f"p{i}", "1") for i in range(101)]}]:
        with pytest.raises(MlflowException, match="A batch logging request can contain at most"):
            client._tracking_client.store.log_batch(run_id, **{"metrics": [], "params": [], "tags": [], **bad})
    with pytest.raises(MlflowException, match="Names may only contain"):
        client._tracking_client.store.log_batch(run_id, metrics=[Metric("a#b", 1, 1, 0)], params=[], tags=[])
    with pytest.raises(MlflowException, match="not found"):
        client.log_metric("0" * 32, "a", 1)


def test_delete_and_restore(client, run):
    run_id = run.info.run_id
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.log_metric(run_id, "a", 1)
    client.restore_run(run_id)
    client.log_metric(run_id, "a", 1)


@pytest.fixture
def many_runs(client, experiment):
    """Six runs: rmse 0..5, depth 3 or 6, tag `team x`."""
    ids = []
    for i in range(6):
        run = client.create_run(experiment, start_time=1000 + i, run_name=f"run-{i}")
        client.log_batch(
            run.info.run_id,
            metrics=[Metric("rmse", float(i), 1, 0)],
            params=[Param("depth", "3" if i % 2 else "6")],
            tags=[RunTag("team x", "alpha" if i < 3 else "beta")],
        )
        ids.append(run.info.run_id)
    return ids


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("metrics.rmse < 2", [0, 1]),
        ("metrics.rmse >= 2 and params.depth = '6'", [2, 4]),
        ("params.depth != '6'", [1, 3, 5]),
        ("tags.`team x` LIKE 'al%'", [0, 1, 2]),
        ("tags.\"team x\" ILIKE 'BET%'", [3, 4, 5]),
        ("attributes.run_name = 'run-4'", [4]),
        ("run_name IN ('run-1', 'run-2')", [1, 2]),
        ("start_time > 1003", [4, 5]),
        ("attributes.status = 'RUNNING' and metrics.rmse = 5", [5]),
        ("metrics.rmse < 1 or metrics.rmse > 4", [0, 5]),
        ("not params.depth = '6' and metrics.rmse < 4", [1, 3]),
        ("params.nothing = 'x'", []),
        ("params.nothing IS NULL", [0, 1, 2, 3, 4, 5]),
        ("", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_search_filters(client, experiment, many_runs, filter_string, expected):
    found = client.search_runs([experiment], filter_string=filter_string)
    assert sorted(many_runs.index(r.info.run_id) for r in found) == expected


def test_search_order_and_pages(client, experiment, many_runs):
    client.log_metric(many_runs[5], "extra", math.nan)
    client.log_metric(many_runs[2], "extra", 1.0)
    newest_first = client.search_runs([experiment])
    assert [r.info.run_id for r in newest_first] == many_runs[::-1]
    by_metric = client.search_runs([experiment], order_by=["metrics.rmse DESC"], max_results=4)
    assert [r.info.run_id for r in by_metric] == many_runs[:1:-1]
    rest = client.search_runs([experiment], order_by=["metrics.rmse DESC"], max_results=4, page_token=by_metric.token)
    assert [r.info.run_id for r in rest] == many_runs[1::-1]
    assert not rest.token
    by_extra = client.search_runs([experiment], order_by=["metrics.extra"])
    assert [r.info.run_id for r in by_extra][:2] == [many_runs[2], many_runs[5]]
    by_param = client.search_runs([experiment], order_by=["params.depth ASC", "attributes.start_time ASC"])
    assert [many_runs.index(r.info.run_id) for r in by_param] == [1, 3, 5, 0, 2, 4]


def test_search_says_what_is_wrong(client, experiment):
    for bad, hint in [("metrcs.rmse < 1", "metrics"), ("metrics.rmse <", "column"), ("params.a = 3", "text")]:
        with pytest.raises(MlflowException) as caught:
            client.search_runs([experiment], filter_string=bad)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
        assert hint in str(caught.value)


def test_search_views(client, experiment, many_runs):
    client.delete_run(many_runs[0])
    assert len(client.search_runs([experiment])) == 5
    assert len(client.search_runs([experiment], run_view_type=ViewType.ALL)) == 6
    deleted = client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)
    assert [r.info.run_id for r in deleted] == [many_runs[0]]


def test_fluent_flow_with_nested_runs(client, unique):
    mlflow.set_experiment(unique)
    with mlflow.start_run() as parent:
        mlflow.log_params({"a": 1, "b": "x"})
        mlflow.log_metrics({"m": 1.0, "n": 2.0}, step=3)
        with mlflow.start_run(nested=True) as child:
            mlflow.set_tags({"k": "v"})
    table = mlflow.search_runs(experiment_names=[unique])
    assert set(table.run_id) == {parent.info.run_id, child.info.run_id}
    assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert client.get_run(parent.info.run_id).info.status == RunStatus.to_string(RunStatus.FINISHED)


def test_inputs_and_datasets(client, unique):
    pandas = pytest.importorskip("pandas")
    mlflow.set_experiment(unique)
    frame = pandas.DataFrame({"x": [1, 2, 3], "y": [1.0, 2.0, 3.0]})
    dataset = mlflow.data.from_pandas(frame, source="file:///tmp/rides.csv", name="rides")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(dataset, context="training")
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert [i.dataset.name for i in inputs] == ["rides"]
    assert inputs[0].dataset.digest == dataset.digest
    assert {t.key: t.value for t in inputs[0].tags} == {"mlflow.data.context": "training"}
    experiment = client.get_experiment_by_name(unique).experiment_id
    found = client.search_runs([experiment], filter_string="dataset.name = 'rides' and dataset.context = 'training'")
    assert [r.info.run_id for r in found] == [run.info.run_id]
