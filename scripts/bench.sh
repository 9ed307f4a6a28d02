#!/usr/bin/env bash
# What kmslint costs beside its peers, on the same inputs in one run: `bench.sh [FILES]`, by default 10,000. Prints one
# table; a ratio is that of medians to the first line of its block. Times say little on a machine that does something
# else: the runs of a block take turns, so that the ratios still do.
# Needs python3; memory is measured where /usr/bin/time is GNU's. Peers (rg, jq, checkov, trivy, cfn-lint, parliament) are measured where they are installed. KMSLINT
# names another binary than that of the release build, RUNS another number of runs than 15.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
kmslint=${KMSLINT:-$root/target/release/kmslint}
files=${1:-10000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
generate() { python3 "$root/scripts/generate-tree.py" "$@"; }
generate "$work/terraform" "$files"
generate "$work/cloudformation" "$files" cloudformation
generate "$work/small" 100
generate "$work/worst" worst

export kmslint work files
python3 - <<'PYTHON'
import os, platform, shutil, statistics, subprocess, time

kmslint, work, files = os.environ["kmslint"], os.environ["work"], os.environ["files"]
runs = int(os.environ.get("RUNS", "15"))
own = [kmslint, "--no-config", "--fail-on", "never", "--quiet", "--format", "concise"]


def once(command, stdin):
    """Wall and processor seconds."""
    given = open(stdin, "rb") if stdin else subprocess.DEVNULL
    start = time.perf_counter()
    child = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def peak(command, stdin):
    """Peak memory in MiB, as `time` tells it: of a process that was started here it would be Python's at least."""
    if not os.access("/usr/bin/time", os.X_OK):
        return float("nan")
    told = f"{work}/peak"
    given = open(stdin, "rb") if stdin else subprocess.DEVNULL
    subprocess.run(["/usr/bin/time", "-f", "%M", "-o", told, *command], stdin=given,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(told) as file:
        return int(file.read().split()[-1]) / 1024


def block(title, rows):
    rows = [(name, command, stdin, slow) for name, command, stdin, slow in rows if shutil.which(command[0])]
    times = {name: [] for name, *_ in rows}
    for turn in range(runs):
        for name, command, stdin, slow in rows:
            if not slow or turn == 0:
                times[name].append(once(command, stdin))
    median = {name: [statistics.median(column) for column in zip(*all)] for name, all in times.items()}
    print(f"\n{title}")
    first = next(iter(median.values()))
    for name, command, stdin, slow in rows:
        wall, cpu = median[name]
        memory = float("nan") if slow else peak(command, stdin)
        print(f"  {name:44} {wall * 1e3:10.1f} ms {cpu * 1e3:10.1f} ms processor {memory:8.1f} MiB "
              f"{wall / first[0]:8.2f} x wall {cpu / max(first[1], 1e-6):8.2f} x processor")


def row(name, *command, stdin=None, slow=False):
    return name, list(command), stdin, slow


def version(command):
    found = shutil.which(command[0])
    if not found:
        return f"{command[0]}: not installed"
    said = subprocess.run(command, capture_output=True, text=True)
    return f"{os.path.basename(command[0])}: {((said.stdout or said.stderr).strip().splitlines() or ['?'])[0]}"


print("\n".join([
    f"machine: {platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.release()}",
    *map(version, [[kmslint, "--version"], ["rg", "--version"], ["jq", "--version"], ["checkov", "--version"],
                   ["trivy", "--version"], ["cfn-lint", "--version"]]),
    f"medians of {runs} runs that took turns; checkov, trivy, cfn-lint and parliament ran once",
]))
policy, small = f"{work}/worst/policy.json", f"{work}/small"
block("one policy of 4 KB", [
    row("/bin/true", "/bin/true"),
    row("jq .", "jq", ".", policy),
    row("kmslint", *own, policy),
    row("parliament", "parliament", stdin=policy, slow=True),
])
block(f"{files} Terraform files", [
    row("rg -l aws_kms", "rg", "-l", "aws_kms", f"{work}/terraform"),
    row("kmslint", *own, f"{work}/terraform"),
])
block(f"{files} CloudFormation templates", [
    row("rg -l AWS::KMS", "rg", "-l", "AWS::KMS", f"{work}/cloudformation"),
    row("kmslint", *own, f"{work}/cloudformation"),
])
block("100 Terraform files", [
    row("kmslint", *own, small),
    row("checkov", "checkov", "-d", small, "--skip-download", "--quiet", "--compact", slow=True),
    row("trivy", "trivy", "config", "--skip-check-update", small, slow=True),
])
block("one CloudFormation template", [
    row("kmslint", *own, f"{work}/cloudformation/team0/unit0/t3.yaml"),
    row("cfn-lint", "cfn-lint", f"{work}/cloudformation/team0/unit0/t3.yaml", slow=True),
])
block("what is hard", [row("/bin/true", "/bin/true")] + [
    row(name, *own, f"{work}/worst/{path}") for name, path in [
        ("a plan of 3,000 policies", "plan.json"),
        ("300 statements", "statements.json"),
        ("200 statements with conditions", "conditions.json"),
        ("1,000 findings in one file", "findings.json"),
        ("a module called 500 times", "calls"),
        ("a module for each of 500", "for-each"),
        ("locals 30 deep", "diamond"),
    ]] + [row("1,000 findings in one file, as text", *own[:-1], "text", f"{work}/worst/findings.json")])
PYTHON
