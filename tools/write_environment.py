"""Write environment.yml from pyproject.toml and requirements.lock.

The lock itself cannot be named there: pip refuses to install the project in the same call as
requirements with hashes. So the direct dependencies are given with their locked versions.
"""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYTHON = "3.12"
HEAD = f"""\
# Written by `make lock` from pyproject.toml and requirements.lock; do not edit.
name: problems-and-remedies
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python={PYTHON}
  - pip
  - pip:
"""


def locked_versions(text):
    """Return the version of each package in the lock that applies to PYTHON."""
    versions = {}
    for line in text.splitlines():
        if line and line[0] not in " #":
            requirement = Requirement(line.removesuffix("\\"))
            marker = requirement.marker
            if marker is None or marker.evaluate({"python_full_version": f"{PYTHON}.0"}):
                versions[canonicalize_name(requirement.name)] = str(requirement.specifier)
    return versions


def main():
    """Write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    versions = locked_versions((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    lines = []
    for text in project["dependencies"] + extras["book"] + extras["lab"]:
        requirement = Requirement(text)
        # JupyterLab is not locked, so it keeps its bounds.
        pin = versions.get(canonicalize_name(requirement.name), str(requirement.specifier))
        lines.append(f"      - {requirement.name}{pin}\n")
    body = HEAD + "".join(sorted(lines)) + "      - -e .\n"
    (ROOT / "environment.yml").write_text(body, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
