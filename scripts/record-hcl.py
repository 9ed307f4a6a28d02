#!/usr/bin/env python3
"""Record which deletions of one character Terraform's parser still takes.

usage: record-hcl.py

Writes testdata/hcl/deletions/verdicts.json: the byte offsets of the structural characters of main.tf beside it, and
those of them whose deletion `terraform fmt` takes. Needs terraform 1.11.
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "hcl" / "deletions"
# Brackets, quotes, separators, and the letters of the heredoc's marker where it begins and where it ends.
MARKER = rb"(?<=<<)E|(?<=<<E)O|(?<=<<EO)F|(?<=\n)E(?=OF\n)|(?<=\nE)O(?=F\n)|(?<=\nEO)F(?=\n)"
STRUCTURAL = re.compile(rb"[{}\[\]()\"=<,]|" + MARKER)


def accepts(text):
    run = subprocess.run(["terraform", "fmt", "-"], input=text, capture_output=True, check=False)
    return run.returncode == 0


def main():
    text = (FOLDER / "main.tf").read_bytes()
    offsets = [match.start() for match in STRUCTURAL.finditer(text)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        verdicts = pool.map(lambda at: accepts(text[:at] + text[at + 1 :]), offsets)
        accepted = [at for at, taken in zip(offsets, verdicts) if taken]
    record = {"offsets": offsets, "accepted": accepted}
    (FOLDER / "verdicts.json").write_text(json.dumps(record) + "\n")
    print(f"{len(accepted)} of {len(offsets)} accepted")


if __name__ == "__main__":
    main()
