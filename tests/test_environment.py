"""The places that name packages and Python versions agree with each other."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCKED_GROUPS = ("book", "exchange", "pdf", "test", "dev", "scale")


def requirements(lines):
    """Return requirements by normalised name."""
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def lock_entries():
    """Return (requirement, hashes) for each entry of the lock."""
    logical = LOCK.replace("\\\n", " ")
    for line in logical.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            head, *hashes = line.split("--hash=")
            yield Requirement(head.strip()), [value.strip() for value in hashes]


def pinned(requirement):
    """Return the one version that a requirement allows."""
    (specifier,) = requirement.specifier
    assert specifier.operator == "==" and "*" not in specifier.version, str(requirement)
    return Version(specifier.version)


def declared():
    """Return every requirement of pyproject.toml that is locked."""
    lines = list(PROJECT["project"]["dependencies"])
    for group in LOCKED_GROUPS:
        lines += EXTRAS[group]
    return sorted(lines)


def conda_and_pip():
    """Return the conda and the pip part of environment.yml."""
    (pip_part,) = [part["pip"] for part in ENVIRONMENT["dependencies"] if isinstance(part, dict)]
    return [part for part in ENVIRONMENT["dependencies"] if isinstance(part, str)], pip_part


def imported_modules(nodes):
    """Return the top-level names of the modules that the statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def sources(*folders):
    """Return (file, syntax tree) for each module and each code cell in the folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / folder).rglob("*.ipynb")):
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if cell["cell_type"] == "code":
                    lines = "".join(cell["source"]).splitlines(keepends=True)
                    yield path, ast.parse("".join(line for line in lines if line[:1] not in "%!"))


def undeclared(imports, packages):
    """Return the imports, as (file, module), that none of the packages brings."""
    own = {path.stem for folder in ("tests", "book") for path in (ROOT / folder).rglob("*.py")}
    brought_by = packages_distributions()
    found = {
        f"{path.relative_to(ROOT).as_posix()} imports {module}"
        for path, module in imports
        if module not in sys.stdlib_module_names | own | {"analysis"}
        and not packages & {canonicalize_name(name) for name in brought_by.get(module, [])}
    }
    return "\n".join(sorted(found))


def workflow_versions():
    """Return the Python versions that each workflow names."""
    versions = {}
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            matrix = job.get("strategy", {}).get("matrix", {}).get("python-version", [])
            single = [
                step["with"]["python-version"]
                for step in job["steps"]
                if "python-version" in step.get("with", {})
            ]
            named = [*matrix, *(version for version in single if "${{" not in version)]
            versions.setdefault(path.name, set()).update(named)
    return versions


def supported_versions():
    """Return the Python versions of the classifiers."""
    prefix = "Programming Language :: Python :: "
    classifiers = PROJECT["project"]["classifiers"]
    return {line.removeprefix(prefix) for line in classifiers if line.startswith(prefix)}


def test_every_lock_entry_is_pinned_and_hashed():
    entries = list(lock_entries())
    assert len(entries) > len(declared())
    for requirement, hashes in entries:
        pinned(requirement)
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


@pytest.mark.parametrize("name", ["numpy", "pandas", "scipy"])
def test_lock_hashes_cover_all_platforms(name):
    # Three Pythons on Linux, macOS and Windows, each on two processors, give more than 15 wheels;
    # a lock made from a local folder of wheels would have one or two.
    (hashes,) = [hashes for requirement, hashes in lock_entries() if requirement.name == name]
    assert len(hashes) > 15


def test_lock_names_no_place():
    options = ("--index-url", "--extra-index-url", "--find-links", "--trusted-host")
    for number, line in enumerate(LOCK.splitlines(), start=1):
        assert not any(option in line for option in options), f"line {number}: {line}"
        assert not re.search(r"http|file:|@ |(^|[\s=])[/~]\w|[A-Z]:\\", line), (
            f"line {number}: {line}"
        )


@pytest.mark.parametrize("line", declared())
def test_dependency_is_locked_within_its_bounds(line):
    wanted = Requirement(line)
    versions = [
        pinned(requirement)
        for requirement, _ in lock_entries()
        if canonicalize_name(requirement.name) == canonicalize_name(wanted.name)
    ]
    assert versions, f"{wanted.name} is not in requirements.lock: run `make lock`"
    for version in versions:
        assert version in wanted.specifier, f"{wanted.name} {version}: run `make lock`"


def test_package_can_be_imported_with_its_own_dependencies():
    # Inside functions, the package may import what only the book needs; analysis.book always may.
    imports = {True: [], False: []}
    for path, tree in sources("src"):
        for module in imported_modules(tree.body):
            imports[(ROOT / "src/analysis/book") in path.parents].append((path, module))
    own = set(requirements(PROJECT["project"]["dependencies"]))
    assert imports[False] and imports[True]
    problems = undeclared(imports[False], own)
    assert not problems, problems
    problems = undeclared(imports[True], own | set(requirements(EXTRAS["book"])))
    assert not problems, problems


def test_everything_imported_is_declared():
    folders = ("src", "book", "notebooks", "tests", "tools", "benchmarks")
    imports = [
        (path, module)
        for path, tree in sources(*folders)
        for module in imported_modules(ast.walk(tree))
    ]
    problems = undeclared(imports, set(requirements(declared())))
    assert not problems, problems


def test_jupyterlab_is_not_in_the_build():
    assert "jupyterlab" in requirements(EXTRAS["lab"])
    assert "jupyterlab" not in {requirement.name for requirement, _ in lock_entries()}


def test_environment_names_what_pyproject_names():
    conda, pip = conda_and_pip()
    assert pip[-1] == "-e ."
    project = PROJECT["project"]["dependencies"] + EXTRAS["book"] + EXTRAS["lab"]
    assert requirements(pip[:-1]).keys() == requirements(project).keys()
    assert {re.split("[=<>]", part)[0] for part in conda} == {"python", "pip"}


def test_environment_versions_are_the_locked_ones():
    _, pip = conda_and_pip()
    locked = {requirement.name: pinned(requirement) for requirement, _ in lock_entries()}
    lab = requirements(EXTRAS["lab"])
    for name, requirement in requirements(pip[:-1]).items():
        if name in lab:
            assert requirement.specifier == lab[name].specifier, name
        else:
            assert pinned(requirement) == locked[name], f"{name}: run `make lock`"


def test_environment_uses_conda_forge_only():
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_python_versions_agree():
    supported = supported_versions()
    bounds = SpecifierSet(PROJECT["project"]["requires-python"])
    minors = {f"3.{minor}" for minor in range(30) if f"3.{minor}.0" in bounds}
    assert supported == minors
    workflows = workflow_versions()
    assert workflows["test.yml"] == supported
    assert workflows["deploy.yml"] and workflows["deploy.yml"] <= supported
    assert workflows["release.yml"] == workflows["deploy.yml"]
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert {container["image"].rpartition(":")[2]} == workflows["deploy.yml"]
    (conda_python,) = [part for part in conda_and_pip()[0] if part.startswith("python=")]
    assert workflows["deploy.yml"] == {conda_python.removeprefix("python=")}
    oldest = min(supported, key=Version)
    assert f"--python-version {oldest} " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_jupyter_book_stays_on_1():
    (specifier,) = requirements(EXTRAS["book"])["jupyter-book"].specifier
    assert specifier.operator == "==" and Version(specifier.version).major == 1
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))
    ignored = [rule for part in updates["updates"] for rule in part.get("ignore", [])]
    assert {"dependency-name": "jupyter-book", "versions": [">=2"]} in ignored


def test_package_is_the_one_of_this_folder():
    # An editable installation of another copy would be tested in place of this one, silently.
    origin = find_spec("analysis").origin
    assert Path(origin).resolve() == ROOT / "src" / "analysis" / "__init__.py"
