"""Names that people's scripts rely on change only on purpose: routes, settings, metric names, the command line.

To accept a change on purpose: MARU_ACCEPT=1 .venv/bin/python -m pytest tests/golden, then read the diff.
"""
import json
import os
import pathlib
import re
import subprocess

import pytest
import requests

from harness.server import BINARY, Server

HERE = pathlib.Path(__file__).resolve().parent


def compare(name, lines):
    golden = HERE / name
    text = "\n".join(lines) + "\n"
    if os.environ.get("MARU_ACCEPT"):
        golden.write_text(text)
    assert text == golden.read_text(), f"{name} changed: on purpose? then accept it and tell CHANGELOG.md"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("golden") / "data") as running:
        yield running


def test_routes(server):
    paths = requests.get(server.url + "/api/v1/openapi.json", timeout=30).json()["paths"]
    compare("routes.txt", sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods))


def test_metric_names(server):
    requests.get(server.url + "/api/v1/status", timeout=30)
    text = requests.get(server.url + "/metrics", timeout=30).text
    compare("metrics.txt", sorted(set(re.findall(r"^# TYPE (\S+ \S+)$", text, re.MULTILINE))))


def test_settings():
    settings = json.loads(subprocess.run([str(BINARY), "config", "--json"], check=True, capture_output=True, text=True).stdout)["settings"]
    compare("settings.txt", [f"{each['name']} {each['kind']} {each['default']}" for each in settings])


def words(*arguments):
    return subprocess.run([str(BINARY), *arguments], check=True, capture_output=True, text=True).stdout


def test_command_line():
    script = words("completion", "bash")
    verbs = re.search(r'words="([^"]*)"; else', script).group(1).split()
    compare("cli.txt", [line for verb in verbs for line in (f"{verb}: {' '.join(sorted(options(script, verb)))}",)])
    for verb in verbs:
        assert "Examples:" in words(verb, "--help"), verb


def options(script, verb):
    found = re.search(rf'^    {verb}\) words="([^"]*)"', script, re.MULTILINE)
    return found.group(1).split() if found else []
