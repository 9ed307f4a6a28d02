#!/usr/bin/env python3
"""Compare what kmslint's reader, hcl-edit and Terraform say of the syntax of strangers' configurations.

usage: compare-hcl.py [--mutate COUNT] DIRECTORY...

Every .tf file below the directories is given to `terraform fmt`, to kmslint's reader and to hcl-edit. Files of which
kmslint and Terraform say different things are listed; hcl-edit is the third opinion beside them. With --mutate, COUNT
characters of structure are deleted from these files, one from a file that Terraform takes at a time, and the same is
asked of each result; what kmslint says more than three errors of is listed too.
"""

import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent
STRUCTURAL = re.compile(rb"[{}\[\]()\"=<,]")


def terraform(paths):
    """The paths that Terraform refuses, each with its first complaint."""
    refused = {}
    for at in range(0, len(paths), 200):
        command = ["terraform", "fmt", "-no-color", "-check", "-list=false", *paths[at : at + 200]]
        output = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        for complaint in output.split("Error: ")[1:]:
            place = re.search(r"on (\S+) line (\d+)", complaint)
            if place:
                said = f"{place[2]}: {complaint.splitlines()[0]}"
                refused.setdefault(str(pathlib.Path(place[1]).resolve()), said)
    return refused


def ours(paths):
    command = ["cargo", "run", "--quiet", "--locked", "--example", "hcl-verdicts"]
    run = subprocess.run(command, cwd=HERE, input="\n".join(paths), capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(run.stderr)
    return [json.loads(line) for line in run.stdout.splitlines()]


def compare(paths):
    refused = terraform(paths)
    verdicts = ours(paths)
    different = many = third = 0
    for verdict in verdicts:
        path = verdict["path"]
        theirs = refused.get(path)
        # Terraform refuses what is no UTF-8 as such; kmslint reads the rest.
        if verdict["text"] and bool(verdict["errors"]) != bool(theirs):
            different += 1
            print(f"{path}: kmslint {verdict['first']}, Terraform {theirs}, hcl-edit {verdict['hcl_edit']}")
        if verdict["module"] and bool(verdict["errors"]) != bool(verdict["by_block"]):
            different += 1
            print(f"{path}: {verdict['errors']} errors as a file, {verdict['by_block']} block by block")
        if verdict["errors"] > 3 and theirs:
            many += 1
            print(f"{path}: {verdict['errors']} errors, first {verdict['first']}")
        third += verdict["hcl_edit"] is not None and bool(verdict["hcl_edit"]) == bool(theirs)
    print(
        f"{len(verdicts)} files, {len(refused)} refused by Terraform: {different} differences, "
        f"{many} with more than three errors; hcl-edit differs from Terraform on {third}"
    )
    return [path for path in paths if path not in refused]


def mutate(paths, count, folder):
    chance = random.Random(1)
    made = []
    while len(made) < count:
        path = chance.choice(paths)
        text = pathlib.Path(path).read_bytes()
        places = [match.start() for match in STRUCTURAL.finditer(text)]
        if not places or len(text) > 200_000:
            continue
        at = chance.choice(places)
        line = text.count(b"\n", 0, at) + 1
        copy = folder / f"{len(made)}-{pathlib.Path(path).parent.name}-{line}.tf"
        copy.write_bytes(text[:at] + text[at + 1 :])
        made.append(str(copy))
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutate", type=int, default=0, metavar="COUNT")
    parser.add_argument("--keep", type=pathlib.Path, help="the folder that mutated files are left in")
    parser.add_argument("directories", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    found = (path for directory in arguments.directories for path in directory.rglob("*.tf"))
    paths = sorted(str(path.resolve()) for path in found if path.is_file() and ".terraform" not in path.parts)
    accepted = compare(paths)
    if arguments.mutate:
        with tempfile.TemporaryDirectory() as scratch:
            folder = arguments.keep or pathlib.Path(scratch)
            folder.mkdir(exist_ok=True)
            compare(mutate(accepted, arguments.mutate, folder))


if __name__ == "__main__":
    main()
