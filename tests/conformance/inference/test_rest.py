import numpy as np
import pytest
import requests
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from conftest import expected


@pytest.fixture
def client(server):
    with triton.InferenceServerClient(server.http) as connected:
        yield connected


def test_says_what_it_serves(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("linear")
    assert client.is_model_ready("linear", "1")
    assert not client.is_model_ready("linear", "2")
    assert not client.is_model_ready("nothing")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata("linear")
    assert metadata["name"] == "linear" and metadata["versions"] == ["1"]
    assert metadata["inputs"] == [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}]
    assert client.get_model_config("linear")["input"][0]["data_type"] == "TYPE_FP32"
    index = client.get_model_repository_index()
    assert [(entry["name"], entry["state"]) for entry in index] == [("linear", "READY")]


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
@pytest.mark.parametrize("compression", [None, "gzip", "deflate"])
def test_predicts(client, binary_in, binary_out, compression):
    x = np.random.default_rng(1).normal(size=(64, 3)).astype(np.float32)
    tensor = triton.InferInput("x", list(x.shape), "FP32")
    tensor.set_data_from_numpy(x, binary_data=binary_in)
    result = client.infer(
        "linear",
        [tensor],
        outputs=[triton.InferRequestedOutput("y", binary_data=binary_out)],
        request_id="r-1",
        request_compression_algorithm=compression,
        response_compression_algorithm=compression,
    )
    assert np.allclose(result.as_numpy("y"), expected(x), rtol=1e-6)
    assert result.get_response()["id"] == "r-1"
    assert result.get_response()["model_version"] == "1"


def test_predicts_at_once(client):
    x = np.ones((1, 3), dtype=np.float32)
    tensor = triton.InferInput("x", [1, 3], "FP32")
    tensor.set_data_from_numpy(x)
    pending = [client.async_infer("linear", [tensor]) for _ in range(50)]
    assert all(np.allclose(one.get_result().as_numpy("y"), expected(x)) for one in pending)
    assert client.get_inference_statistics("linear")["model_stats"][0]["execution_count"] >= 50


def test_refuses_clearly(client, server):
    wrong = triton.InferInput("x", [1, 2], "FP32")
    wrong.set_data_from_numpy(np.ones((1, 2), dtype=np.float32))
    with pytest.raises(InferenceServerException) as raised:
        client.infer("linear", [wrong])
    assert raised.value.status() == "400"
    with pytest.raises(InferenceServerException) as raised:
        client.infer("nothing", [wrong])
    assert raised.value.status() == "404"
    for body in (b"", b"{", b"[]", b'{"inputs": 3}', b"\x00" * 64, b'{"inputs":[{"name":"x","datatype":"FP32","shape":[1e99],"data":[]}]}'):
        answer = requests.post(f"{server.url}/v2/models/linear/infer", data=body, timeout=10)
        assert answer.status_code == 400 and set(answer.json()) == {"error"}, body
    assert client.is_server_live()


def test_scores_as_mlflow_does(server):
    rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    want = expected(np.array(rows, dtype=np.float32)).ravel().tolist()
    bodies = (
        {"instances": rows},
        {"inputs": rows},
        {"inputs": {"x": rows}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": rows}},
        {"dataframe_records": [dict(zip("abc", row)) for row in rows]},
    )
    for path in ("/invocations", "/endpoints/linear/invocations"):
        for body in bodies:
            answer = requests.post(server.url + path, json=body, timeout=10)
            assert answer.status_code == 200, answer.text
            assert np.allclose(np.ravel(answer.json()["predictions"]), want), body
        answer = requests.post(server.url + path, data="a,b,c\n1,2,3\n4,5,6\n", headers={"content-type": "text/csv"}, timeout=10)
        assert np.allclose(answer.json()["predictions"], want)
        answer = requests.post(server.url + path, json={"rows": rows}, timeout=10)
        assert answer.status_code == 400 and answer.json()["error_code"] == "BAD_REQUEST"
