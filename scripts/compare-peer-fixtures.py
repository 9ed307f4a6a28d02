#!/usr/bin/env python3
"""Judge the KMS fixtures of kmslint's peers, and say where kmslint and the peer differ.

usage: compare-peer-fixtures.py PEERS [--kmslint BINARY] [--record]

PEERS holds checked-out repositories, each a folder OWNER+NAME; those that are missing are said to be skipped. Of each
check, the rules that stand for it (docs/coverage.toml, and `also-known-as` of the rules) are run over each fixture of
it: what the peer reports they should report, in the same resource, and nothing else. With --record the outcome is
written to docs/peer-fixtures.json, of which `cargo test` makes a part of docs/coverage.md; every difference needs a
reason under `differs` in docs/coverage.toml.

needs: Python 3.11, PyYAML
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGICAL = re.compile(r"AWS::KMS::\w+\.")


class Case:
    """A fixture: the text, and whether the peer reports it; of a resource, or anywhere in the file."""

    def __init__(self, tool, check, name, text, suffix, reported, resource=None):
        self.tool, self.check, self.name, self.text, self.suffix = tool, check, name, text, suffix
        self.reported, self.resource = reported, resource


def sets(test, names=("passing_resources", "failing_resources")):
    """The resources that a test of Checkov's expects to pass, and to fail."""
    text = test.read_text()
    for name, reported in zip(names, (False, True)):
        found = re.search(name + r"\s*=\s*\{(.*?)\}", text, re.DOTALL)
        for resource in re.findall(r"[\"']([^\"']+)[\"']", found.group(1)) if found else []:
            yield resource, reported


def checkov(repository):
    for language, check, name in (
        ("terraform", "CKV_AWS_33", "KMSKeyWildcardPrincipal"),
        ("terraform", "CKV_AWS_7", "KMSRotation"),
        ("terraform", "CKV_AWS_227", "KMSKeyIsEnabled"),
        ("cloudformation", "CKV_AWS_33", "KMSKeyWildCardPrincipal"),
    ):
        folder = repository / "tests" / language / "checks/resource/aws"
        expected = dict(sets(folder / f"test_{name}.py"))
        for file in sorted((folder / f"example_{name}").iterdir()):
            text = file.read_text()
            for resource, reported in expected.items():
                resource = LOGICAL.sub("", resource)
                last = resource.split(".")[-1]
                if re.search(rf'"{last}"|^\s*{last}:', text, re.MULTILINE):
                    yield Case("checkov", check, f"{language}/{name}/{file.name}", text, file.suffix, reported, resource)
    for file in sorted((repository / "tests/cloudformation/checks/resource/aws/example_KMSRotation").iterdir()):
        reported = "FAILED" in file.name
        yield Case("checkov", "CKV_AWS_7", f"cloudformation/KMSRotation/{file.name}", file.read_text(), file.suffix, reported)
    folder = repository / "tests/terraform/graph/checks/resources/KmsKeyPolicyIsDefined"
    text = (folder / "main.tf").read_text()
    for verdict, resources in yaml.safe_load((folder / "expected.yaml").read_text()).items():
        for resource in resources:
            yield Case("checkov", "CKV2_AWS_64", "KmsKeyPolicyIsDefined/main.tf", text, ".tf", verdict == "fail", resource)


def kics(repository):
    for language, query, check in (
        ("terraform", "kms_key_with_full_permissions", "7ebc9038"),
        ("terraform", "cmk_rotation_disabled", "22fbfeac"),
        ("terraform", "kms_key_with_no_deletion_window", "0b530315"),
        ("terraform", "cmk_is_unusable", "7350fa23"),
        ("cloudFormation", "kms_key_with_full_permissions", "da905474"),
        ("cloudFormation", "kms_allows_wildcard_principal", "f6049677"),
        ("cloudFormation", "cmk_rotation_disabled", "1c07bfaf"),
        ("cloudFormation", "kms_enable_key_rotation_disabled", "235ca980"),
        ("cloudFormation", "cmk_is_unusable", "2844c749"),
    ):
        folder = repository / "assets/queries" / language / "aws" / query / "test"
        for file in sorted(folder.glob("*")):
            if file.name != "positive_expected_result.json":
                reported = file.name.startswith("positive")
                name = f"{language}/{query}/{file.name}"
                yield Case("kics", check, name, file.read_text(), file.suffix, reported)


def trivy(repository):
    file = repository / "checks/cloud/aws/kms/auto_rotate_keys.yaml"
    for verdict, examples in yaml.safe_load(file.read_text())["terraform"].items():
        if verdict in ("good", "bad"):
            for number, text in enumerate(examples, 1):
                yield Case("trivy", "AWS-0065", f"auto_rotate_keys/{verdict} {number}", text, ".tf", verdict == "bad")


def cfn_nag(repository):
    for name, check in (("KMSKeyRotationRule", "F19"), ("KMSKeyWildcardPrincipalRule", "F76")):
        spec = (repository / "spec/custom_rules" / f"{name}_spec.rb").read_text()
        for path, resources in re.findall(r"read_test_template\(['\"](.*?)['\"]\).*?to eq \[(.*?)\]", spec, re.DOTALL):
            twin = path.replace("json/", "yaml/").replace(".json", ".yml")
            for path in (path, twin):
                file = repository / "spec/test_templates" / path
                if file.exists():
                    yield Case("cfn-nag", check, path, file.read_text(), file.suffix, bool(resources.strip()))


def guard(repository):
    for file in sorted((repository / "rules/aws/aws_kms/tests").glob("*.yml")):
        for test in yaml.safe_load(file.read_text()):
            for check, verdict in test["expectations"]["rules"].items():
                # What is skipped has no key, or is suppressed by comments of other tools.
                if verdict != "SKIP":
                    text = json.dumps(test["input"], indent=2)
                    yield Case("cfn-guard", check, test["name"], text, ".json", verdict == "FAIL")


def semgrep(repository):
    for check in ("aws-kms-key-wildcard-principal", "aws-kms-no-rotation"):
        text = (repository / "terraform/aws/security" / f"{check}.tf").read_text()
        # A verdict stands above the resource, or above the argument in it; what has none is called `pass…`.
        starts = [it.start() for it in re.finditer(r"^(?:#[^\n]*\n)?resource ", text, re.MULTILINE)]
        for start, end in zip(starts, starts[1:] + [len(text)]):
            block = text[start:end]
            resource = ".".join(re.search(r'resource "(\w+)" "([^"]+)"', block).groups())
            yield Case("semgrep", check, f"{check}.tf", block, ".tf", "ruleid" in block, resource)


def regula(repository):
    for name in ("cfn/kms/inputs/key_rotation_infra.yaml", "tf/aws/kms/inputs/key_rotation_infra.tf"):
        file = repository / "rego/tests/rules" / name
        text = file.read_text()
        for resource in re.findall(r'^resource "(aws_kms_key" "\w+)"', text, re.MULTILINE) or re.findall(
            r"^  (\w+):\n\s+Type:\s+.?AWS::KMS::Key", text, re.MULTILINE
        ):
            resource = resource.replace('" "', ".")
            reported = not re.search(r"valid", resource, re.IGNORECASE) or "invalid" in resource.lower()
            yield Case("regula", "FG_R00036", name, text, file.suffix, reported, resource)


def cfn_lint(repository):
    """Its templates that have to do with KMS: of a good one, no rule of grammar says anything."""
    for file in sorted((repository / "test/fixtures/templates/good").rglob("*")):
        if file.is_file() and "AWS::KMS::" in (text := file.read_text(errors="replace")):
            yield Case("cfn-lint", "E3512", str(file.relative_to(repository / "test/fixtures/templates")), text, file.suffix, False)


PEERS = {
    "bridgecrewio+checkov": checkov,
    "Checkmarx+kics": kics,
    "DataDog+datadog-iac-scanner": kics,
    "aquasecurity+trivy-checks": trivy,
    "stelligent+cfn_nag": cfn_nag,
    "aws-cloudformation+aws-guard-rules-registry": guard,
    "aws-cloudformation+cfn-lint": cfn_lint,
    "semgrep+semgrep-rules": semgrep,
    "fugue+regula": regula,
}


def rules(binary, coverage):
    """The rules that stand for each check, by tool and check."""
    known = {}
    for rule in json.loads(subprocess.run([binary, "rules", "--format", "json"], capture_output=True, check=True).stdout)["rules"]:
        for peer in rule["also_known_as"]:
            known.setdefault(tuple(peer.split(":", 1)), set()).add(rule["rule"])
    for tool, entry in coverage.items():
        for check, said in entry["checks"].items():
            near = said.get("rule", [])
            known.setdefault((tool, check), set()).update([near] if isinstance(near, str) else near)
    return known


def found(binary, folder, case):
    """All findings in a fixture, every rule of every profile selected, as (rule, key) pairs."""
    suffix = ".yaml" if case.suffix == ".yml" else case.suffix
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        file = pathlib.Path(scratch) / f"main{suffix}"
        file.write_text(case.text)
        arguments = [binary, "--no-config", "--profile", "strict", "--format", "json", file.name]
        done = subprocess.run(arguments, cwd=scratch, capture_output=True)
        return [(it["rule"], it.get("key") or "") for it in json.loads(done.stdout)["findings"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peers", type=pathlib.Path)
    parser.add_argument("--kmslint", default=str(ROOT / "target/debug/kmslint"))
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    binary = str(pathlib.Path(arguments.kmslint).resolve())
    coverage = tomllib.loads((ROOT / "docs/coverage.toml").read_text())
    known = rules(binary, coverage)
    outcome, unexplained = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        for name, cases in PEERS.items():
            if not (arguments.peers / name).is_dir():
                print(f"skipped: {name} is not there", file=sys.stderr)
                continue
            for case in cases(arguments.peers / name):
                wanted = known.get((case.tool, case.check), set())
                findings = found(binary, scratch, case)
                ours = {rule for rule, key in findings if rule in wanted and key in ("", case.resource or key)}
                judged = outcome.setdefault(case.tool, {}).setdefault(case.check, {"alike": 0, "differs": []})
                if bool(ours) == case.reported:
                    judged["alike"] += 1
                    continue
                fixture = f"{case.name} {case.resource}" if case.resource else case.name
                if fixture not in judged["differs"]:
                    judged["differs"].append(fixture)
                said = coverage[case.tool]["checks"][case.check]
                # What no rule stands for has its reason already.
                if wanted and fixture not in said.get("differs", {}):
                    said = sorted({rule for rule, _ in findings})
                    unexplained.append(fixture)
                    print(f"{case.tool}:{case.check}: {fixture}: the peer {'reports' if case.reported else 'passes'} it; kmslint says {said}")
    for tool, checks in sorted(outcome.items()):
        for check, judged in sorted(checks.items()):
            judged["differs"].sort()
            print(f"{tool}:{check}: {judged['alike']} alike, {len(judged['differs'])} not")
    if arguments.record:
        (ROOT / "docs/peer-fixtures.json").write_text(json.dumps(outcome, indent=2, sort_keys=True) + "\n")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
