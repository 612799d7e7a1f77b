"""`asp.py LP_FOLDER OUT`: grounds and solves the rules over the facts, and writes the atoms of the one answer set."""

import sys
from pathlib import Path

import clingo
from watch import Watch

RULES = Path(__file__).resolve().parent / "rules.lp"


def main(folder: str, out: str) -> None:
    watch = Watch()
    control = clingo.Control(["--warn=none"])
    control.load(f"{folder}/facts.lp")
    control.load(str(RULES))
    watch.lap("load")
    control.ground([("base", [])])
    answers: list[str] = []
    control.solve(on_model=lambda model: answers.extend(map(line, model.symbols(shown=True))))
    watch.lap("evaluate")
    Path(out).write_text("".join(answers), encoding="utf-8")
    watch.lap("write")


def line(atom: clingo.Symbol) -> str:
    """`violated(1,contract,c0000007)` as `b:1,contract,c0000007,violated`."""
    number, kind, subject = atom.arguments
    return f"b:{number},{kind},{subject},{atom.name}\n"


main(*sys.argv[1:])
