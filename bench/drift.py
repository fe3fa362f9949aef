#!/usr/bin/env python3
"""Drift of N rows x 20 columns against as many: ours, Evidently's and what numpy/scipy need for the statistics alone.

    bench/drift.py [--rows 100000] [--program build/bench/bench/bench_drift] [--venv build/bench-venv]

Makes its own virtual environment for the peers. All three read the same two Parquet files; seconds are from this one run, and
CPU seconds are the ones to compare when the machine is busy.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ["evidently==0.7.23", "pandas<3", "scipy==1.17.1", "pyarrow"]

EVIDENTLY = """
import json, resource, sys, time
import pandas
from evidently import Report
from evidently.presets import DataDriftPreset
folder = sys.argv[1]
cpu = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
begin, cpu_begin = time.perf_counter(), cpu()
reference, current = (pandas.read_parquet(f"{folder}/{side}.parquet") for side in ("reference", "current"))
read = time.perf_counter()
snapshot = Report([DataDriftPreset()]).run(current, reference)
answer = snapshot.json()
done = time.perf_counter()
print(json.dumps({"read_s": read - begin, "compute_s": done - read, "wall_s": done - begin, "cpu_s": cpu() - cpu_begin,
                  "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""

BOUND = """
import json, resource, sys, time
import numpy, pandas
from scipy import stats
from scipy.spatial.distance import jensenshannon
folder = sys.argv[1]
cpu = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
begin, cpu_begin = time.perf_counter(), cpu()
reference, current = (pandas.read_parquet(f"{folder}/{side}.parquet") for side in ("reference", "current"))
read = time.perf_counter()
for name in reference:
    a, b = reference[name].dropna(), current[name].dropna()
    if a.dtype.kind in "fi":
        a, b = a.to_numpy(float), b.to_numpy(float)
        stats.ks_2samp(a, b, method="asymp")
        edges = numpy.histogram_bin_edges(numpy.concatenate([a, b]), bins=21)
        p, q = (numpy.histogram(side, edges)[0] / len(side) for side in (a, b))
        p, q = numpy.maximum(p, 1e-4), numpy.maximum(q, 1e-4)
        ((p - q) * numpy.log(p / q)).sum()
    else:
        table = pandas.concat([a.value_counts(), b.value_counts()], axis=1).fillna(0)
        stats.chi2_contingency(table)
        p, q = (table.iloc[:, side] / table.iloc[:, side].sum() for side in (0, 1))
    jensenshannon(p, q)
done = time.perf_counter()
print(json.dumps({"read_s": read - begin, "compute_s": done - read, "wall_s": done - begin, "cpu_s": cpu() - cpu_begin,
                  "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def peer_python(folder):
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"making {folder} for the peers (about 1 GB)", file=sys.stderr)
        venv.create(folder, with_pip=True)
    have = subprocess.run([python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True).stdout
    if "evidently==0.7.23" not in have or "pyarrow" not in have:
        subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=True)
    return python


def measured(command):
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bench/bench/bench_drift")
    parser.add_argument("--venv", type=pathlib.Path, default=ROOT / "build/bench-venv")
    arguments = parser.parse_args()
    data = ROOT / "build" / f"bench-drift-{arguments.rows}"
    if not (data / "current.parquet").exists():
        subprocess.run([arguments.program, "make", data, str(arguments.rows)], check=True)
    python = peer_python(arguments.venv)
    rows = {
        "maru, compat:evidently": measured([arguments.program, "run", data, "compat:evidently"]),
        "maru, default mode": measured([arguments.program, "run", data, "default"]),
        "Evidently 0.7.23, DataDriftPreset": measured([python, "-c", EVIDENTLY, data]),
        "bound: numpy/scipy, no report": measured([python, "-c", BOUND, data]),
    }
    print(f"drift of {arguments.rows:,} rows x 20 columns against as many, Parquet read included")
    print(f"{'':36} {'read s':>8} {'compute s':>10} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}")
    for name, row in rows.items():
        print(f"{name:36} {row['read_s']:8.2f} {row['compute_s']:10.2f} {row['wall_s']:8.2f} {row['cpu_s']:8.2f} {row['peak_mib']:9.0f}")
    ours, theirs, bound = rows["maru, compat:evidently"], rows["Evidently 0.7.23, DataDriftPreset"], rows["bound: numpy/scipy, no report"]
    print(f"CPU: {theirs['cpu_s'] / ours['cpu_s']:.1f} times less than Evidently, {bound['cpu_s'] / ours['cpu_s']:.1f} times less than the bound")


if __name__ == "__main__":
    main()
