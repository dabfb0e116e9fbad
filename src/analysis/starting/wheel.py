"""The installed package as a wheel, so that a new book needs no place where it is published."""

from __future__ import annotations

import base64
import hashlib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from analysis.defaults import DEFAULTS, default_file
from analysis.folders import zipped
from analysis.tables import InputError, write_whole

DISTRIBUTION = "problems-and-remedies"
PACKAGE = Path(__file__).resolve().parents[1]

_SUFFIXES = {
    "", ".cff", ".css", ".csv", ".html", ".ipynb", ".js", ".md", ".py", ".pyi", ".svg", ".toml", ".typed", ".yml",
}  # fmt: skip
_TAGS = "Wheel-Version: 1.0\nGenerator: analysis\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: str | Path) -> Path:
    """Write the package, as it is installed here, as a wheel.

    Parameters
    ----------
    folder : str or Path
        Where the wheel comes to lie; made if it is not there.

    Returns
    -------
    Path
        Of the file ``NAME-VERSION-py3-none-any.whl``; the same package gives the same bytes.

    Raises
    ------
    InputError
        If the package is used without being installed, so that nothing says what it needs.

    References
    ----------
    PyPA, Binary distribution format, packaging.python.org/specifications.
    """
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        raise InputError(
            [f"{DISTRIBUTION} is not installed, only found; install it with: pip install ."]
        ) from None
    stem = f"{DISTRIBUTION.replace('-', '_')}-{installed.version}"
    contents = _modules() | _word_lists()
    info = f"{stem}.dist-info"
    contents[f"{info}/METADATA"] = (installed.read_text("METADATA") or "").encode()
    contents[f"{info}/WHEEL"] = _TAGS.encode()
    contents[f"{info}/licenses/LICENSE"] = _licence(installed)
    contents[f"{info}/RECORD"] = _record(contents, f"{info}/RECORD").encode()
    path = Path(folder) / f"{stem}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    # What says what the package is stands at the end, as the format asks.
    order = sorted(contents, key=lambda name: (".dist-info/" in name, name))
    write_whole(path, zipped({name: contents[name] for name in order}))
    return path


def _licence(installed: Distribution) -> bytes:
    path = next(file for file in installed.files or () if file.name == "LICENSE")
    return Path(str(path.locate())).read_bytes()


def _modules() -> dict[str, bytes]:
    return {
        f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes()
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and path.suffix in _SUFFIXES and "__pycache__" not in path.parts
    }


def _word_lists() -> dict[str, bytes]:
    """Return the word lists at the place where an installed package carries them."""
    return {f"{PACKAGE.name}/defaults/{name}": default_file(name).read_bytes() for name in DEFAULTS}


def _record(contents: dict[str, bytes], own: str) -> str:
    def line(name: str, content: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(content)}"

    return "\n".join([*(line(*item) for item in sorted(contents.items())), f"{own},,", ""])
