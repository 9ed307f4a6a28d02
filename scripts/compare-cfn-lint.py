#!/usr/bin/env python3
"""Compares what kmslint and cfn-lint take for broken templates: `compare-cfn-lint.py FOLDER …`.

    pip install cfn-lint

Looks at every template that names a type of KMS. A template that cfn-lint can read (no E0000) must give no syntax
error here, and one that it cannot read must give one. Where the two differ the template is named; the exit code is
the number of those, up to 100. Also counts the keys that are written down (`Type: AWS::KMS::Key`, `ReplicaKey`) and
those that kmslint says something of, or judged without a word.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
KMSLINT = os.environ.get("KMSLINT", str(ROOT / "target/release/kmslint"))
KEY = re.compile(r"""["']?Type["']?\s*:\s*["']?AWS::KMS::(?:Replica)?Key["']?\s*,?\s*(?:#.*)?$""", re.MULTILINE)


def templates(folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix in {".yaml", ".yml", ".json", ".template", ".cfn"} and path.is_file():
                text = path.read_text(errors="replace")
                if KEY.search(text) and "Resources" in text:
                    yield path, text


def kmslint(path):
    command = [KMSLINT, "--no-config", "--format", "json", "--fail-on", "never", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1, 2):
        raise SystemExit(f"{path}: exit code {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def is_broken_for_cfn_lint(path):
    command = ["cfn-lint", "--format", "json", "--regions", "us-east-1", "--", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout or "[]")
    except json.JSONDecodeError:
        raise SystemExit(f"{path}: {done.stderr}")
    return any(it["Rule"]["Id"] == "E0000" for it in found)


def main():
    total, differ = collections.Counter(), 0
    for path, text in templates(sys.argv[1:]):
        report = kmslint(path)
        ours = any(it["rule"] == "KMS001" for it in report["findings"])
        theirs = is_broken_for_cfn_lint(path)
        written = len(KEY.findall(text))
        total["templates"] += 1
        total["keys"] += written
        total["policies"] += report["summary"]["policies"]
        total["not fully analysed"] += report["summary"]["not_analysed"]
        if report["summary"]["policies"] < written:
            print(f"{path}: {written} keys, {report['summary']['policies']} policies")
        if ours != theirs:
            differ += 1
            print(f"{path}: {'a syntax error for kmslint alone' if ours else 'E0000 for cfn-lint alone'}")
    print(", ".join(f"{count} {what}" for what, count in total.items()), f"; {differ} differ")
    sys.exit(min(differ, 100))


if __name__ == "__main__":
    main()
