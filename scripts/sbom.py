"""Prints what the program is made of, as CycloneDX 1.5 in JSON: python3 scripts/sbom.py [TARGET]

The packages are those that are linked into the program or run while it is built, for one target or for all; what tests it
is left out. Versions and checksums are those of Cargo.lock.
"""

import json
import pathlib
import subprocess
import sys
import tomllib

root = pathlib.Path(__file__).parent.parent
arguments = ["cargo", "metadata", "--format-version", "1", "--locked"]
if len(sys.argv) > 1:
    arguments += ["--filter-platform", sys.argv[1]]
metadata = json.loads(subprocess.run(arguments, cwd=root, check=True, capture_output=True).stdout)
lock = tomllib.loads((root / "Cargo.lock").read_text())
checksums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}


def needed(node):
    """The packages that one package needs for more than its tests."""
    kinds = {dep["pkg"]: {kind["kind"] for kind in dep["dep_kinds"]} for dep in node["deps"]}
    return sorted(package for package, of in kinds.items() if of != {"dev"})


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, kind):
    made = {
        "type": kind,
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        "licenses": [{"expression": package["license"].replace("/", " OR ").replace("  ", " ")}],
    }
    checksum = checksums[package["name"], package["version"]]
    if checksum:
        made["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return made


open_, reached = [metadata["resolve"]["root"]], set()
while open_:
    package = open_.pop()
    if package not in reached:
        reached.add(package)
        open_ += needed(nodes[package])
program = packages[metadata["resolve"]["root"]]
others = sorted((packages[it] for it in reached if it != program["id"]), key=purl)
ordered = [program, *others]
json.dump(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(program, "application")},
        "components": [component(package, "library") for package in others],
        "dependencies": [
            {"ref": purl(it), "dependsOn": sorted(purl(packages[on]) for on in needed(nodes[it["id"]]))}
            for it in ordered
        ],
    },
    sys.stdout,
    indent=2,
)
print()
