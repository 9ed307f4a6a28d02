#!/usr/bin/env python3
"""Opens kmslint's HTML report in headless Chromium and does what a reader does: looks, searches, filters, prints.

    pip install playwright
    scripts/check-page.py target/debug/kmslint testdata/seed [SCREENSHOT.png]

The browser is a Chromium or Chrome on the path, or else the one that playwright installs. Any request for the network, and any
error of the page's script, fails.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright


def main() -> None:
    program, path, *screenshot = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file, report = Path(folder) / "report.html", Path(folder) / "report.json"
        subprocess.run(
            [program, "--output", f"html={page_file}", "--output", f"json={report}", "--format", "concise", path],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        findings = json.loads(report.read_text())["findings"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("google-chrome"))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("request", lambda it: troubles.append(it.url) if not it.url.startswith("file:") else None)
        page.goto(page_file.as_uri())

        def shown() -> int:
            return page.locator("article:visible").count()

        expect(shown(), len(findings), "findings on the page")
        rule = findings[0]["rule"]
        page.locator("input.search").fill(rule)
        expect(shown(), sum(rule in json.dumps(it) for it in findings), f"findings with {rule}")
        page.locator("input.search").fill("no such word anywhere")
        expect(shown(), 0, "findings without a match")
        page.locator("input.search").fill("")
        severity = findings[0]["severity"]
        page.locator(f"input[value={severity}]").uncheck()
        expect(shown(), sum(it["severity"] != severity for it in findings), f"findings but for {severity}s")
        page.locator(f"input[value={severity}]").check()
        # A cell of the matrix says which actions it stands for.
        cells = page.locator("figure svg g.cell title")
        if cells.count() == 0 or not any("kms:" in text for text in cells.all_text_contents()):
            sys.exit("no matrix names an action")
        if screenshot:
            page.screenshot(path=screenshot[0], full_page=True)
        printed = page.pdf(format="A4")
        if not printed.startswith(b"%PDF") or len(printed) < 10_000:
            sys.exit("the page does not print")
        page.emulate_media(media="print")
        expect(page.locator("input:visible").count(), 0, "controls on paper")
        browser.close()
        if troubles:
            sys.exit("the page is not self-contained or its script fails: " + "; ".join(troubles))
        print(f"{len(findings)} findings shown, searched, filtered and printed ({len(printed)} bytes)")


def expect(found: int, wanted: int, what: str) -> None:
    if found != wanted:
        sys.exit(f"{what}: {found}, expected {wanted}")


if __name__ == "__main__":
    main()
