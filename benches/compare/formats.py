"""The generated TSV in the forms that other engines read. What is unknown is left out."""

import csv
import json
from pathlib import Path
from typing import Iterator

KINDS = ("facility", "centre", "vendor", "contract", "asset", "link")
SETS = ("subcontractors", "clauses")
FLAGS = ("external", "internet", "patients", "firewall")


def records(data: Path, kind: str) -> Iterator[dict]:
    """Records with the cells that are known: text, a truth, or a list."""
    with (data / "tsv" / f"{kind}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield {name: value(name, cell) for name, cell in row.items() if cell}


def value(name: str, cell: str) -> object:
    if name in SETS:
        return [] if cell == "-" else cell.split(";")
    return cell == "true" if name in FLAGS else cell


def write_json(data: Path) -> None:
    """`json/data.json`: for each kind an object of records by id."""
    whole = {}
    for kind in KINDS:
        whole[kind] = {record.pop("id"): record for record in records(data, kind)}
    (data / "json").mkdir()
    with (data / "json" / "data.json").open("w", encoding="utf-8") as file:
        json.dump(whole, file, ensure_ascii=False, separators=(",", ":"))


def write_lp(data: Path) -> None:
    """`lp/facts.lp`: `asset(a1).`, `asset(a1,internet,true).`, `contract(c1,clauses).` where a set is known, and
    `contract(c1,clauses,audit).` for each element. Ids and codes are constants, in lower case."""
    (data / "lp").mkdir()
    with (data / "lp" / "facts.lp").open("w", encoding="utf-8") as file:
        for kind in KINDS:
            for record in records(data, kind):
                file.write(facts(kind, record))


def facts(kind: str, record: dict) -> str:
    subject = record.pop("id")
    out = [f"{kind}({subject})."]
    for name, known in record.items():
        if name in ("name", "beds", "signed"):
            continue
        if name in SETS:
            out.append(f"{kind}({subject},{name}).")
        for element in known if isinstance(known, list) else [known]:
            out.append(f"{kind}({subject},{name},{str(element).lower()}).")
    return " ".join(out) + "\n"
