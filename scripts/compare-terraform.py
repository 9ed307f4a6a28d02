#!/usr/bin/env python3
"""Compare the policies that kmslint resolves in strangers' configurations with those that Terraform plans.

usage: compare-terraform.py --mirror DIR [--moto COMMAND] [--kmslint BINARY] REPOSITORY[:ROOT]...

Each repository is copied, its version constraints are dropped, and ROOT in it is planned as record-terraform.py plans
fixtures. Every statement of every planned key is compared; what kmslint leaves unknown (`${…}`) matches any text. A
configuration that Terraform cannot plan here is said to be skipped, with the last line of its complaint.
"""

import argparse
import importlib.util
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

spec = importlib.util.spec_from_file_location("record", pathlib.Path(__file__).with_name("record-terraform.py"))
record = importlib.util.module_from_spec(spec)
spec.loader.exec_module(record)

CONSTRAINT = re.compile(r'^(\s*(?:required_version|version)\s*=\s*"[^"]*[<>~=][^"]*")', re.MULTILINE)


def matches(ours, theirs):
    if isinstance(ours, dict) and "$unknown" in ours:
        return True
    if isinstance(ours, str) and isinstance(theirs, str):
        parts = re.split(r"\$\{[^}]*\}", ours)
        return re.fullmatch(".*".join(map(re.escape, parts)), theirs, re.DOTALL) is not None
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(matches(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        left = list(theirs)
        for item in ours:
            at = next((at for at, other in enumerate(left) if matches(item, other)), None)
            if at is None:
                return False
            del left[at]
        return not left
    return ours == theirs


def plan(terraform, repository, root):
    terraform.folders += 1
    copy = terraform.scratch / f"copy{terraform.folders}"
    shutil.copytree(repository, copy, ignore=shutil.ignore_patterns(".git", ".terraform*"))
    for file in copy.rglob("*.tf"):
        file.write_text(CONSTRAINT.sub("", file.read_text()))
    folder = copy / root
    pins = {"aws": {"source": "hashicorp/aws", "version": record.PROVIDER}}
    pin = {"terraform": [{"backend": {"local": {}}, "required_providers": [pins]}]}
    (folder / "zz_recording_override.tf.json").write_text(json.dumps(pin))
    terraform.run(folder, "init", "-input=false", "-no-color")
    return terraform.plan(folder, None)


def compare(arguments, terraform, name):
    repository, _, root = name.partition(":")
    try:
        planned = plan(terraform, repository, root)
    except SystemExit as error:
        complaints = [line for line in str(error).splitlines() if "Error" in line]
        print(f"{name}: skipped: {complaints[0].strip(' │') if complaints else error}")
        return
    # From within the repository: kmslint reads nothing above the work tree or the current directory.
    command = [pathlib.Path(arguments.kmslint).resolve(), "show", "--format", "json", root or "."]
    shown = subprocess.run(command, cwd=repository, capture_output=True, check=False)
    ours = {}
    for policy in json.loads(shown.stdout)["policies"]:
        ours.setdefault(policy["address"], []).append(policy)
    keys = equal = statements = 0
    for resource in record.resources(planned["planned_values"]["root_module"]):
        text = resource["values"].get("policy")
        if resource["type"] not in record.TYPES or not text:
            continue
        keys += 1
        theirs = json.loads(text)["Statement"]
        branches = [policy["policy"]["Statement"] for policy in ours.get(resource["address"], [])]
        statements += len(theirs)
        best = max((sum(any(matches(a, b) for a in branch) for b in theirs) for branch in branches), default=0)
        equal += best
        if not any(matches(branch, theirs) for branch in branches):
            print(f"{name}: {resource['address']}: {best} of {len(theirs)} statements are equal")
    print(f"{name}: {keys} keys with a known policy, {equal} of {statements} statements equal")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", required=True)
    parser.add_argument("--moto", default="moto_server")
    parser.add_argument("--kmslint", default="target/release/kmslint")
    parser.add_argument("configurations", nargs="+")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, record.moto(arguments.moto) as (endpoint, _):
        terraform = record.Terraform(pathlib.Path(scratch), arguments.mirror, endpoint)
        for name in arguments.configurations:
            compare(arguments, terraform, name)


if __name__ == "__main__":
    main()
