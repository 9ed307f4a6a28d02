#!/usr/bin/env python3
"""Record what Terraform makes of the key policies below testdata/terraform.

usage: record-terraform.py --mirror DIR [--moto COMMAND] [NAME...]

Needs terraform 1.11, version 5.100.0 of the AWS provider in a filesystem mirror (--mirror or $TERRAFORM_MIRROR names
the folder that holds it), and moto_server, which plays AWS on the loopback interface. Nothing else is contacted.

All fixtures are planned together, each as a module of one root: a plan costs seconds, a fixture in it milliseconds.
A fixture that only a root module can be (tfvars files, path.root) is planned alone. Where the plan does not know a
policy yet, because it holds an attribute that AWS assigns, the fixture is applied and the policy read from the state.

Version 5 of the provider refuses source_json and override_json, which old code is full of. Where they stand, the plan
is made of a copy that says the same with source_policy_documents and override_policy_documents.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "terraform"
PROVIDER = "5.100.0"
ACCOUNT = "111122223333"
REGION = "eu-west-1"
KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")
TYPES = {*KEYS, "aws_kms_key_policy"}
# Key ids differ from run to run, so the recording holds this in their place.
ASSIGNED = "__assigned__"
KEY_ID = re.compile(r"\b(mrk-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\bmrk-[0-9a-f]{32}\b")
LEGACY_JSON = re.compile(r"^(\s*)(source|override)_json(\s*)=(.*?)(\r?)$", re.MULTILINE)
ROOT_ONLY = re.compile(r"path\.(root|cwd)|\bfile\(\"[^$/]")


class Fixture:
    """One folder: its name, and the values given to variables that have none."""

    def __init__(self, path):
        self.path = path
        self.name = path.name
        assumed = path / "assumed.tfvars.json"
        self.assumed = json.loads(assumed.read_text()) if assumed.exists() else {}

    def root_only(self):
        values = [file for file in self.path.iterdir() if re.search(r"tfvars(\.json)?$", file.name)]
        if any(file.name != "assumed.tfvars.json" for file in values):
            return True
        return any(ROOT_ONLY.search(file.read_text()) for file in self.path.rglob("*.tf"))

    def copy(self, target):
        shutil.copytree(self.path, target, ignore=shutil.ignore_patterns("rendered.json", "*.md", ".terraform*"))
        for file in target.rglob("*.tf"):
            text = file.read_bytes().decode()
            modern = LEGACY_JSON.sub(r"\1\2_policy_documents\3= [\4]\5", text)
            if modern != text:
                file.write_bytes(modern.encode())

    def write(self, policies):
        record = {"assumed": self.assumed} if self.assumed else {}
        record["policies"] = [policies[address] for address in sorted(policies)]
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        (self.path / "rendered.json").write_text(text)


class Terraform:
    """Runs terraform in folders of its own below `scratch`."""

    def __init__(self, scratch, mirror, endpoint):
        self.scratch = scratch
        self.folders = 0
        config = scratch / "terraform.rc"
        config.write_text(
            f"disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{\n    path = \"{mirror}\"\n  }}\n}}\n"
        )
        cache = scratch / "plugins"
        cache.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))},
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_PLUGIN_CACHE_DIR": str(cache),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": endpoint,
        }

    def run(self, folder, *arguments):
        run = subprocess.run(
            ["terraform", *arguments], cwd=folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if run.returncode != 0:
            sys.exit(f"terraform {arguments[0]} failed:\n{run.stdout[-4000:]}{run.stderr[-16000:]}")
        return run.stdout

    def root(self, fixtures, alone):
        """A folder, initialised, whose root module is the one fixture, or calls each of them."""
        self.folders += 1
        folder = self.scratch / f"root{self.folders}"
        if alone:
            fixtures[0].copy(folder)
        else:
            folder.mkdir()
            for fixture in fixtures:
                fixture.copy(folder / fixture.name)
            calls = {fixture.name: {"source": f"./{fixture.name}", **fixture.assumed} for fixture in fixtures}
            (folder / "main.tf.json").write_text(json.dumps({"module": calls}))
        pins = {"aws": {"source": "hashicorp/aws", "version": PROVIDER}}
        pin = {"terraform": [{"backend": {"local": {}}, "required_providers": [pins]}]}
        (folder / "zz_recording_override.tf.json").write_text(json.dumps(pin))
        self.run(folder, "init", "-input=false", "-no-color")
        return folder

    def plan(self, folder, assumed):
        values = ["-var-file=assumed.tfvars.json"] if assumed else []
        self.run(folder, "plan", "-input=false", "-no-color", "-refresh=false", "-parallelism=40", "-out=it.tfplan", *values)
        return json.loads(self.run(folder, "show", "-json", "it.tfplan"))

    def apply(self, folder):
        self.run(folder, "apply", "-input=false", "-no-color", "-parallelism=40", "it.tfplan")
        return json.loads(self.run(folder, "show", "-json"))


def resources(module):
    """The managed resources of a module of planned values or of a state, and of its children."""
    yield from (resource for resource in module.get("resources", []) if resource["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from resources(child)


def configured(module, resource):
    """Whether the resource's block in the plan's configuration has an argument `policy`."""
    for name in re.findall(r"module\.([\w-]+)", resource["address"].removesuffix(resource["address"].split(".")[-1])):
        module = module["module_calls"][name]["module"]
    block = [b for b in module["resources"] if (b["mode"], b["type"], b["name"]) == ("managed", resource["type"], resource["name"])]
    return "policy" in block[0].get("expressions", {})


def rendered(address, text):
    """The record of one key: AWS's default policy counts as none."""
    policy = json.loads(KEY_ID.sub(ASSIGNED, text)) if text else None
    if isinstance(policy, dict) and policy.get("Id") == "key-default-1":
        policy = None
    return {"address": address, "policy": policy}


class Recording:
    """What was learned of each fixture: its records by address, and the addresses still to be applied for."""

    def __init__(self, fixtures, alone):
        self.fixtures = fixtures
        self.alone = alone
        self.records = {fixture.name: {} for fixture in fixtures}
        self.unknown = set()

    def place(self, address):
        """The fixture an address belongs to, and the address as the fixture itself would write it."""
        if self.alone:
            return self.fixtures[0].name, address
        _, name, rest = address.split(".", 2)
        return name, rest

    def read_plan(self, plan):
        changes = {change["address"]: change["change"] for change in plan["resource_changes"]}
        for resource in resources(plan["planned_values"]["root_module"]):
            if resource["type"] not in TYPES:
                continue
            name, address = self.place(resource["address"])
            if changes[resource["address"]]["after_unknown"].get("policy") is not True:
                self.records[name][address] = rendered(address, resource["values"].get("policy"))
            elif not configured(plan["configuration"]["root_module"], resource):
                self.records[name][address] = {"address": address, "policy": None}
            else:
                self.records[name][address] = {"address": address, "policy": None, "unknown": True}
                self.unknown.add(name)

    def read_state(self, state):
        for resource in resources(state["values"]["root_module"]):
            if resource["type"] in TYPES:
                name, address = self.place(resource["address"])
                if self.records[name].get(address, {}).get("unknown"):
                    self.records[name][address] = rendered(address, resource["values"].get("policy"))


def batches(fixtures, plan, place):
    """Groups of fixtures that may be applied together: no two of a group create things of one name."""
    names = {fixture.name: set() for fixture in fixtures}
    for resource in resources(plan["planned_values"]["root_module"]):
        owner = place(resource["address"])[0]
        if owner in names:
            given = [resource["values"].get(key) for key in ("name", "bucket", "name_prefix")]
            names[owner].update((resource["type"], value) for value in given if value)
    groups = []
    for fixture in fixtures:
        mine = names[fixture.name]
        group = next((group for group in groups if not group[1] & mine), None)
        if group is None:
            group = ([], set())
            groups.append(group)
        group[0].append(fixture)
        group[1].update(mine)
    return [group for group, _ in groups]


def record(terraform, reset, fixtures, alone):
    """Plan the fixtures, apply those that need it, write what came out."""
    if not fixtures:
        return
    recording = Recording(fixtures, alone)
    folder = terraform.root(fixtures, alone)
    plan = terraform.plan(folder, alone and fixtures[0].assumed)
    recording.read_plan(plan)
    waiting = [fixture for fixture in fixtures if fixture.name in recording.unknown]
    for batch in batches(waiting, plan, recording.place):
        reset()
        root = terraform.root(batch, alone)
        terraform.plan(root, alone and batch[0].assumed)
        recording.read_state(terraform.apply(root))
    for fixture in fixtures:
        fixture.write(recording.records[fixture.name])
        for address, entry in recording.records[fixture.name].items():
            if entry.get("unknown"):
                print(f"{fixture.name}: {address} stays unknown")
        if not recording.records[fixture.name]:
            print(f"{fixture.name}: no key")


@contextlib.contextmanager
def moto(command):
    """A moto server on a free port: its address, and a function that makes it forget everything."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [command, "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_ACCOUNT_ID": ACCOUNT},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def reset():
        urllib.request.urlopen(f"{endpoint}/moto-api/reset", data=b"", timeout=10).close()

    try:
        for _ in range(100):
            time.sleep(0.1)
            with contextlib.suppress(OSError):
                reset()
                break
        else:
            sys.exit(f"{command} does not answer")
        yield endpoint, reset
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", default=os.environ.get("TERRAFORM_MIRROR"), help="filesystem mirror of providers")
    parser.add_argument("--moto", default="moto_server", help="the command that starts moto")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    if not arguments.mirror:
        parser.error("give --mirror or set TERRAFORM_MIRROR")

    folders = sorted(folder for folder in FIXTURES.iterdir() if folder.is_dir())
    fixtures = [Fixture(folder) for folder in folders if not arguments.names or folder.name in arguments.names]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, moto(arguments.moto) as (endpoint, reset):
        terraform = Terraform(pathlib.Path(scratch), pathlib.Path(arguments.mirror).resolve(), endpoint)
        record(terraform, reset, [fixture for fixture in fixtures if not fixture.root_only()], alone=False)
        for fixture in fixtures:
            if fixture.root_only():
                record(terraform, reset, [fixture], alone=True)
    print(f"{len(fixtures)} fixtures in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
