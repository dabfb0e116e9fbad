"""Gather what a release consists of into _build/release, with checksums and notes.

The book as a zip, its PDF, the data and figures, the package as a wheel, SHA256SUMS, and NOTES.md
from the changelog. Build the book first. The tag, if the variable RELEASE_TAG names one, must be
that of the version in CITATION.cff.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from analysis.citation import read_citation
from analysis.folders import zipped

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"


def notes(changelog, version):
    """Return what the changelog says of a version; end with a message if it says nothing."""
    found = re.search(
        rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    if not found or not found[1].strip():
        sys.exit(f"CHANGELOG.md says nothing of version {version}; write what is new in it")
    return found[1].strip() + "\n"


def zip_site(site, path):
    """Pack the built book; what it needs is inside, so that it can be read from a folder."""
    files = sorted(file for file in site.rglob("*") if file.is_file())
    names = (f"{path.stem}/{file.relative_to(site).as_posix()}" for file in files)
    path.write_bytes(zipped({name: f.read_bytes() for name, f in zip(names, files, strict=True)}))


def main(root=ROOT, site=SITE):
    """Write all files of the release."""
    record = read_citation(root / "CITATION.cff")
    tag = os.environ.get("RELEASE_TAG", "")
    if tag and tag != f"v{record.version}":
        sys.exit(f"the tag is {tag}, but CITATION.cff has version {record.version}")
    if not (site / "index.html").is_file():
        sys.exit("There is no built book: run `make book` first.")
    said = notes((root / "CHANGELOG.md").read_text(encoding="utf-8"), record.version)
    folder = root / "_build" / "release"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    name = f"{record.slug}-{record.version}"
    zip_site(site, folder / f"{name}-book.zip")
    for suffix, source in (
        (".pdf", f"{record.slug}.pdf"),
        ("-data.zip", f"{record.slug}-data.zip"),
    ):
        if not (site / "_static" / source).is_file():
            sys.exit(f"the built book has no {source}; a PDF needs Chromium")
        shutil.copyfile(site / "_static" / source, folder / f"{name}{suffix}")
    wheel = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([sys.executable, *wheel, "--wheel-dir", folder, root], check=True)
    sums = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    (folder / "NOTES.md").write_text(said, encoding="utf-8")
    print(*(file.name for file in sorted(folder.iterdir())), sep="\n")


if __name__ == "__main__":
    main()
