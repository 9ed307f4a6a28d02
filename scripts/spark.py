#!/usr/bin/env python3
"""Runs kmslint over an inventory on a Spark cluster of two workers, and compares with one run on this machine.

    pip install pyspark        # and Java 17
    scripts/spark.py [LINES]

The cluster is made and stopped by this script: a master and two workers, each a process of its own that gets the
binary through SparkFiles, as the workers of a real cluster would. `docs/spark.md` explains the recipe.
"""

import collections
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import time

import pyspark
from pyspark import SparkConf, SparkContext, SparkFiles

ROOT = pathlib.Path(__file__).resolve().parent.parent
KMSLINT = os.environ.get("KMSLINT", str(ROOT / "target/release/kmslint"))
PARTITIONS = 8


def lint(lines):
    """One partition: its lines through a kmslint of its own."""
    binary = SparkFiles.get(os.path.basename(KMSLINT))
    os.chmod(binary, os.stat(binary).st_mode | stat.S_IXUSR)
    command = [binary, "--no-config", "--fail-on", "never", "--inventory", "-"]
    with tempfile.TemporaryFile() as given:
        given.writelines(line.encode() + b"\n" for line in lines)
        given.seek(0)
        done = subprocess.run(command, stdin=given, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines()


def cluster_context():
    """`local-cluster[2,1,1024]`: two workers with one core each, in processes of their own."""
    conf = SparkConf().setMaster("local-cluster[2,1,1024]").setAppName("kmslint")
    conf.set("spark.executor.memory", "512m").set("spark.ui.enabled", "false")
    conf.set("spark.executorEnv.PYSPARK_PYTHON", sys.executable)
    conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1")
    return SparkContext(conf=conf)


def split(lines):
    """Findings, and the sum of the summaries. A partition counts its lines from 1, so they are left out."""
    findings, total = [], collections.Counter()
    for line in map(json.loads, lines):
        if "summary" in line:
            count(total, "", line["summary"])
            continue
        for place in [line["primary"], *line["related"]]:
            del place["path"], place["start"]["line"], place["end"]["line"]
        findings.append(line)
    return findings, total


def count(total, name, value):
    if isinstance(value, dict):
        for key, inner in value.items():
            count(total, f"{name}.{key}", inner)
    else:
        total[name] += value


def main():
    lines = sys.argv[1] if len(sys.argv) > 1 else "20000"
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as work:
        inventory = os.path.join(work, "keys.ndjson")
        with open(inventory, "wb") as out:
            subprocess.run([sys.executable, ROOT / "scripts/generate-inventory.py", lines], stdout=out, check=True)

        start = time.perf_counter()
        alone = subprocess.run([KMSLINT, "--no-config", "--fail-on", "never", "--inventory", inventory],
                               stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        seconds = time.perf_counter() - start

        context = cluster_context()
        context.addFile(KMSLINT)
        keys = context.textFile(inventory, PARTITIONS)
        started = time.perf_counter()
        found = keys.mapPartitions(lint).collect()
        spark = time.perf_counter() - started
        context.setLogLevel("OFF")
        piped = keys.pipe(f"{KMSLINT} --no-config --fail-on never --inventory -", checkCode=True).collect()
        workers = context._jsc.sc().getExecutorMemoryStatus().size() - 1
        partitions = keys.getNumPartitions()
        context.stop()

    expected = split(alone)
    print(f"{lines} lines: {len(expected[0])} findings; alone {seconds:.1f} s; "
          f"{workers} workers, {partitions} partitions {spark:.1f} s")
    for name, lines in [("mapPartitions", found), ("pipe", piped)]:
        same = split(lines) == expected
        print(f"{name}: {'the same findings in the same order, and the same counts' if same else 'DIFFERENT'}")
        if not same:
            sys.exit(1)


if __name__ == "__main__":
    main()
