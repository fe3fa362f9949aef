import pytest
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException


def test_create_get_and_find_by_name(client, unique):
    experiment_id = client.create_experiment(unique, tags={"team": "bikes"})
    experiment = client.get_experiment(experiment_id)
    assert experiment.name == unique
    assert experiment.lifecycle_stage == "active"
    assert experiment.tags == {"team": "bikes"}
    assert experiment.artifact_location == f"mlflow-artifacts:/{experiment_id}"
    assert experiment.creation_time > 0
    assert client.get_experiment_by_name(unique).experiment_id == experiment_id
    assert client.get_experiment_by_name(unique + "-not") is None


def test_default_experiment_is_there(client):
    assert client.get_experiment("0").name == "Default"


def test_names_are_unique(client, unique):
    client.create_experiment(unique)
    with pytest.raises(MlflowException) as caught:
        client.create_experiment(unique)
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_unknown_experiment(client):
    with pytest.raises(MlflowException, match="No Experiment with id=999999 exists") as caught:
        client.get_experiment("999999")
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_rename_tags_delete_restore(client, unique):
    experiment_id = client.create_experiment(unique)
    client.rename_experiment(experiment_id, unique + "-new")
    client.set_experiment_tag(experiment_id, "a", "1")
    client.set_experiment_tag(experiment_id, "a", "2")
    assert client.get_experiment(experiment_id).name == unique + "-new"
    assert client.get_experiment(experiment_id).tags == {"a": "2"}
    client.delete_experiment_tag(experiment_id, "a")
    assert client.get_experiment(experiment_id).tags == {}
    run = client.create_run(experiment_id)
    client.delete_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.create_run(experiment_id)
    client.restore_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "active"


def test_search_filters_orders_and_pages(client, unique):
    ids = [client.create_experiment(f"{unique}-{i}", tags={"group": unique, "n": str(i)}) for i in range(5)]
    found = client.search_experiments(filter_string=f"tags.group = '{unique}'", order_by=["name DESC"])
    assert [e.experiment_id for e in found] == ids[::-1]
    like = client.search_experiments(filter_string=f"name LIKE '{unique}-%' and tags.n = '3'")
    assert [e.experiment_id for e in like] == [ids[3]]
    pages, token = [], None
    while True:
        page = client.search_experiments(filter_string=f"tags.group = '{unique}'", max_results=2, page_token=token)
        pages.append([e.experiment_id for e in page])
        token = page.token
        if not token:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(sum(pages, [])) == sorted(ids)
    client.delete_experiment(ids[0])
    deleted = client.search_experiments(view_type=ViewType.DELETED_ONLY, filter_string=f"tags.group = '{unique}'")
    assert [e.experiment_id for e in deleted] == [ids[0]]


def test_bad_filter_is_a_clear_error(client):
    with pytest.raises(MlflowException) as caught:
        client.search_experiments(filter_string="nam = 'x'")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    assert "name" in str(caught.value)
