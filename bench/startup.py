#!/usr/bin/env python3
"""Start to the first 200 of /health, idle memory and size on disk: ours beside `mlflow server` in the same run.

    .venv/bin/python bench/startup.py [--peer .venv/bin/mlflow]     the peer is left out when it is not installed
"""
import argparse
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from harness.server import BINARY  # noqa: E402

ROUNDS = 7
IDLE_S = 2
PEER_LIMIT_S = 120


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def wait_for_200(port, limit_s):
    end = time.perf_counter() + limit_s
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.002)
    raise RuntimeError("no answer")


def tree(pid):
    """The process and everything below it."""
    pids, listed = [pid], [pid]
    while listed:
        children = pathlib.Path(f"/proc/{listed.pop()}/task").glob("*/children")
        for file in children:
            found = [int(child) for child in file.read_text().split()]
            pids += found
            listed += found
    return pids


def memory_mib(pid, field):
    total = 0
    for each in tree(pid):
        try:
            for line in pathlib.Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith(field + ":"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return total / 1024


def measure(command, port, limit_s):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for_200(port, limit_s)
        ready_ms = (time.perf_counter() - began) * 1000
        time.sleep(IDLE_S)
        return ready_ms, memory_mib(process.pid, "Rss"), memory_mib(process.pid, "Pss")
    finally:
        for pid in reversed(tree(process.pid)):
            try:
                os.kill(pid, signal.SIGTERM if pid == process.pid else signal.SIGKILL)
            except OSError:
                pass
        process.wait()


def ours():
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as data:
            port = free_port()
            rounds.append(measure([str(BINARY), "up", "--data", data, "--listen", f"127.0.0.1:{port}", "--grpc", "127.0.0.1:0"], port, 30))
    return [statistics.median(column) for column in zip(*rounds)]


def peer(mlflow):
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        command = [mlflow, "server", "--host", "127.0.0.1", "--port", str(port), "--backend-store-uri", f"sqlite:///{data}/mlflow.db", "--artifacts-destination", f"{data}/artifacts"]
        return measure(command, port, PEER_LIMIT_S)


def sizes_mib():
    libraries = [path for path in (ROOT / ".cache" / "deps" / "lib").glob("*.so*")]
    return BINARY.resolve().stat().st_size / 2**20, sum(path.stat().st_size for path in libraries) / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", default=shutil.which("mlflow") or str(ROOT / ".venv" / "bin" / "mlflow"))
    options = parser.parse_args()
    mine = ours()
    theirs = peer(options.peer) if shutil.which(options.peer) and _is_server(options.peer) else None
    print(f"{'':24}{'ours':>12}{'mlflow server':>16}{'ratio':>9}")
    for index, (name, unit) in enumerate((("start to first 200", "ms"), ("idle RSS", "MiB"), ("idle PSS", "MiB"))):
        other = f"{theirs[index]:>16,.0f}{theirs[index] / mine[index]:>8.0f}×" if theirs else f"{'not installed':>16}"
        print(f"{name + ', ' + unit:24}{mine[index]:>12,.1f}{other}")
    binary, libraries = sizes_mib()
    print(f"{'binary, MiB':24}{binary:>12,.1f}\n{'pinned libraries, MiB':24}{libraries:>12,.1f}")


def _is_server(mlflow):
    """mlflow-skinny has the command and not the server."""
    return subprocess.run([mlflow, "server", "--help"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
