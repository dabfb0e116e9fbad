"""Let Lighthouse judge the heaviest pages of the built book.

Build the book first, then run from the project's environment:

    python benchmarks/lighthouse.py

It needs Node.js 18 or newer and Chromium (the variable CHROMIUM names it if it is not on PATH).
Lighthouse itself is fetched by npx, in the version given below, unless the variable LIGHTHOUSE
names a program. The book is the one in _build/html, or in the folder that BOOK_HTML names.

The pages are served from this machine to itself, packed with gzip and with leave to keep files,
as hosts of static pages do. Each page is judged several times as on a phone and as on a desktop;
the medians go to results/lighthouse.csv. Lighthouse slows the network and the processor down by
calculation, so the figures depend on the machine, and nothing in the tests asks for them.
"""

import argparse
import csv
import gzip
import json
import mimetypes
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

VERSION = "12.8.2"
ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).resolve().parent / "results" / "lighthouse.csv"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FORMS = {"phone": (), "desktop": ("--preset=desktop",)}
TIMES = {
    "first_paint_ms": "first-contentful-paint",
    "largest_paint_ms": "largest-contentful-paint",
    "interactive_ms": "interactive",
    "blocked_ms": "total-blocking-time",
}
COLUMNS = (
    "page",
    "form",
    "runs",
    *(name.replace("-", "_") for name in CATEGORIES),
    *TIMES,
    "layout_shift",
    "html_bytes",
    "sent_bytes",
    "requests",
    "lighthouse",
    "chromium",
)
PACKED = {".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".ipynb", ".xml"}


def heaviest_pages(site: Path, count: int) -> list[Path]:
    """Return the pages with the most bytes of HTML, the heaviest first."""
    own = [p for p in site.rglob("*.html") if not p.relative_to(site).parts[0].startswith("_")]
    return sorted(own, key=lambda page: (-page.stat().st_size, page.as_posix()))[:count]


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on this machine, packed and to be kept, and give its address."""
    root = site.resolve()

    @cache
    def content(path: Path, packed: bool) -> bytes:
        plain = path.read_bytes()
        return gzip.compress(plain, mtime=0) if packed else plain

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = (root / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
            if path.is_dir():
                path /= "index.html"
            if not path.is_relative_to(root) or not path.is_file():
                self.send_error(404)
                return
            accepted = "gzip" in self.headers.get("Accept-Encoding", "")
            packed = accepted and path.suffix in PACKED
            sent = content(path, packed)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            if kind.startswith("text/") or kind.endswith("javascript"):
                kind += "; charset=utf-8"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(sent)))
            kept = "no-cache" if path.suffix == ".html" else "public, max-age=31536000"
            self.send_header("Cache-Control", kept)
            if packed:
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Vary", "Accept-Encoding")
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing: the table is all that is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def lighthouse_command() -> list[str]:
    """Return how to call Lighthouse; end with a plain message if that cannot be."""
    named = os.environ.get("LIGHTHOUSE")
    if named:
        return [named]
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("Lighthouse needs Node.js (with npx), which is not installed.")
    return [npx, "--yes", f"lighthouse@{VERSION}"]


def chromium() -> str:
    """Return the path of Chromium; end with a plain message if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for name in filter(None, (os.environ.get("CHROMIUM"), *names)):
        if found := shutil.which(name):
            return found
    sys.exit("Lighthouse needs Chromium, which is not on PATH (set CHROMIUM to its path).")


def judge(command: list[str], address: str, form: str, browser: str) -> dict[str, Any]:
    """Run Lighthouse once and return its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = [
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            *FORMS[form],
        ]
        done = subprocess.run(
            [*command, address, *options],
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.is_file():
            sys.exit(f"Lighthouse failed on {address}:\n{done.stderr.strip()}")
        result = json.loads(report.read_text(encoding="utf-8"))
    scores = [result["categories"][name]["score"] for name in CATEGORIES]
    if "runtimeError" in result or None in scores:
        reason = result.get("runtimeError", {}).get("message", "a part could not be judged")
        sys.exit(f"Lighthouse could not finish {address}: {reason}")
    return result


def complaints(report: dict[str, Any]) -> list[str]:
    """Return what a report finds fault with, in the categories of which it is a part."""
    lines = []
    for name in CATEGORIES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            counts = audit["score"] is not None and audit["score"] < 0.9 and part["weight"] > 0
            if counts or (audit.get("details", {}).get("overallSavingsMs") or 0) > 0:
                shown = audit.get("displayValue", "")
                lines.append(f"{name}: {part['id']} {shown}".rstrip())
    return lines


def summary(page: Path, site: Path, form: str, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one line of the table: the medians of several reports on one page."""

    def median(audit: str) -> float:
        return statistics.median(report["audits"][audit]["numericValue"] for report in reports)

    last = reports[-1]
    requests = last["audits"]["network-requests"]["details"]["items"]
    agent = last["environment"]["hostUserAgent"]
    scores = {
        name.replace("-", "_"): round(
            100 * statistics.median(report["categories"][name]["score"] for report in reports)
        )
        for name in CATEGORIES
    }
    return {
        "page": page.relative_to(site).as_posix(),
        "form": form,
        "runs": len(reports),
        **scores,
        **{column: round(median(audit)) for column, audit in TIMES.items()},
        "layout_shift": round(median("cumulative-layout-shift"), 3),
        "html_bytes": page.stat().st_size,
        "sent_bytes": round(median("total-byte-weight")),
        "requests": len(requests),
        "lighthouse": last["lighthouseVersion"],
        "chromium": found[1] if (found := re.search(r"Chrome/(\d+)", agent)) else "",
    }


def print_table(lines: list[dict[str, Any]]) -> None:
    """Print the scores and times of all pages."""
    shown = [c for c in COLUMNS if c not in {"runs", "lighthouse", "chromium"}]
    table = [shown, *([str(line[c]) for c in shown] for line in lines)]
    widths = [max(len(row[i]) for row in table) for i in range(len(shown))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


def main() -> None:
    """Judge the heaviest pages, print the results and write them down."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=5, help="how many pages (5)")
    parser.add_argument("--runs", type=int, default=3, help="how often each is judged (3)")
    parser.add_argument("--form", choices=[*FORMS], action="append", help="only this form")
    parser.add_argument("--keep", action="store_true", help="print only, write no file")
    options = parser.parse_args()
    site = Path(os.environ.get("BOOK_HTML") or ROOT / "_build" / "html").resolve()
    if not (site / "index.html").is_file():
        sys.exit("There is no built book: run `make book` first.")
    command, browser = lighthouse_command(), chromium()
    lines, faults = [], {}
    with served(site) as address:
        for page in heaviest_pages(site, options.pages):
            for form in options.form or FORMS:
                place = page.relative_to(site).as_posix()
                reports = [
                    judge(command, f"{address}/{place}", form, browser) for _ in range(options.runs)
                ]
                lines.append(summary(page, site, form, reports))
                scores = ", ".join(f"{c} {lines[-1][c.replace('-', '_')]}" for c in CATEGORIES)
                print(f"{place} ({form}): {scores}", flush=True)
                faults[f"{place} ({form})"] = complaints(reports[-1])
    print_table(lines)
    for where, found in faults.items():
        print(f"\n{where}", *(f"  {line}" for line in found), sep="\n")
    if not options.keep:
        RESULTS.parent.mkdir(exist_ok=True)
        with RESULTS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)


if __name__ == "__main__":
    main()
