"""The whole demo on the real binary, and its table recomputed from what it was made of."""
import json
import math
import subprocess

import pytest

from harness.server import BINARY

LIMIT_S = 600  # two minutes on two idle cores; machines that run tests are not idle


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    report = folder / "demo.json"
    run = subprocess.run([str(BINARY), "demo", "--exit", "--json", str(report), "--data", str(folder / "data")], capture_output=True, text=True, timeout=LIMIT_S)
    assert run.returncode == 0, run.stdout + run.stderr
    print(run.stdout)
    return json.loads(report.read_text())


def test_it_tells_every_month(story):
    months = [row["month"] for row in story["months"]]
    assert months == [f"{year}-{month:02}" for year in (2011, 2012) for month in range(1, 13)][4:]
    assert set(story) >= {"months", "requests", "failures", "p50_ms", "p99_ms", "champion_versions"}
    for row in story["months"]:
        assert set(row) >= {"month", "drifted", "rmse_frozen", "rmse_champion", "actions"}


def test_no_request_failed_while_models_were_swapped(story):
    assert story["failures"] == 0
    assert story["requests"] >= 2 * 14_593  # every hour from May 2011 on, at both endpoints
    assert len(story["champion_versions"]) >= 3
    assert 0 < story["p50_ms"] <= story["p99_ms"]


def test_continuous_training_beats_the_frozen_model(story):
    assert story["rmse_champion"] < 0.75 * story["rmse_frozen"]
    later = [row for row in story["months"] if row["month"] >= "2012-01"]
    assert all(row["rmse_champion"] < row["rmse_frozen"] for row in later)
    for row in story["months"]:
        assert math.isfinite(row["rmse_frozen"]) and math.isfinite(row["rmse_champion"])


def test_rules_say_what_they_did(story):
    retrained = [row for row in story["months"] if any("retrained" in action for action in row["actions"])]
    assert retrained
    assert any(row["drifted"] for row in story["months"])
