"""Turn formulas into MathML while the book is built.

Browsers draw MathML themselves, so a page with formulas needs no script and
no network. A formula that cannot be converted is a warning, which fails the
build. The LaTeX builder is not affected.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
# Elements with a fixed number of children. Too few of them is how the converter
# shows that a formula is not complete.
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3,
             "munder": 2, "mover": 2, "munderover": 3}  # fmt: skip
_ENVIRONMENTS = {"aligned", "split", "align*", "cases", "matrix", "pmatrix", "bmatrix", "vmatrix"}
_SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
_THIN_SPACE = "0.1667em"


def to_mathml(latex: str, display: str = "inline") -> str:
    r"""Convert one formula.

    Parameters
    ----------
    latex : str
        The formula, without dollar signs.
    display : {"inline", "block"}
        Whether it stands in a line or on its own.

    Returns
    -------
    str
        A ``<math>`` element.

    Raises
    ------
    ValueError
        If the formula is not complete or has a command that is not known.
    """
    # An environment that the converter does not know would be passed over in silence.
    for environment in re.findall(r"\\begin\{([^}]*)\}", latex):
        if environment not in _ENVIRONMENTS:
            raise ValueError(f"unknown environment {environment} in the formula: {latex}")
    # The converter knows the starred environment only.
    prepared = re.sub(r"\\(begin|end)\{(?:aligned|split)\}", r"\\\1{align*}", latex)
    try:
        root = ElementTree.fromstring(convert(prepared, display=display))
    except Exception as error:  # the converter has a dozen unrelated exceptions
        reason = str(error) or type(error).__name__
        raise ValueError(f"formula not understood ({reason}): {latex}") from error
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_NAMESPACE}}}")
        if "\\" in (element.text or ""):
            raise ValueError(f"unknown command {element.text} in the formula: {latex}")
        wanted = _CHILDREN.get(element.tag)
        if wanted is not None and len(element) != wanted:
            raise ValueError(f"incomplete {element.tag} in the formula: {latex}")
    _set_function_names(root)
    root.set("xmlns", _NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode")


def _is_name(element: ElementTree.Element) -> bool:
    if element.tag in _SCRIPTS:
        element = element[0]
    return element.tag == "mi" and len(element.text or "") > 1


def _set_function_names(root: ElementTree.Element) -> None:
    """Space names of functions (log, npmi) as TeX does."""
    for element in root.iter("mo"):
        if (element.text or "").isalpha() and len(element.text or "") > 1:
            element.tag = "mi"
    for row in list(root.iter("mrow")):
        for index in range(len(row) - 1, 0, -1):
            before, after = row[index - 1], row[index]
            # An operator or bracket brings its own space.
            opens = after.tag == "mrow" and len(after) > 0 and after[0].tag == "mo"
            if _is_name(before) and after.tag not in {"mo", "mspace"} and not opens:
                row.insert(index, ElementTree.Element("mspace", width=_THIN_SPACE))


def _converted(node: nodes.Element, display: str) -> str:
    try:
        return to_mathml(node.astext(), display)
    except ValueError as error:
        logger.warning("%s", error, location=node, type="book", subtype="math")
        return ""


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line."""
    start = translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    translator.body.append(f"{start}{_converted(node, 'inline')}</span>")
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on its own, with its number if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(f"{_converted(node, 'block')}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Offer the converter to Sphinx under the name "mathml"."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
