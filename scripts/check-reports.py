#!/usr/bin/env python3
"""Reads kmslint's reports with other people's readers: sarif-tools, an XML parser, JSON.

    pip install sarif-tools
    scripts/check-reports.py target/debug/kmslint testdata/seed
"""

import json
import subprocess
import sys
import tempfile
import xml.dom.minidom
from pathlib import Path

from sarif import loader


def main() -> None:
    program, *paths = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        names = {name: Path(folder) / name for name in ("sarif", "junit", "checkstyle", "gitlab", "json", "html")}
        outputs = [word for name, path in names.items() for word in ("--output", f"{name}={path}")]
        subprocess.run([program, *outputs, "--format", "concise", *paths], check=False, stdout=subprocess.DEVNULL)
        findings = json.loads(names["json"].read_text())["findings"]
        results = loader.load_sarif_file(str(names["sarif"])).get_results()
        cases = xml.dom.minidom.parse(str(names["junit"])).getElementsByTagName("testcase")
        errors = xml.dom.minidom.parse(str(names["checkstyle"])).getElementsByTagName("error")
        entries = json.loads(names["gitlab"].read_text())
        counts = [len(found) for found in (findings, results, cases, errors, entries)]
        print("findings in json, sarif, junit, checkstyle, gitlab:", *counts)
        if len(set(counts)) != 1 or not findings:
            sys.exit("the reports differ")


if __name__ == "__main__":
    main()
