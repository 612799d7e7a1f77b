#!/usr/bin/env python3
"""Assesses hospitals with `kijun stream` under Apache Spark.

Reads NDJSON (one hospital a line), gives each partition to a process of the same binary that assesses on one machine,
and writes its answers as they come: one part of the output for each partition, in the order of the input. Then sums up
the verdicts per requirement as a table.

    spark-submit --master local[2] assess.py --input data --output results \
        --kijun /path/to/kijun --workspace /path/to/workspace
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading

from pyspark import SparkFiles
from pyspark.sql import SparkSession, functions

VERDICTS = ["satisfied", "violated", "unknown", "conflicting", "stale", "waived", "not_applicable", "unverified"]

# What the summary reads of an answer; a line that could not be assessed has no requirements.
ANSWER = "schema STRING, facility STRING, requirements ARRAY<STRUCT<id: STRING, verdict: STRING>>"


def shipped(path):
    """A path as given where it exists, else that of a file or archive that `--files` or `--archives` sent along."""
    for candidate in (path, os.path.join(SparkFiles.getRootDirectory(), path)):
        if os.path.exists(candidate):
            return os.path.abspath(candidate)
    return path


def assess(lines, first_line, arguments):
    """The answers to an iterator of lines (bytes), as an iterator of lines: neither is ever held as a whole."""
    command = [shipped(arguments.kijun), "stream", shipped(arguments.workspace), "--quiet", "--fail-on", "never",
               "--first-line", str(first_line), "--threads", str(arguments.threads)]
    if arguments.as_of:
        command += ["--as-of", arguments.as_of]
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages)
        fed = {"lines": 0, "error": None}
        feeder = threading.Thread(target=feed, args=(lines, process.stdin, fed), daemon=True)
        feeder.start()
        answers = 0
        try:
            for answer in process.stdout:
                answers += 1
                yield answer.rstrip(b"\n")
        finally:  # also where Spark takes no more of them
            process.stdout.close()
        feeder.join()
        status = process.wait()
        if fed["error"] is not None:
            raise fed["error"]
        # A bad line gives status 2 and an answer of its own; anything else that goes wrong loses answers.
        if answers != fed["lines"]:
            messages.seek(0)
            said = messages.read().decode(errors="replace")
            raise RuntimeError(f"kijun ended with status {status} after {answers} of {fed['lines']} lines: {said}")


def feed(lines, pipe, fed):
    """Writes lines to a pipe and counts those that get an answer: all that are not blank."""
    try:
        with pipe:
            for line in lines:
                pipe.write(line + b"\n")
                fed["lines"] += bool(line.strip())
    except BrokenPipeError:
        fed["lines"] += 1  # one line at least was not taken
    except Exception as error:  # of the input: it must fail the task, not end the partition early
        fed["error"] = error


def files(spark, pattern):
    """The files of the input by name: a file system may list them in any order."""
    found = spark.read.format("binaryFile").load(pattern).select("path")
    return sorted(row.path for row in found.collect())


def summary(spark, results):
    """Per requirement, how many facilities have which verdict; and how many lines could not be assessed."""
    answers = spark.read.schema(ANSWER).json(results)
    bad = answers.where("schema = 'kijun.stream-error/1'").count()
    each = answers.select(functions.explode("requirements").alias("r")).select("r.id", "r.verdict")
    table = each.groupBy("id").pivot("verdict", VERDICTS).count().na.fill(0)
    # A line for each requirement is little: one partition, worked out once.
    return table.coalesce(1).sortWithinPartitions("id").cache(), bad


def main():
    parser = argparse.ArgumentParser(description="Assesses hospitals with `kijun stream` under Apache Spark.")
    parser.add_argument("--input", required=True, help="NDJSON: a file, a folder, or a pattern, on any file system of Spark")
    parser.add_argument("--output", required=True, help="folder to make, with answers/ and summary/")
    parser.add_argument("--kijun", default="kijun", help="the binary, or its name where --files sent it along")
    parser.add_argument("--workspace", required=True, help="the workspace, or its path in what --archives sent along")
    parser.add_argument("--as-of", help="day of evaluation, as 2026-11-22; else the workspace's")
    parser.add_argument("--threads", type=int, default=1, help="of each process; as many as a task has cores")
    arguments = parser.parse_args()

    # A line ends at a line feed and nowhere else, as it does for `kijun stream`.
    builder = SparkSession.builder.appName("kijun").config("spark.hadoop.textinputformat.record.delimiter", "\n")
    spark = builder.getOrCreate()
    lines = spark.sparkContext.textFile(",".join(files(spark, arguments.input)), use_unicode=False)

    # Lines are numbered over the whole input, so that a bad line is found again.
    counts = lines.mapPartitions(lambda part: [sum(1 for _ in part)]).collect()
    first_lines = [1 + sum(counts[:part]) for part in range(len(counts))]
    answers = lines.mapPartitionsWithIndex(lambda part, found: assess(found, first_lines[part], arguments))
    answers.saveAsTextFile(f"{arguments.output}/answers")

    table, bad = summary(spark, f"{arguments.output}/answers")
    table.write.option("header", True).csv(f"{arguments.output}/summary")
    table.show(n=10, truncate=False)
    print(f"{sum(counts)} lines in {len(counts)} partitions, {bad} of them could not be assessed", file=sys.stderr)
    spark.stop()


if __name__ == "__main__":
    main()
