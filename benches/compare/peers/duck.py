"""`duck.py QUERIES TSV_FOLDER OUT`: loads the registers, runs one file of queries, writes the table `answers`."""

import sys
from pathlib import Path

import duckdb
from watch import Watch

HERE = Path(__file__).resolve().parent


def main(queries: str, folder: str, out: str) -> None:
    watch = Watch()
    base = duckdb.connect()
    base.execute(f"SET file_search_path = '{folder}'")
    base.execute((HERE / "load.sql").read_text(encoding="utf-8"))
    watch.lap("load")
    base.execute((HERE / queries).read_text(encoding="utf-8"))
    watch.lap("evaluate")
    base.execute(f"COPY answers TO '{out}' (FORMAT csv, HEADER false)")
    watch.lap("write")


main(*sys.argv[1:])
