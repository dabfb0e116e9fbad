"""What importing the package costs, and the word lists it brings."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import analysis
from analysis.defaults import DEFAULTS, default_file

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pandas", "numpy", "scipy", "nltk", "sklearn", "altair", "rich", "typer")


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_nothing_heavy():
    loaded = run(f"import analysis, sys; print([m for m in {HEAVY} if m in sys.modules])")
    assert loaded.strip() == "[]"


@pytest.mark.parametrize("name", sorted(analysis.__all__))
def test_every_public_name_can_be_had(name):
    assert getattr(analysis, name) is not None
    assert name in dir(analysis)


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError):
        analysis.no_such_thing  # noqa: B018


@pytest.mark.parametrize("name", ["similarity", "cooccurrence", "multiverse"])
def test_functions_are_not_hidden_by_modules_of_their_name(name):
    code = (
        f"import analysis, analysis.{name}; from analysis.{name} import {name};"
        f"import analysis.findings; assert analysis.{name} is {name}, analysis.{name}"
    )
    run(code)


@pytest.mark.parametrize("name", DEFAULTS)
def test_word_list_of_a_folder_comes_first(tmp_path, name):
    assert default_file(name, tmp_path) == default_file(name)
    own = tmp_path / name
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("own")
    assert default_file(name, tmp_path) == own


def test_unknown_word_list_is_refused():
    with pytest.raises(KeyError, match="stopwords.csv"):
        default_file("names.csv")


def test_package_is_typed():
    assert (Path(analysis.__file__).parent / "py.typed").is_file()


def test_an_installed_package_carries_every_word_list():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried == {f"data/{name}": f"analysis/defaults/{name}" for name in DEFAULTS}


@pytest.mark.parametrize(
    "module", ["analysis", "analysis.measures", "analysis.figures", "analysis.charts",
               "analysis.exchange", "analysis.starting"]
)  # fmt: skip
def test_every_public_name_stands_in_the_reference(module):
    pages = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "book/api").glob("*.md"))
    described = set(re.findall(r"^\.\. auto\w+:: (\S+)$", pages, flags=re.MULTILINE))
    public = {f"{module}.{name}" for name in importlib.import_module(module).__all__}
    # The alias of several kinds of chart is no thing of its own.
    assert public - described - {"analysis.figures.Figure"} == set()
