"""The unmodified tritonclient and requests against the real binary (MARU_BINARY), serving one small ONNX model."""

import os
import re
import signal
import subprocess
import types

import numpy as np
import onnx
import pytest
import requests
from onnx import TensorProto, helper, numpy_helper

WEIGHTS = np.array([[0.5], [-2.0], [10.0]], dtype=np.float32)

MLMODEL = """
artifact_path: model
flavors:
  onnx: {data: model.onnx, onnx_version: 1.17.0}
  python_function: {data: model.onnx, loader_module: mlflow.onnx}
signature:
  inputs: '[{"type": "tensor", "name": "x", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]'
  outputs: '[{"type": "tensor", "name": "y", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]'
"""


def expected(x):
    return x @ WEIGHTS


def onnx_bytes():
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(WEIGHTS, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()


def register(url):
    """Logs the model as MLflow's REST API does it, names it, and puts it behind the endpoint `linear`."""

    def call(path, **body):
        response = requests.post(f"{url}/api/2.0/mlflow/{path}", json=body, timeout=30)
        response.raise_for_status()
        return response.json()

    run = call("runs/create", experiment_id="0")["run"]["info"]
    folder = run["artifact_uri"].removeprefix("mlflow-artifacts:/").strip("/")
    for name, content in (("MLmodel", MLMODEL.encode()), ("model.onnx", onnx_bytes())):
        target = f"{url}/api/2.0/mlflow-artifacts/artifacts/{folder}/model/{name}"
        requests.put(target, data=content, timeout=30).raise_for_status()
    call("registered-models/create", name="linear")
    call("model-versions/create", name="linear", source=f"runs:/{run['run_id']}/model", run_id=run["run_id"])
    call("registered-models/alias", name="linear", alias="champion", version="1")
    answer = requests.post(f"{url}/api/v1/endpoints", json={"name": "linear", "model": "linear"}, timeout=60)
    assert answer.ok, answer.text


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    process = subprocess.Popen(
        [os.environ["MARU_BINARY"], "up", "--data", str(tmp_path_factory.mktemp("maru")),
         "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    ready = next(filter(None, (re.match(r"ready http=(\S+) grpc=(\S+)", line) for line in process.stdout)), None)
    assert ready, "the server ended before it was ready"
    http, grpc = ready.group(1).removeprefix("http://"), ready.group(2)
    register(f"http://{http}")
    yield types.SimpleNamespace(http=http, grpc=grpc, url=f"http://{http}")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    process.stdout.close()
