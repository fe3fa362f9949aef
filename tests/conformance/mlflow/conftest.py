"""The unmodified mlflow client against the real binary (MARU_BINARY), one server for the whole session."""

import os
import re
import signal
import subprocess
import uuid

import pytest

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow  # noqa: E402
from mlflow import MlflowClient  # noqa: E402


class Server:
    """One `maru up` on a folder; can be killed and started again on the same data."""

    def __init__(self, data):
        self.data = data
        self.url = None
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [os.environ["MARU_BINARY"], "up", "--data", str(self.data), "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in self.process.stdout:
            if found := re.match(r"ready http=(?:http://)?(\S+)", line):
                self.url = f"http://{found.group(1)}"
                return self
        raise RuntimeError(f"the server ended with {self.process.wait()} before it was ready")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("maru")).start()
    yield running
    running.stop()


@pytest.fixture
def own_server(tmp_path):
    """A server that the test may kill."""
    running = Server(tmp_path / "data").start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def client(server):
    mlflow.set_tracking_uri(server.url)
    mlflow.set_registry_uri(server.url)
    return MlflowClient(server.url)


@pytest.fixture
def unique():
    """A name no other test uses."""
    return f"t-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def experiment(client, unique):
    return client.create_experiment(unique)


@pytest.fixture
def run(client, experiment):
    return client.create_run(experiment)
