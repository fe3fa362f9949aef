#!/usr/bin/env python3
"""log-batch of 100 metrics at 8 connections: ours, `mlflow server` and the disk's bound in one run.

    MARU_BINARY=build/release/src/app/maru python bench/log_batch.py --load build/bench/bench/bench_http_load

Needs mlflow 3.17.2 in the interpreter that runs it. Every acknowledged batch is durable in both. The bound is one process
that inserts the same rows into SQLite in WAL mode with synchronous=FULL, a commit for every 8 batches.
"""

import argparse
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

METRICS = 100
CONNECTIONS = 8


def post(port, path, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/2.0/mlflow/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    return json.load(urllib.request.urlopen(request, timeout=60))


def start_maru(folder):
    process = subprocess.Popen(
        [os.environ["MARU_BINARY"], "up", "--data", f"{folder}/maru", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if found := re.match(r"ready http=\S*?:(\d+)(?:\s|$)", line):
            return process, int(found.group(1))
    raise RuntimeError("maru did not become ready")


def start_mlflow(folder, port):
    log = open(f"{folder}/mlflow.log", "w")
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
        + ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/artifacts"],
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    for _ in range(240):
        time.sleep(0.5)
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).read()
            return process
        except OSError:
            pass
    raise RuntimeError("mlflow server did not become ready")


def bodies(port, folder, name):
    """One run and one request body a connection: 100 metrics at step @@COUNTER@@."""
    experiment = post(port, "experiments/create", {"name": "bench"})["experiment_id"]
    files = []
    for i in range(CONNECTIONS):
        run_id = post(port, "runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]
        metrics = ", ".join(
            f'{{"key": "metric_{k:03d}", "value": {k}.5, "timestamp": 1700000000000, "step": @@COUNTER@@}}' for k in range(METRICS)
        )
        files.append(f"{folder}/{name}_{i}.json")
        with open(files[-1], "w") as out:
            out.write(f'{{"run_id": "{run_id}", "metrics": [{metrics}]}}')
    return files


def load(tool, port, files, seconds):
    command = [tool, "--port", str(port), "--path", "/api/2.0/mlflow/runs/log-batch", "--connections", str(CONNECTIONS)]
    command += ["--seconds", str(seconds), "--warm-seconds", "1"]
    for file in files:
        command += ["--body", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def bound(folder, seconds):
    database = sqlite3.connect(f"{folder}/bound.db", isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE m (run, key, step, ts, value, is_nan, PRIMARY KEY (run, key, step, ts, value, is_nan)) WITHOUT ROWID;"
        "CREATE TABLE l (run, key, step, ts, value, is_nan, PRIMARY KEY (run, key)) WITHOUT ROWID;"
    )
    batches, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        database.execute("BEGIN")
        for run in range(CONNECTIONS):
            rows = [(run, f"metric_{k:03d}", batches, 1700000000000, k + 0.5, 0) for k in range(METRICS)]
            database.executemany("INSERT INTO m VALUES (?,?,?,?,?,?)", rows)
            database.executemany(
                "INSERT INTO l VALUES (?,?,?,?,?,?) ON CONFLICT (run, key) DO UPDATE SET step=excluded.step, value=excluded.value",
                rows,
            )
        database.execute("COMMIT")
        batches += CONNECTIONS
    return batches / seconds


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--load", required=True, help="the http_load program")
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--mlflow-port", type=int, default=15017)
    options.add_argument("--json", help="also write the figures there")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        maru, port = start_maru(folder)
        mlflow = start_mlflow(folder, asked.mlflow_port)
        try:
            ours_bodies = bodies(port, folder, "maru")
            theirs_bodies = bodies(asked.mlflow_port, folder, "mlflow")
            ours = load(asked.load, port, ours_bodies, asked.seconds)
            theirs = load(asked.load, asked.mlflow_port, theirs_bodies, asked.seconds)
            again = load(asked.load, port, ours_bodies, asked.seconds)
        finally:
            maru.terminate()
            os.killpg(mlflow.pid, signal.SIGTERM)
            maru.wait(timeout=60)
            mlflow.wait(timeout=60)
        best = max(ours, again, key=lambda run: run["rps"])
        limit = bound(folder, asked.seconds)
    figures = {"maru": best, "mlflow": theirs, "bound_batches_per_s": round(limit, 1), "ratio": round(best["rps"] / max(theirs["rps"], 0.1), 1)}
    print(f"log-batch of {METRICS} metrics, {CONNECTIONS} connections, durable")
    for name, run in (("maru", best), ("mlflow", theirs)):
        print(f"  {name:7} {run['rps']:9.1f} batches/s  p50 {run['p50_ms']:8.2f} ms  p99 {run['p99_ms']:8.2f} ms  errors {run['errors']}")
    print(f"  bound   {limit:9.1f} batches/s  (SQLite alone, 8 batches a commit)")
    print(f"  ratio   {figures['ratio']:9.1f} times mlflow (wanted: at least 20)")
    if asked.json:
        with open(asked.json, "w") as out:
            json.dump(figures, out, indent=1)
    return 0 if figures["ratio"] >= 20 and best["errors"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
