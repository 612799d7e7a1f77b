#!/usr/bin/env python3
"""Runs Kijun beside other engines on the same data, checks that all give the same answers, and prints a table.

    python3 benches/compare/run.py                        # everything: 1 k, 100 k, 1 M facts, five runs each
    python3 benches/compare/run.py --sizes 1000 --engines kijun floor floor-whole --runs 3

Measured is the whole process: load, answer the four questions, write the answers. Standard library only; DuckDB and
clingo come from a virtual environment made beside the Rust build, and are skipped when that cannot be made.
"""

import argparse
import csv
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import formats

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KIJUN = ROOT / "target" / "release"
PEERS = HERE / "target" / "release"
VENV = HERE / "target" / "venv"
FLOORS = ("floor", "floor-whole")
"""What the others are held against."""

PHASES = ("load", "evaluate", "write")

Answers = set[tuple[str, str, str, str]]


# --- engines ---


@dataclass(frozen=True)
class Engine:
    command: Callable[[Path, Path], list]
    """The command that reads the data of a folder and writes its answers to a file."""
    answers: Callable[[Path], Answers]
    prepare: Callable[[Path], None] | None = None
    """Writes the data in the form that the engine reads; not measured."""
    module: str | None = None
    """What must be importable in the virtual environment."""


def kijun_command(data: Path, out: Path) -> list:
    options = ["--format", "csv", "--output", out, "--fail-on", "never", "--timings"]
    return [KIJUN / "kijun", "assess", data, *options]


def kijun_answers(out: Path) -> Answers:
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = [row for row in rows if row["verdict"] in ("violated", "unknown")]
    return {(row["requirement"], row["kind"], row["subject"], row["verdict"]) for row in wanted}


def plain_answers(out: Path) -> Answers:
    with out.open(encoding="utf-8", newline="") as file:
        return {tuple(row) for row in csv.reader(file)}


def rust(name: str, form: str = "tsv", prepare: Callable[[Path], None] | None = None) -> Engine:
    return Engine(lambda data, out: [PEERS / name, data / form, out], plain_answers, prepare)


def python(script: str, *arguments: str, form: str = "tsv", module: str, prepare=None) -> Engine:
    def command(data: Path, out: Path) -> list:
        return [VENV / "bin" / "python", HERE / "peers" / script, *arguments, data / form, out]

    return Engine(command, plain_answers, prepare, module)


ENGINES = {
    "kijun": Engine(kijun_command, kijun_answers),
    "floor": rust("floor"),
    "floor-whole": rust("floor_whole"),
    "ascent-tuned": rust("ascent_tuned"),
    "ascent-plain": rust("ascent_plain"),
    "duckdb-tuned": python("duck.py", "tuned.sql", module="duckdb"),
    "duckdb-plain": python("duck.py", "plain.sql", module="duckdb"),
    "clingo": python("asp.py", form="lp", module="clingo", prepare=formats.write_lp),
    "regorus": rust("rego", "json", formats.write_json),
}


# --- preparing ---


def build(engines: list[str]) -> None:
    cargo = ["cargo", "build", "--release", "--quiet"]
    programs = ["-p", "kijun-cli", "-p", "kijun-benches", "--bins", "--target-dir", ROOT / "target"]
    subprocess.run([*cargo, *programs], cwd=ROOT, check=True)
    subprocess.run([*cargo, "--bins", "--target-dir", HERE / "target"], cwd=HERE, check=True)
    if any(ENGINES[name].module for name in engines):
        make_venv()


def make_venv() -> None:
    try:
        if not (VENV / "bin" / "python").exists():
            venv.create(VENV, with_pip=True)
        install = ["-m", "pip", "install", "--quiet", "-r", HERE / "peers" / "requirements.txt"]
        subprocess.run([VENV / "bin" / "python", *install], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no virtual environment: {error}", file=sys.stderr)


def available(name: str) -> bool:
    module = ENGINES[name].module
    if module is None:
        return True
    try:
        trial = [VENV / "bin" / "python", "-c", f"import {module}"]
        subprocess.run(trial, check=True, capture_output=True)
        return True
    except (OSError, subprocess.CalledProcessError):
        print(f"{name} is skipped: no Python module `{module}`", file=sys.stderr)
        return False


def generate(folder: Path, size: int, engines: list[str]) -> Path:
    data = folder / str(size)
    subprocess.run([KIJUN / "generate", str(size), data, data / "tsv"], check=True)
    for prepare in {ENGINES[name].prepare for name in engines} - {None}:
        prepare(data)
    return data


# --- measuring ---


@dataclass
class Measured:
    """All runs of one engine on one size."""

    times: list[float] = field(default_factory=list)
    """Milliseconds."""
    peaks: list[float] = field(default_factory=list)
    """MiB."""
    phases: dict[str, list[float]] = field(default_factory=dict)
    """Milliseconds, as the engine reports them."""
    failure: str | None = None


PHASE = re.compile(r"^(\w+) ([\d.]+) ms$", re.MULTILINE)


def run(command: list, limit: float, into: Measured) -> None:
    """One run; stopped after `limit` seconds."""
    child = subprocess.Popen(
        [PEERS / "measure", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        used, said = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        into.failure = f"over {limit:g} s"
        return
    time, peak, status = used.split() if used else ("0", "0", "not started")
    if status != "0":
        into.failure = f"failed ({status})"
        print(f"{' '.join(map(str, command))}: status {status}\n{said.strip()}", file=sys.stderr)
        return
    into.times.append(float(time))
    into.peaks.append(float(peak) / 1024)
    for phase, milliseconds in PHASE.findall(said):
        # Kijun says `read` where the others say `load`.
        phase = {"read": "load"}.get(phase, phase)
        into.phases.setdefault(phase, []).append(float(milliseconds))


def measure(data: Path, engines: list[str], runs: int, limit: float) -> dict[str, Measured]:
    """Engines take turns, so that what else the machine does meets all alike."""
    measured = {name: Measured() for name in engines}
    for _ in range(runs):
        for name, into in measured.items():
            if into.failure is None:
                run(ENGINES[name].command(data, data / f"{name}.out"), limit, into)
    return measured


# --- comparing ---


def differences(data: Path, measured: dict[str, Measured]) -> list[str]:
    """Where the answers of an engine are not those of the first one that gave any."""
    finished = [name for name, m in measured.items() if m.failure is None]
    answers = {name: ENGINES[name].answers(data / f"{name}.out") for name in finished}
    found = []
    for name in finished[1:]:
        first, other = answers[finished[0]], answers[name]
        for line in sorted(first ^ other)[:10]:
            who = finished[0] if line in first else name
            found.append(f"{data.name} facts: only {who} says {','.join(line)} ({finished[0]} beside {name})")
    return found


# --- printing ---


def table(size: int, measured: dict[str, Measured]) -> str:
    floors = [f for f in FLOORS if f in measured and not measured[f].failure]
    header = ["engine", "whole ms", *[f"× {floor}" for floor in floors], "peak MiB", *[f"{p} ms" for p in PHASES]]
    lines = [
        f"### {size:,} facts\n",
        f"| {' | '.join(header)} |",
        f"|---{'|--:' * (len(header) - 1)}|",
    ]
    for name, m in measured.items():
        cells = [name, m.failure] if m.failure else [name, *figures(m, [measured[floor] for floor in floors])]
        cells += [""] * (len(header) - len(cells))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def figures(m: Measured, floors: list[Measured]) -> list[str]:
    """Medians: time, its ratios to the floors, peak, phases."""
    whole = statistics.median(m.times)
    ratios = [f"{whole / statistics.median(floor.times):.1f}" for floor in floors]
    phases = [f"{statistics.median(m.phases[p]):.1f}" if p in m.phases else "" for p in PHASES]
    return [f"{whole:.1f}", *ratios, f"{statistics.median(m.peaks):.1f}", *phases]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000], help="numbers of facts")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=120, help="seconds for one run")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    build(options.engines)
    engines = [name for name in options.engines if available(name)]
    wrong = []
    with tempfile.TemporaryDirectory(prefix="kijun-compare-") as folder:
        for size in options.sizes:
            data = generate(Path(folder), size, engines)
            measured = measure(data, engines, options.runs, options.limit)
            print(table(size, measured), flush=True)
            wrong += differences(data, measured)
            wrong += [f"{size} facts: {n} {m.failure}" for n, m in measured.items() if (m.failure or "").startswith("failed")]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
