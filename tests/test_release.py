"""What a release consists of, and what it refuses."""

import hashlib
import importlib.util
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def release():
    spec = importlib.util.spec_from_file_location("make_release", ROOT / "tools/make_release.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path, release, monkeypatch):
    """A project with a built book; the wheel is made by a stand-in."""
    (tmp_path / "CITATION.cff").write_text(
        "cff-version: 1.2.0\ntitle: 'Words: two texts'\nversion: 0.2.0\nauthors: [{name: B}]\n"
    )
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [0.2.0] - 2026-01-01\n\n- New words.\n\n## [0.1.0]\n\n- Old words.\n"
    )
    site = tmp_path / "_build" / "html"
    (site / "_static").mkdir(parents=True)
    (site / "index.html").write_text("<p>a book</p>")
    (site / "_static" / "words.pdf").write_bytes(b"%PDF")
    (site / "_static" / "words-data.zip").write_bytes(b"PK")

    def pip(command, check):
        folder = Path(command[command.index("--wheel-dir") + 1])
        (folder / "words-0.2.0-py3-none-any.whl").write_bytes(b"wheel")

    monkeypatch.setattr(subprocess, "run", pip)
    monkeypatch.delenv("RELEASE_TAG", raising=False)
    return tmp_path


def made(release, project):
    release.main(project, project / "_build" / "html")
    folder = project / "_build" / "release"
    return {path.name: path for path in folder.iterdir()}


def test_release_has_everything_with_its_checksum(release, project):
    files = made(release, project)
    assert set(files) == {
        "NOTES.md", "SHA256SUMS", "words-0.2.0-book.zip", "words-0.2.0-data.zip",
        "words-0.2.0.pdf", "words-0.2.0-py3-none-any.whl",
    }  # fmt: skip
    lines = files["SHA256SUMS"].read_text().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert set(sums) == set(files) - {"NOTES.md", "SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == digest
    assert files["NOTES.md"].read_text() == "- New words.\n"
    with zipfile.ZipFile(files["words-0.2.0-book.zip"]) as book:
        assert "words-0.2.0-book/index.html" in book.namelist()


def test_same_book_gives_the_same_zip(release, project):
    first = made(release, project)["words-0.2.0-book.zip"].read_bytes()
    assert made(release, project)["words-0.2.0-book.zip"].read_bytes() == first


def test_tag_must_be_that_of_the_version(release, project, monkeypatch):
    monkeypatch.setenv("RELEASE_TAG", "v0.3.0")
    with pytest.raises(SystemExit, match=r"v0\.3\.0.*0\.2\.0"):
        made(release, project)
    monkeypatch.setenv("RELEASE_TAG", "v0.2.0")
    assert made(release, project)


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ("CHANGELOG.md", "says nothing of version 0.2.0"),
        ("_build/html/index.html", "make book"),
        ("_build/html/_static/words.pdf", "words.pdf"),
    ],
)
def test_what_lacks_is_named(release, project, lost, told):
    if lost.endswith("md"):
        (project / lost).write_text(
            "# Changelog\n\n## [0.2.0] - unreleased\n\n## [0.1.0]\n\n- Old.\n"
        )
    else:
        (project / lost).unlink()
    with pytest.raises(SystemExit, match=told):
        made(release, project)
