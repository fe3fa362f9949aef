#!/usr/bin/env python3
"""Walks the UI in a real Chromium against the real binary with the bikes project on it."""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests"))
from harness.bikes import bikes_server  # noqa: E402


def main():
    with tempfile.TemporaryDirectory(prefix="maru-ui-") as folder, bikes_server(pathlib.Path(folder) / "data") as server:
        environment = dict(os.environ, MARU_URL=server.url, MARU_UI_SHOTS=str(ROOT / "build" / "screenshots"))
        return subprocess.run(["node", str(ROOT / "tests" / "e2e" / "ui" / "run.mjs")], env=environment, check=False).returncode


sys.exit(main())
