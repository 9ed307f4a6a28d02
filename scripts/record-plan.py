#!/usr/bin/env python3
"""Record the plan and the state of testdata/plan/config, as `terraform show -json` prints them.

usage: record-plan.py --mirror DIR [--moto COMMAND]

Needs what record-terraform.py needs: terraform 1.11, the AWS provider in a filesystem mirror, and moto_server. Times and
what the provider makes up differ from run to run.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURE = HERE.parent / "testdata" / "plan"


def recorder():
    """The module beside this one; its name is no identifier."""
    spec = importlib.util.spec_from_file_location("record_terraform", HERE / "record-terraform.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", default=os.environ.get("TERRAFORM_MIRROR"), help="filesystem mirror of providers")
    parser.add_argument("--moto", default="moto_server", help="the command that starts moto")
    arguments = parser.parse_args()
    if not arguments.mirror:
        sys.exit("--mirror or TERRAFORM_MIRROR must name a filesystem mirror that holds the AWS provider")
    record = recorder()
    with tempfile.TemporaryDirectory() as scratch, record.moto(arguments.moto) as (endpoint, _):
        terraform = record.Terraform(pathlib.Path(scratch), pathlib.Path(arguments.mirror).resolve(), endpoint)
        folder = pathlib.Path(scratch) / "config"
        shutil.copytree(FIXTURE / "config", folder)
        pins = {"aws": {"source": "hashicorp/aws", "version": record.PROVIDER}}
        pin = {"terraform": [{"backend": {"local": {}}, "required_providers": [pins]}]}
        (folder / "zz_recording_override.tf.json").write_text(json.dumps(pin))
        terraform.run(folder, "init", "-input=false", "-no-color")
        plan = terraform.plan(folder, None)
        state = terraform.apply(folder)
        pulled = json.loads(terraform.run(folder, "state", "pull"))
    plan.pop("timestamp", None)
    for name, value in {"plan": plan, "state": state, "pulled": pulled}.items():
        (FIXTURE / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
