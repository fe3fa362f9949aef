import numpy as np
import pytest
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from conftest import expected


@pytest.fixture
def client(server):
    with triton.InferenceServerClient(server.grpc) as connected:
        yield connected


def infer_input(x):
    tensor = triton.InferInput("x", list(x.shape), "FP32")
    tensor.set_data_from_numpy(x)
    return tensor


def test_says_what_it_serves(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("linear")
    assert client.is_model_ready("linear", "1")
    metadata = client.get_model_metadata("linear")
    assert metadata.versions == ["1"]
    assert [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.inputs] == [("x", "FP32", [-1, 3])]
    assert [model.name for model in client.get_model_repository_index().models] == ["linear"]
    assert client.get_server_metadata().name == "maru"


def test_predicts(client):
    x = np.random.default_rng(2).normal(size=(64, 3)).astype(np.float32)
    result = client.infer("linear", [infer_input(x)], request_id="g-1")
    assert np.allclose(result.as_numpy("y"), expected(x), rtol=1e-6)
    assert result.get_response().id == "g-1"


def test_refuses_clearly(client):
    with pytest.raises(InferenceServerException) as raised:
        client.infer("linear", [infer_input(np.ones((1, 2), dtype=np.float32))])
    assert raised.value.status() == "StatusCode.INVALID_ARGUMENT"
    with pytest.raises(InferenceServerException) as raised:
        client.infer("nothing", [infer_input(np.ones((1, 3), dtype=np.float32))])
    assert raised.value.status() == "StatusCode.NOT_FOUND"
