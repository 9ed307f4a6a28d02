#!/usr/bin/env python3
"""Compare the policies that kmslint resolves in strangers' configurations with those that Terraform plans.

usage: compare-terraform.py --mirror DIR [--moto COMMAND] [--kmslint BINARY] REPOSITORY[@COMMIT][:ROOT[:TFVARS]]...

A copy of each repository, or of a commit of it, is planned at ROOT as record-terraform.py plans fixtures. Every statement
of every planned key is compared; what kmslint leaves unknown (`${…}`) matches any text. kmslint reads a copy without
changes. In the one that Terraform plans, what cannot be had offline is replaced, and what was replaced is said:

* `terraform` blocks go, but for configuration_aliases, and so do the outputs of the root module;
* a module from a registry or a repository becomes a stub that takes its arguments and returns texts;
* blocks of other providers than AWS go, and references to them become texts;
* a variable without a default gets a text, or what its type has that is empty.

Where the whole cannot be planned, the keys alone are, with -target. A configuration that cannot be planned at all is
said to be skipped, with Terraform's complaint.
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

HEADER = re.compile(r'^(\w+)((?:\s+"?[\w.-]+"?)*)\s*\{')
OTHERS = "random|null|archive|tls|http|kubernetes|kubectl|helm|github|external|time|template|local|google|azurerm"
FOREIGN = re.compile(rf"(?<![\w.\"])(?:data\.)?(?:{OTHERS})_\w+\.\w+(?:\[[^\]\n]*\])?(?:\.\w+)+")
# What a stub returns under these names; under any other a text.
RETURNED = {"enabled": "true", "tags": "{}", "descriptors": "{}", "additional_tag_map": "{}", "attributes": "[]"}


def blocks(text):
    """The top-level blocks of a formatted file: type, labels, first and last offset."""
    at, begun, marker = 0, None, None
    for line in text.splitlines(keepends=True):
        if marker:
            marker = None if line.strip() == marker else marker
        elif begun is None and (header := HEADER.match(line)):
            labels = [label.strip('"') for label in header[2].split()]
            begun = (header[1], labels, at)
            if line.rstrip().endswith("}"):
                yield (*begun, at + len(line))
                begun = None
        elif begun and line.startswith("}"):
            yield (*begun, at + len(line))
            begun = None
        if not marker and (heredoc := re.search(r"<<-?([A-Za-z_]\w*)\s*$", line)):
            marker = heredoc[1]
        at += len(line)


class Offline:
    """Makes a copy of a repository one that can be planned without a network, and notes what it changed."""

    def __init__(self, copy, root):
        self.root = root
        self.changes = set()
        for folder in {file.parent for file in copy.rglob("*.tf") if file.is_file()}:
            self.folder(folder)

    def folder(self, folder):
        whole = "".join(file.read_text() for file in folder.glob("*.tf") if file.is_file())
        for file in folder.glob("*.tf"):
            if file.is_file():
                text = file.read_text()
                for block in reversed(list(blocks(text))):
                    kind, labels, start, end = block
                    text = text[:start] + self.block(folder, whole, kind, labels, text[start:end]) + text[end:]
                file.write_text(text)

    def block(self, folder, whole, kind, labels, text):
        if kind == "terraform":
            aliases = re.search(r"configuration_aliases\s*=\s*\[[^\]]*\]", text)
            return f"terraform {{\n  required_providers {{\n    aws = {{\n      source = \"hashicorp/aws\"\n      {aliases[0]}\n    }}\n  }}\n}}\n" if aliases else ""
        if kind == "output" and folder == self.root:
            return ""
        if kind in ("resource", "data", "provider") and not re.match(r"aws\b|aws_|terraform_data", labels[0]):
            self.changes.add(f"{kind} {labels[0]} dropped")
            return ""
        if kind == "module":
            source = re.search(r'^\s*source\s*=\s*"([^"]*)"', text, re.MULTILINE)
            if source and not source[1].startswith("."):
                self.changes.add(f"module {source[1]} stubbed")
                return self.stub(folder, whole, labels[0], text)
        if kind not in ("provider", "locals"):
            text = re.sub(r'^\s*version\s*=\s*"[^"]*[<>~=][^"]*"\n', "", text, flags=re.MULTILINE)
        foreign = [found[0] for found in FOREIGN.finditer(text)]
        if foreign:
            self.changes.update(f"{reference.split('.')[0]} became a text" for reference in foreign)
            text = FOREIGN.sub('"__unknown__"', text)
        return text

    def stub(self, folder, whole, name, text):
        stub = folder / f"stub-{name}"
        stub.mkdir(exist_ok=True)
        arguments = set(re.findall(r"^  (\w+)\s*=", text, re.MULTILINE))
        arguments -= {"source", "version", "providers", "count", "for_each", "depends_on"}
        outputs = set(re.findall(rf"module\.{name}(?:\[[^\]]*\])?\.(\w+)", whole))
        lines = [f'variable "{argument}" {{\n  default = null\n}}\n' for argument in sorted(arguments)]
        for output in sorted(outputs):
            value = RETURNED.get(output, '"__unknown__"')
            lines.append(f'output "{output}" {{\n  value = {value}\n}}\n')
        (stub / "main.tf").write_text("".join(lines))
        text = re.sub(r'^(\s*source\s*=\s*)"[^"]*"', rf'\1"./stub-{name}"', text, count=1, flags=re.MULTILINE)
        text = re.sub(r"^  providers = \{.*?^  \}\n", "", text, flags=re.MULTILINE | re.DOTALL)
        return re.sub(r'^\s*version\s*=[^\n]*\n', "", text, flags=re.MULTILINE)

    def values(self, folder):
        """Values for the variables of the root module that have none."""
        values = {}
        for file in folder.glob("*.tf"):
            text = file.read_text()
            for kind, labels, start, end in blocks(text):
                block = text[start:end]
                if kind == "variable" and not re.search(r"\bdefault\s*=", block):
                    given = re.search(r"\btype\s*=\s*\"?(\w+)", block)
                    given = given[1] if given else "string"
                    empty = {"list": [], "set": [], "tuple": [], "map": {}, "object": {}, "bool": False, "number": 7}
                    values[labels[0]] = empty.get(given, f"__unknown__{labels[0]}__")
        return values


def targets(folder):
    """The keys of a module, and the calls of local modules that make any."""

    def makes(folder):
        text = "".join(file.read_text() for file in folder.glob("*.tf"))
        calls = re.findall(r'^\s*source\s*=\s*"(\.[^"]*)"', text, re.MULTILINE)
        return "aws_kms_" in text or any(makes((folder / call).resolve()) for call in calls if (folder / call).is_dir())

    for file in folder.glob("*.tf"):
        text = file.read_text()
        for kind, labels, start, end in blocks(text):
            source = re.search(r'^\s*source\s*=\s*"(\.[^"]*)"', text[start:end], re.MULTILINE)
            if kind == "resource" and labels[0] in record.TYPES:
                yield ".".join(labels)
            elif kind == "module" and source and makes((folder / source[1]).resolve()):
                yield f"module.{labels[0]}"


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


def checkout(terraform, repository, commit):
    terraform.folders += 1
    copy = terraform.scratch / f"copy{terraform.folders}"
    if commit:
        copy.mkdir()
        archive = subprocess.run(["git", "-C", repository, "archive", commit], capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", copy], input=archive.stdout, check=True)
    else:
        ignored = shutil.ignore_patterns(".git", ".terraform*")
        shutil.copytree(repository, copy, ignore=ignored, ignore_dangling_symlinks=True)
    return copy


def plan(terraform, copy, root, given):
    folder = copy / root
    offline = Offline(copy, folder)
    values = {name: value for name, value in offline.values(folder).items() if not given or not re.search(rf"^{name}\s*=", (folder / given).read_text(), re.MULTILINE)}
    pins = {"aws": {"source": "hashicorp/aws", "version": record.PROVIDER}}
    pin = {"terraform": [{"backend": {"local": {}}, "required_providers": [pins]}]}
    (folder / "zz_recording_override.tf.json").write_text(json.dumps(pin))
    (folder / "zz.auto.tfvars.json").write_text(json.dumps(values))
    terraform.run(folder, "init", "-input=false", "-no-color")
    arguments = ["plan", "-input=false", "-no-color", "-refresh=false", "-out=it.tfplan"]
    arguments += [f"-var-file={given}"] if given else []
    try:
        terraform.run(folder, *arguments)
    except SystemExit:
        only = [f"-target={target}" for target in targets(folder)]
        if not only:
            raise
        terraform.run(folder, *arguments, *only)
        offline.changes.add("planned with -target")
    return json.loads(terraform.run(folder, "show", "-json", "it.tfplan")), sorted(offline.changes)


def compare(arguments, terraform, name):
    repository, _, rest = name.partition(":")
    repository, _, commit = repository.partition("@")
    root, _, given = rest.partition(":")
    copy = checkout(terraform, repository, commit)
    # From within the repository: kmslint reads nothing above the work tree or the current directory.
    command = [pathlib.Path(arguments.kmslint).resolve(), "show", "--format", "json", root or "."]
    command += ["--var-file", str(pathlib.Path(root) / given)] if given else []
    shown = subprocess.run(command, cwd=copy, capture_output=True, check=False)
    try:
        planned, changes = plan(terraform, copy, root, given)
    except SystemExit as error:
        complaints = [line for line in str(error).splitlines() if "Error" in line]
        print(f"{name}: skipped: {complaints[0].strip(' │') if complaints else error}")
        return
    for change in changes:
        print(f"{name}: changed: {change}")
    ours = {}
    for policy in json.loads(shown.stdout)["policies"]:
        ours.setdefault(policy["address"], []).append(policy)
    keys = equal = statements = 0
    for resource in record.resources(planned["planned_values"]["root_module"]):
        text = resource.get("values", {}).get("policy")
        if resource["type"] not in record.TYPES or not text:
            continue
        keys += 1
        theirs = json.loads(text)["Statement"]
        branches = [policy["policy"]["Statement"] for policy in ours.get(resource["address"], [])]
        statements += len(theirs)
        best = max((sum(any(matches(a, b) for a in branch) for b in theirs) for branch in branches), default=0)
        equal += best
        if not any(matches(branch, theirs) for branch in branches):
            wrong = next((b for b in theirs if not any(matches(a, b) for branch in branches for a in branch)), None)
            print(f"{name}: {resource['address']}: {best} of {len(theirs)} statements are equal; not: {json.dumps(wrong)}")
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
