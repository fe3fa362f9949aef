"""Logged models, the registry, and models that go there and back."""

import mlflow
import numpy
import pytest
from mlflow.exceptions import MlflowException


class Doubler(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input * 2


@pytest.fixture
def logged(client, unique):
    """A model logged in a run: (run id, model info)."""
    mlflow.set_experiment(unique)
    with mlflow.start_run() as run:
        info = mlflow.pyfunc.log_model(name="model", python_model=Doubler(), input_example=numpy.array([[1.0, 2.0]]))
    return run.info.run_id, info


def test_log_register_alias_stage_and_load(client, unique, logged):
    run_id, info = logged
    version = mlflow.register_model(info.model_uri, unique)
    assert version.version == "1" or version.version == 1
    client.set_registered_model_alias(unique, "champion", 1)
    client.transition_model_version_stage(unique, 1, "Production")
    by_alias = client.get_model_version_by_alias(unique, "champion")
    assert (int(by_alias.version), by_alias.current_stage, by_alias.run_id) == (1, "Production", run_id)
    model = mlflow.pyfunc.load_model(f"models:/{unique}@champion")
    assert model.predict(numpy.array([[1.0, 2.0]])).tolist() == [[2.0, 4.0]]
    again = mlflow.pyfunc.load_model(info.model_uri)
    assert again.predict(numpy.array([[3.0, 0.0]])).tolist() == [[6.0, 0.0]]
    assert mlflow.pyfunc.load_model(f"runs:/{run_id}/model").predict(numpy.array([[1.0, 1.0]])).tolist() == [[2.0, 2.0]]


def test_register_from_runs_uri(client, unique, logged):
    run_id, _ = logged
    version = mlflow.register_model(f"runs:/{run_id}/model", unique)
    assert version.run_id == run_id
    assert mlflow.pyfunc.load_model(f"models:/{unique}/1").predict(numpy.array([[5.0, 1.0]])).tolist() == [[10.0, 2.0]]


def test_sklearn_autolog(client, unique):
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LinearRegression

    mlflow.set_experiment(unique)
    mlflow.sklearn.autolog()
    try:
        with mlflow.start_run() as run:
            LinearRegression().fit(numpy.array([[1.0], [2.0], [3.0]]), numpy.array([2.0, 4.0, 6.0]))
    finally:
        mlflow.sklearn.autolog(disable=True)
    data = client.get_run(run.info.run_id).data
    assert data.params["fit_intercept"] == "True"
    assert data.metrics["training_r2_score"] == pytest.approx(1.0)
    experiment = client.get_experiment_by_name(unique).experiment_id
    models = mlflow.search_logged_models(experiment_ids=[experiment], output_format="list")
    assert [m.source_run_id for m in models] == [run.info.run_id]
    loaded = mlflow.sklearn.load_model(models[0].model_uri)
    assert loaded.predict([[10.0]])[0] == pytest.approx(20.0)
    outputs = client.get_run(run.info.run_id).outputs.model_outputs
    assert [o.model_id for o in outputs] == [models[0].model_id]


def test_logged_model_life(client, experiment):
    model = client.create_logged_model(experiment, name="m1", params={"p": "1"}, tags={"a": "b"}, model_type="agent")
    assert model.status == "PENDING"
    assert model.params == {"p": "1"}
    assert model.artifact_location == f"mlflow-artifacts:/{experiment}/models/{model.model_id}/artifacts"
    ready = client.finalize_logged_model(model.model_id, "READY")
    assert ready.status == "READY"
    client.set_logged_model_tags(model.model_id, {"a": "c", "d": "e"})
    client.log_model_params(model.model_id, {"q": "2"})
    got = client.get_logged_model(model.model_id)
    assert got.tags == {"a": "c", "d": "e"}
    assert got.params == {"p": "1", "q": "2"}
    client.delete_logged_model_tag(model.model_id, "d")
    assert client.get_logged_model(model.model_id).tags == {"a": "c"}
    client.delete_logged_model(model.model_id)
    with pytest.raises(MlflowException, match="not found"):
        client.get_logged_model(model.model_id)


def test_logged_model_metrics_and_search(client, experiment):
    run = client.create_run(experiment)
    models = [client.create_logged_model(experiment, name=f"m{i}", params={"d": str(i)}) for i in range(3)]
    for i, model in enumerate(models):
        client.log_metric(run.info.run_id, "acc", 0.1 * i, model_id=model.model_id, dataset_name="ds", dataset_digest="1")
    metric = client.get_logged_model(models[2].model_id).metrics[0]
    assert (metric.key, metric.value, metric.run_id, metric.dataset_name) == ("acc", 0.2, run.info.run_id, "ds")

    def ids(**query):
        return [m.name for m in client.search_logged_models([experiment], **query)]

    assert ids(filter_string="metrics.acc > 0.05", order_by=[{"field_name": "metrics.acc", "ascending": True}]) == ["m1", "m2"]
    assert ids(filter_string="params.d = '1'") == ["m1"]
    assert ids(filter_string="name = 'm0'") == ["m0"]
    assert ids(order_by=[{"field_name": "metrics.acc", "ascending": False}]) == ["m2", "m1", "m0"]
    assert ids(datasets=[{"dataset_name": "other"}]) == []
    first = client.search_logged_models([experiment], max_results=2)
    rest = client.search_logged_models([experiment], max_results=2, page_token=first.token)
    assert len(first) == 2
    assert len(rest) == 1
    assert not rest.token


def test_registry_life(client, unique):
    client.create_registered_model(unique, tags={"t": "1"}, description="about")
    with pytest.raises(MlflowException, match="already exists") as caught:
        client.create_registered_model(unique)
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"
    versions = [client.create_model_version(unique, f"mlflow-artifacts:/0/x/{i}", tags={"n": str(i)}) for i in (1, 2, 3)]
    assert [int(v.version) for v in versions] == [1, 2, 3]
    client.update_model_version(unique, 2, "second")
    client.set_model_version_tag(unique, 2, "k", "v")
    got = client.get_model_version(unique, 2)
    assert (got.description, got.tags, got.status) == ("second", {"n": "2", "k": "v"}, "READY")
    client.delete_model_version_tag(unique, 2, "k")
    client.set_registered_model_alias(unique, "champion", 1)
    client.set_registered_model_alias(unique, "champion", 3)
    assert client.get_registered_model(unique).aliases in ({"champion": "3"}, {"champion": 3})
    assert client.get_model_version(unique, 3).aliases == ["champion"]
    client.transition_model_version_stage(unique, 1, "staging")
    client.transition_model_version_stage(unique, 2, "Staging", archive_existing_versions=True)
    stages = {int(v.version): v.current_stage for v in client.search_model_versions(f"name = '{unique}'")}
    assert stages == {1: "Archived", 2: "Staging", 3: "None"}
    assert [int(v.version) for v in client.get_latest_versions(unique, ["Staging"])] == [2]
    assert client.get_model_version_download_uri(unique, 1) == "mlflow-artifacts:/0/x/1"
    client.delete_model_version(unique, 3)
    with pytest.raises(MlflowException):
        client.get_model_version_by_alias(unique, "champion")
    assert int(client.create_model_version(unique, "mlflow-artifacts:/0/x/4").version) == 4
    client.rename_registered_model(unique, unique + "-b")
    assert client.get_model_version(unique + "-b", 2).description == "second"
    client.delete_registered_model(unique + "-b")
    with pytest.raises(MlflowException, match="not found"):
        client.get_registered_model(unique + "-b")


@pytest.mark.parametrize("alias", ["latest", "v1", "a b", ""])
def test_reserved_and_bad_aliases(client, unique, alias):
    client.create_registered_model(unique)
    client.create_model_version(unique, "mlflow-artifacts:/0/x")
    with pytest.raises(MlflowException) as caught:
        client.set_registered_model_alias(unique, alias, 1)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("source", ["/etc", "file:///etc", "mlflow-artifacts:/a/../../b", "mlflow-artifacts:/a/%2e%2e/b", "../x"])
def test_bad_sources(client, unique, source):
    client.create_registered_model(unique)
    with pytest.raises(MlflowException, match="Invalid model version source") as caught:
        client._get_registry_client().store.create_model_version(unique, source)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_search_registry(client, unique):
    for i in range(4):
        client.create_registered_model(f"{unique}-{i}", tags={"group": unique if i % 2 else "other"})
    found = client.search_registered_models(f"name LIKE '{unique}-%'", order_by=["name DESC"])
    assert [m.name for m in found] == [f"{unique}-{i}" for i in (3, 2, 1, 0)]
    assert [m.name for m in client.search_registered_models(f"tags.group = '{unique}'")] == [f"{unique}-1", f"{unique}-3"]
    page = client.search_registered_models(f"name LIKE '{unique}-%'", max_results=3)
    assert len(page) == 3
    rest = client.search_registered_models(f"name LIKE '{unique}-%'", max_results=3, page_token=page.token)
    assert [m.name for m in rest] == [f"{unique}-3"]


def test_prompts(client, unique):
    first = mlflow.genai.register_prompt(name=unique, template="Hello {{name}}", commit_message="one")
    second = mlflow.genai.register_prompt(name=unique, template="Bye {{name}}", tags={"k": "v"})
    assert (first.version, second.version) == (1, 2)
    mlflow.genai.set_prompt_alias(unique, "best", 2)
    assert mlflow.genai.load_prompt(f"prompts:/{unique}@best").format(name="Ann") == "Bye Ann"
    assert mlflow.genai.load_prompt(f"prompts:/{unique}/1").template == "Hello {{name}}"
    assert unique in [p.name for p in mlflow.genai.search_prompts(f"name = '{unique}'")]
    assert unique not in [m.name for m in client.search_registered_models()]
