"""The small Sphinx extensions of the book, without a build."""

from xml.etree import ElementTree

import pytest

pytest.importorskip("sphinx", reason="needs the packages that build the book")

from docutils import nodes  # noqa: E402
from sphinx.errors import ConfigError, ExtensionError  # noqa: E402

from analysis.book import errors, mathml, publishing  # noqa: E402

# Formulas


def texts(mathml):
    return "".join(ElementTree.fromstring(mathml).itertext())


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"G^2 = 2 \sum_i O_i \ln \frac{O_i}{E_i}", "G2=2∑iOilnOiEi"),
        (r"a < b \le c", "a<b≤c"),
        (r"\log_2 x", "log2x"),
    ],
)
def test_formula_becomes_mathml(latex, text):
    shown = mathml.to_mathml(latex)
    assert shown.startswith('<math display="inline" xmlns=')
    assert texts(shown) == text


def test_formula_on_its_own_is_a_block():
    assert 'display="block"' in mathml.to_mathml("x", "block")


@pytest.mark.parametrize("environment", ["aligned", "split", "align*"])
def test_aligned_lines_become_rows(environment):
    latex = rf"\begin{{{environment}}} a &= b \\ c &= d \end{{{environment}}}"
    root = ElementTree.fromstring(mathml.to_mathml(latex))
    rows = [element for element in root.iter() if element.tag.endswith("mtr")]
    assert len(rows) == 2
    assert "".join(root.itertext()) == "a=bc=d"


def test_names_of_functions_are_spaced():
    assert "mspace" in mathml.to_mathml(r"\ln x")
    assert "mspace" in mathml.to_mathml(r"\log_2 \frac{a}{b}")
    assert "mspace" not in mathml.to_mathml(r"\ln (x)")
    assert "mspace" not in mathml.to_mathml(r"x y")
    assert "<mi>npmi</mi>" in mathml.to_mathml(r"\operatorname{npmi}(a, b)")


@pytest.mark.parametrize(
    "latex", [r"\unknown{x}", r"\frac{1}", r"\left( a", "a & b", r"\begin{nothing} x \end{nothing}"]
)
def test_formula_that_cannot_be_converted_is_refused(latex):
    with pytest.raises(ValueError, match="formula"):
        mathml.to_mathml(latex)


# Addresses


class Settings(dict):
    """As much of Sphinx's settings as is needed."""


def read(monkeypatch, **environment):
    for name in ("BOOK_URL", "BOOK_REPOSITORY_URL", "BOOK_REPOSITORY_BRANCH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings(html_baseurl="", html_theme_options={"repository_url": ""})
    publishing.read_environment(None, settings)
    return settings


def test_without_variables_nothing_changes(monkeypatch):
    assert read(monkeypatch) == Settings(html_baseurl="", html_theme_options={"repository_url": ""})


def test_empty_variables_count_as_not_set(monkeypatch):
    assert read(monkeypatch, BOOK_URL="", BOOK_REPOSITORY_URL=" ") == read(monkeypatch)


@pytest.mark.parametrize("url", ["https://example.org/book", "https://example.org/book/"])
def test_canonical_address(monkeypatch, url):
    assert read(monkeypatch, BOOK_URL=url)["html_baseurl"] == "https://example.org/book/"


@pytest.mark.parametrize("ending", ["", "/", ".git", ".git/"])
def test_repository_brings_buttons(monkeypatch, ending):
    url = "https://github.com/owner/some.name"
    options = read(monkeypatch, BOOK_REPOSITORY_URL=url + ending)["html_theme_options"]
    assert options["repository_url"] == url
    assert options["repository_branch"] == "main"
    assert options["use_repository_button"] and options["use_edit_page_button"]
    assert options["use_issues_button"]
    assert {"binderhub_url", "colab_url"} <= set(options["launch_buttons"])


def test_branch_is_taken(monkeypatch):
    settings = read(
        monkeypatch,
        BOOK_REPOSITORY_URL="https://github.com/owner/name",
        BOOK_REPOSITORY_BRANCH="v1",
    )
    assert settings["html_theme_options"]["repository_branch"] == "v1"


def test_other_hosts_get_the_buttons_that_work_there():
    gitlab = publishing.repository_options("https://gitlab.com/group/sub/name", "main")
    assert set(gitlab["launch_buttons"]) == {"notebook_interface", "binderhub_url"}
    bitbucket = publishing.repository_options("https://bitbucket.org/owner/name", "main")
    assert set(bitbucket["launch_buttons"]) == {"notebook_interface"}
    assert not bitbucket["use_issues_button"]


@pytest.mark.parametrize(
    "url",
    [
        "github.com/owner/name",
        "http://github.com/owner/name",
        "https://github.com/owner",
        "https://example.org/owner/name",
        "git@github.com:owner/name.git",
    ],
)
def test_other_addresses_are_refused(monkeypatch, url):
    with pytest.raises(ConfigError, match="BOOK_REPOSITORY_URL"):
        read(monkeypatch, BOOK_REPOSITORY_URL=url)


def test_book_address_must_be_an_address(monkeypatch):
    with pytest.raises(ConfigError, match="BOOK_URL"):
        read(monkeypatch, BOOK_URL="example.org")


# Tracebacks


class App:
    class env:
        docname = "notebooks/page"


def page_with_output(classes, tags=()):
    document = nodes.document(None, None)
    cell = nodes.container(nb_element="cell_code", cell_index=3, cell_metadata={"tags": list(tags)})
    cell += nodes.literal_block("", "Traceback ...\nValueError: no description", classes=classes)
    document += cell
    return document


def test_traceback_in_a_page_is_refused():
    with pytest.raises(ExtensionError, match=r"notebooks/page.*cell 3.*no description"):
        errors.refuse_tracebacks(App, page_with_output(["output", "traceback"]))


def test_other_output_and_expected_errors_are_fine():
    errors.refuse_tracebacks(App, page_with_output(["output", "stream"]))
    errors.refuse_tracebacks(
        App, page_with_output(["output", "traceback"], tags=["raises-exception"])
    )
