#!/usr/bin/env python3
"""Makes data/hour.csv.gz from the UCI Bike Sharing `hour.csv` (plain or gzip). Every original column and value is kept.

Added: hour (when the hour begins), arrived (when its count is known: the hour's end), city (the entity key).
The same input gives the same bytes.
"""
import csv
import datetime
import gzip
import io
import pathlib
import sys


def main(source: str) -> None:
    opener = gzip.open if source.endswith(".gz") else open
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    with opener(source, "rt", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        day, hour = header.index("dteday"), header.index("hr")
        writer.writerow(["hour", "arrived", "city", *header])
        for row in rows:
            begins = datetime.datetime.fromisoformat(row[day]) + datetime.timedelta(hours=int(row[hour]))
            ends = begins + datetime.timedelta(hours=1)
            writer.writerow([f"{begins.isoformat()}Z", f"{ends.isoformat()}Z", "washington", *row])
    target = pathlib.Path(__file__).parent / "data" / "hour.csv.gz"
    target.parent.mkdir(exist_ok=True)
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())


if __name__ == "__main__":
    main(sys.argv[1])
