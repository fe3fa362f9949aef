import hashlib
import os

import mlflow
import pytest
import requests
from mlflow.artifacts import download_artifacts
from mlflow.exceptions import MlflowException


def test_text_dict_and_folder(client, unique, tmp_path):
    mlflow.set_experiment(unique)
    folder = tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("A")
    (folder / "deep" / "b.bin").write_bytes(bytes(range(256)) * 100)
    with mlflow.start_run() as run:
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"k": 1}, "config.json")
        mlflow.log_artifacts(str(folder), "files")
    run_id = run.info.run_id
    assert [(f.path, f.is_dir) for f in client.list_artifacts(run_id)] == [
        ("config.json", False),
        ("files", True),
        ("notes", True),
    ]
    listed = client.list_artifacts(run_id, "files")
    assert [(f.path, f.is_dir, f.file_size) for f in listed] == [("files/a.txt", False, 1), ("files/deep", True, None)]
    local = client.download_artifacts(run_id, "files", str(tmp_path))
    assert open(os.path.join(local, "deep", "b.bin"), "rb").read() == bytes(range(256)) * 100
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt") == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/config.json") == {"k": 1}


def test_large_file_and_ranges(server, client, run, tmp_path):
    big = tmp_path / "big.bin"
    block = os.urandom(1 << 20)
    with big.open("wb") as out:
        for _ in range(40):
            out.write(block)
    client.log_artifact(run.info.run_id, str(big))
    local = client.download_artifacts(run.info.run_id, "big.bin", str(tmp_path / "got" if False else tmp_path))
    assert hashlib.sha256(open(local, "rb").read()).digest() == hashlib.sha256(big.read_bytes()).digest()
    path = run.info.artifact_uri.removeprefix("mlflow-artifacts:/") + "/big.bin"
    url = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/{path}"
    part = requests.get(url, headers={"Range": "bytes=1048570-1048585"}, timeout=10)
    assert part.status_code == 206
    assert part.content == block[-6:] + block[:10]
    assert requests.get(url, headers={"Range": "bytes=999999999-"}, timeout=10).status_code == 416


def test_delete(client, run):
    mlflow.set_tracking_uri(client.tracking_uri)
    client.log_text(run.info.run_id, "x", "d/x.txt")
    client.log_text(run.info.run_id, "y", "y.txt")
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    repository = get_artifact_repository(run.info.artifact_uri)
    repository.delete_artifacts("d")
    assert [f.path for f in client.list_artifacts(run.info.run_id)] == ["y.txt"]
    repository.delete_artifacts("y.txt")
    assert client.list_artifacts(run.info.run_id) == []


def test_overwrite_and_headers(server, client, run):
    client.log_text(run.info.run_id, "<html>one</html>", "page.html")
    client.log_text(run.info.run_id, "<html>two</html>", "page.html")
    answer = requests.get(
        f"{server.url}/get-artifact", params={"run_id": run.info.run_id, "path": "page.html"}, timeout=10
    )
    assert answer.text == "<html>two</html>"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"].startswith("text/html")


def test_missing_artifact(client, run, tmp_path):
    with pytest.raises(MlflowException):
        download_artifacts(run_id=run.info.run_id, artifact_path="nothing.txt", dst_path=str(tmp_path))
    assert client.list_artifacts(run.info.run_id, "nothing") == []


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "a/../../secret",
        "%2e%2e/secret",
        "%2e%2e%2fsecret",
        "%252e%252e%252fsecret",
        "a/%2e%2e/%2e%2e/secret",
        "..%5csecret",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "a%00b",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_path_leaves_the_tree(server, path, method):
    # http.client sends the path as it is; requests would tidy it first.
    import http.client

    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request(method, f"/api/2.0/mlflow-artifacts/artifacts/{path}", body=b"x" if method == "PUT" else None)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in (400, 404), body
    listing = requests.get(
        f"{server.url}/api/2.0/mlflow-artifacts/artifacts", params={"path": path.replace("%2e", ".")}, timeout=10
    )
    assert listing.status_code == 400 or listing.json() == {}
