#!/usr/bin/env python3
"""Run kmslint over a folder of real policies and print what it says, as tables.

usage: corpus.py [--kmslint BINARY] [--list] PATH...

Each file below PATH is linted on its own, so that a JSON fragment cannot hide behind a directory. The first table
counts findings by rule and severity; the second, with --list, names every finding of severity error or warning with
the characters it points at. Every reported span is cut out of the file again and compared.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

EXTENSIONS = {".json", ".tf"}


def lint(binary, path):
    """The parsed JSON report for one file, or None where kmslint failed."""
    run = subprocess.run([binary, "--format", "json", str(path)], capture_output=True, check=False)
    if run.returncode not in (0, 1, 2):
        sys.exit(f"{path}: kmslint died with {run.returncode}\n{run.stderr.decode(errors='replace')}")
    return (json.loads(run.stdout) if run.stdout.strip() else None), run.returncode


def wrong_spans(report):
    """Findings whose text is not what the file holds between their offsets."""
    for finding in report["findings"]:
        for place in [finding["primary"], *finding["related"]]:
            data = pathlib.Path(place["path"]).read_bytes()
            text = data[place["start"]["offset"]:place["end"]["offset"]].decode("utf-8", errors="replace")
            if text != place["text"]:
                yield finding["rule"], place


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kmslint", default="target/release/kmslint")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()

    files = sorted(
        file
        for path in arguments.paths
        for file in (path.rglob("*") if path.is_dir() else [path])
        if file.is_file() and file.suffix in EXTENSIONS
    )
    counts = collections.Counter()
    policies = failed = wrong = 0
    listing = []
    for file in files:
        report, code = lint(arguments.kmslint, file)
        failed += code == 2
        if report is None:
            continue
        policies += report["summary"]["policies"]
        for rule, place in wrong_spans(report):
            wrong += 1
            print(f"WRONG SPAN {rule} {place}")
        for finding in report["findings"]:
            counts[finding["rule"], finding["name"], finding["severity"]] += 1
            if finding["severity"] != "info":
                start = finding["primary"]["start"]
                listing.append(
                    f"{finding['severity']}[{finding['rule']} {finding['name']}] "
                    f"{file}:{start['line']}:{start['column']}: {finding['message']}\n"
                    f"      {finding['primary']['text'][:100]!r}"
                )
    print(f"{len(files)} files, {policies} policies, {failed} not read (exit code 2), {wrong} wrong spans\n")
    for (rule, name, severity), count in sorted(counts.items()):
        print(f"{count:6} {severity:8} {rule} {name}")
    if arguments.list:
        print()
        print("\n".join(listing))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
