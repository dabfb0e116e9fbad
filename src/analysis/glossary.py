"""The words of this subject and of this book explained, and garbled passages read by conjecture.

Two tables that people edit: ``data/glossary.csv``, one row per term, and
``data/conjectures.csv``, one row per passage that cannot be understood as it is printed.
`load_glossary` and `load_conjectures` read and check them; `glossary_table` and
`conjecture_table` make tables for pages of them. The Sphinx extension ``book_glossary``
finds the terms in the prose of the book with `term_pattern`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.corpus import Corpus, find_data
from analysis.evidence import passage_address, passage_link, section_names
from analysis.publishing import quoted
from analysis.quotations import places_of_quotes
from analysis.tables import InputError, read_table

GLOSSARY, CONJECTURES = "glossary.csv", "conjectures.csv"
GLOSSARY_COLUMNS = (
    "term_id", "term", "forms", "definition", "chinese", "pinyin", "basis", "note",
)  # fmt: skip
CONJECTURE_COLUMNS = ("sentence_id", "quote", "trouble", "conjecture", "basis", "confidence")

BASES = {
    "field": "standard term of the field",
    "text": "official formula that a paper uses",
    "method": "method of this book",
}
"""Where a term is from, and how pages say so."""

CONFIDENCE = ("strong", "fair", "weak", "none")
"""How sure a conjecture is; ``none`` where none is offered."""

FEWEST, MOST = 4, 40
"""How many words a quotation has; a whole heading may have fewer."""


# --- Reading the tables ----------------------------------------------------------------------


def load_glossary(folder: str | Path | None = None) -> pd.DataFrame:
    """Read the glossary and check it.

    Parameters
    ----------
    folder : str or Path, optional
        The folder with ``glossary.csv``; the project's ``data/`` without it.

    Returns
    -------
    pandas.DataFrame
        ``term_id, term, forms, definition, chinese, pinyin, basis, note``, all text, in
        the order of the file. ``forms`` are parted by semicolons; a term without forms is
        explained but never linked. ``chinese`` is empty where no term is sure, and for
        every method.

    Raises
    ------
    InputError
        With every problem found, each with its row and column: a missing column, an empty
        cell, a ``term_id`` that stands twice or cannot be part of an address, a form that
        is empty or claimed twice (capitals or not), an unknown basis, pinyin without
        Chinese or the reverse, a method with a Chinese term.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({
    ...     "term_id": ["lemma"], "term": ["Lemma"], "forms": ["lemma; lemmas"],
    ...     "definition": ["A word for all its forms."], "chinese": "", "pinyin": "",
    ...     "basis": ["method"], "note": "",
    ... }).to_csv(folder / "glossary.csv", index=False)
    >>> glossary = analysis.load_glossary(folder)
    >>> print(glossary[["term_id", "forms", "basis"]].to_string(index=False))
    term_id         forms  basis
      lemma lemma; lemmas method
    """
    folder = find_data() if folder is None else Path(folder)
    problems: list[str] = []
    table = read_table(
        folder / GLOSSARY, GLOSSARY_COLUMNS, problems, key="term_id",
        filled=("term", "definition", "basis"), allowed={"basis": BASES},
    )  # fmt: skip
    problems += _odd_names(table) + _odd_forms(table) + _odd_chinese(table)
    if problems:
        raise InputError(problems)
    return table[list(GLOSSARY_COLUMNS)]


def load_conjectures(corpus: Corpus, folder: str | Path | None = None) -> pd.DataFrame:
    """Read the passages that are read by conjecture, and check them against the texts.

    Parameters
    ----------
    corpus : Corpus
        The texts; every quotation must stand in the sentence that it names.
    folder : str or Path, optional
        The folder with ``conjectures.csv``; that of the corpus without it.

    Returns
    -------
    pandas.DataFrame
        ``work_id, sentence_id, quote, trouble, conjecture, basis, confidence``, all text,
        in the order of the texts. ``conjecture`` is empty where ``confidence`` is none.

    Raises
    ------
    InputError
        With every problem found, each with its row and column: a missing column, an empty
        cell, an unknown confidence, a passage that stands twice, a sentence that the
        primary documents do not have, a quotation that is not in its sentence, or is
        shorter than four words and not the whole of it, or longer than forty, a confidence
        without a conjecture or the reverse.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import analysis
    >>> corpus = analysis.corpus_from_texts({"note": "The the village is run by itself at hand."})
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({
    ...     "sentence_id": corpus.sentences["sentence_id"], "quote": ["The the village is run"],
    ...     "trouble": ["A word is missing."], "conjecture": "", "basis": ["Nothing tells which."],
    ...     "confidence": ["none"],
    ... }).to_csv(folder / "conjectures.csv", index=False)
    >>> conjectures = analysis.load_conjectures(corpus, folder)
    >>> print(conjectures[["work_id", "quote", "confidence"]].to_string(index=False))
    work_id                  quote confidence
       note The the village is run       none
    """
    folder = corpus.folder if folder is None else Path(folder)
    problems: list[str] = []
    table = read_table(
        folder / CONJECTURES, CONJECTURE_COLUMNS, problems,
        filled=[c for c in CONJECTURE_COLUMNS if c != "conjecture"],
        allowed={"confidence": CONFIDENCE},
    )  # fmt: skip
    sentences = corpus.select(roles="primary").sentences.set_index("sentence_id")
    problems += _twice(table) + _misquoted(table, sentences["text"]) + _undecided(table)
    if problems:
        raise InputError(problems)
    order = {sentence: place for place, sentence in enumerate(sentences.index)}
    place = [
        (order[row.sentence_id], sentences["text"][row.sentence_id].index(row.quote))
        for row in table.itertuples()
    ]
    table = table.assign(
        work_id=table["sentence_id"].map(sentences["work_id"]).astype(object), place=place
    )
    return table.sort_values("place", ignore_index=True)[["work_id", *CONJECTURE_COLUMNS]]


def _odd_names(table: pd.DataFrame) -> list[str]:
    return [
        f"{GLOSSARY}, row {row.row}, column term_id: {row.term_id!r} may hold small letters, "
        "digits and - only, since it is part of an address"
        for row in table.itertuples()
        if row.term_id and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", row.term_id)
    ]


def _odd_forms(table: pd.DataFrame) -> list[str]:
    problems: list[str] = []
    owners: dict[str, int] = {}
    for row in table.itertuples():
        where = f"{GLOSSARY}, row {row.row}, column forms:"
        for form in row.forms.split(";") if row.forms else []:
            words = " ".join(form.lower().split())
            if not words:
                problems.append(f"{where} a form is empty; remove a semicolon")
            elif words in owners:
                problems.append(
                    f"{where} {form.strip()!r} is claimed in row {owners[words]} already; "
                    "a form leads to one term"
                )
            owners.setdefault(words, row.row)
    return problems


def _odd_chinese(table: pd.DataFrame) -> list[str]:
    problems = []
    for row in table.itertuples():
        where = f"{GLOSSARY}, row {row.row}, column"
        if row.pinyin and not row.chinese:
            problems.append(f"{where} pinyin: there is no Chinese term; fill chinese or empty it")
        if row.chinese and not row.pinyin:
            problems.append(f"{where} pinyin: the cell is empty; say how {row.chinese} is read")
        if row.chinese and row.basis == "method":
            problems.append(
                f"{where} chinese: a method has no term of the papers; empty it or change basis"
            )
    return problems


def _twice(table: pd.DataFrame) -> list[str]:
    again = table[table.duplicated(["sentence_id", "quote"]) & (table["quote"] != "")]
    return [
        f"{CONJECTURES}, row {row.row}, column quote: {row.quote!r} of {row.sentence_id} stands "
        "twice; keep one row"
        for row in again.itertuples()
    ]


def _misquoted(table: pd.DataFrame, texts: pd.Series) -> list[str]:
    problems = []
    for row in table[table["sentence_id"] != ""].itertuples():
        where = f"{CONJECTURES}, row {row.row}, column"
        words = len(row.quote.split())
        if row.sentence_id not in texts.index:
            problems.append(
                f"{where} sentence_id: no primary document has a sentence {row.sentence_id!r}"
            )
        elif row.quote not in texts[row.sentence_id]:
            problems.append(
                f"{where} quote: {row.quote!r} does not stand in {row.sentence_id}, "
                f"which reads: {texts[row.sentence_id]}"
            )
        elif words > MOST or 0 < words < FEWEST and not _whole(row.quote, texts[row.sentence_id]):
            problems.append(
                f"{where} quote: {words} words; quote {FEWEST} to {MOST}: {row.quote!r}"
            )
    return problems


def _whole(quote: str, sentence: str) -> bool:
    """Tell whether a quotation is all of a sentence or heading but its number."""
    return re.sub(r"^[\d.]+\s*", "", sentence).strip() == quote


def _undecided(table: pd.DataFrame) -> list[str]:
    problems = []
    for row in table.itertuples():
        where = f"{CONJECTURES}, row {row.row}, column"
        if row.confidence == "none" and row.conjecture:
            problems.append(f"{where} confidence: there is a conjecture; say how sure it is")
        if row.confidence not in ("none", "") and not row.conjecture:
            problems.append(
                f"{where} conjecture: the cell is empty; fill it or set confidence to none"
            )
    return problems


# --- Finding the terms -----------------------------------------------------------------------


def forms_of(glossary: pd.DataFrame) -> dict[str, str]:
    """Return to which term each form belongs.

    Parameters
    ----------
    glossary : pandas.DataFrame
        From `load_glossary`.

    Returns
    -------
    dict of str to str
        Form, in lower case with single spaces, to ``term_id``; the longest form first,
        equally long ones by the alphabet.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"term_id": ["a", "b"], "forms": ["rule; rules", "Rule of law"]})
    >>> forms_of(table)
    {'rule of law': 'b', 'rules': 'a', 'rule': 'a'}
    """
    pairs = {
        " ".join(form.lower().split()): row.term_id
        for row in glossary.itertuples()
        for form in (row.forms.split(";") if row.forms else [])
    }
    return dict(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def term_pattern(glossary: pd.DataFrame) -> re.Pattern[str]:
    """Return a pattern that finds the forms of all terms in running text.

    A form matches whole words only, whether its letters are capitals or not and whatever
    white space parts its words. A word with a hyphen is one word, so that *governance* is
    not found in *co-governance*. Where forms overlap, the longest wins. The pattern of a
    glossary without forms matches nothing.

    Parameters
    ----------
    glossary : pandas.DataFrame
        From `load_glossary`.

    Returns
    -------
    re.Pattern

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"term_id": ["a", "b"], "forms": ["rule; rules", "rule of law"]})
    >>> term_pattern(table).findall("The Rule of law rules, self-rule does not.")
    ['Rule of law', 'rules']
    """
    forms = [r"\s+".join(map(re.escape, form.split())) for form in forms_of(glossary)]
    if not forms:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])", re.IGNORECASE)


def first_sentence(text: str) -> str:
    """Return the first sentence of a definition.

    Parameters
    ----------
    text : str
        A definition.

    Returns
    -------
    str
        All of it where no sentence ends.

    Examples
    --------
    >>> first_sentence("A word for all its forms. Used in counting.")
    'A word for all its forms.'
    """
    found = re.match(r".+?[.!?](?=\s|$)", text, re.DOTALL)
    return found[0] if found else text


def conjecture_places(corpus: Corpus, conjectures: pd.DataFrame) -> pd.DataFrame:
    """Return where the passages that are read by conjecture stand, for the page of passages.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    conjectures : pandas.DataFrame
        From `load_conjectures`.

    Returns
    -------
    pandas.DataFrame
        ``work_id, document_id, section_id, sentence_id, start, end``, one row per passage;
        ``start, end`` are offsets into the raw file, half open.
    """
    return places_of_quotes(corpus, conjectures)


# --- Tables for pages ------------------------------------------------------------------------


def term_anchor(term_id: str) -> str:
    """Return the anchor of a term on the page of the glossary.

    Parameters
    ----------
    term_id : str
        The term.

    Returns
    -------
    str

    Examples
    --------
    >>> term_anchor("rule-of-law")
    'term-rule-of-law'
    """
    return f"term-{term_id}"


def glossary_table(glossary: pd.DataFrame, bases: tuple[str, ...] = tuple(BASES)) -> pd.DataFrame:
    """Return the terms as HTML, sorted by their names.

    Parameters
    ----------
    glossary : pandas.DataFrame
        From `load_glossary`.
    bases : tuple of {"field", "text", "method"}
        Which terms.

    Returns
    -------
    pandas.DataFrame
        ``term_id`` as text; ``term`` (with the anchor), ``chinese`` (characters and
        pinyin, each marked with its language; empty if there are none), ``definition``,
        ``basis`` (in words) and ``note`` as HTML.

    Raises
    ------
    ValueError
        If a basis is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> glossary = pd.DataFrame({
    ...     "term_id": ["lemma"], "term": ["Lemma"], "definition": ["A word for all its forms."],
    ...     "chinese": "", "pinyin": "", "basis": ["method"], "note": "",
    ... })
    >>> glossary_table(glossary)["term"].tolist()
    ['<span id="term-lemma">Lemma</span>']
    """
    unknown = sorted(set(bases) - set(BASES))
    if unknown:
        raise ValueError(f"unknown basis: {', '.join(unknown)}; use {', '.join(BASES)}")
    rows = glossary[glossary["basis"].isin(bases)]
    rows = rows.sort_values("term", key=lambda names: names.str.lower(), ignore_index=True)
    return pd.DataFrame({
        "term_id": rows["term_id"],
        "term": [
            f'<span id="{html.escape(term_anchor(row.term_id), quote=True)}">{html.escape(row.term)}</span>'
            for row in rows.itertuples()
        ],
        "chinese": [_chinese(row.chinese, row.pinyin) for row in rows.itertuples()],
        "definition": [with_language(text) for text in rows["definition"]],
        "basis": [html.escape(BASES[basis]) for basis in rows["basis"]],
        "note": [with_language(text) for text in rows["note"]],
    })  # fmt: skip


def glossary_html(table: pd.DataFrame) -> str:
    """Return terms as a definition list in HTML.

    Parameters
    ----------
    table : pandas.DataFrame
        From `glossary_table`.

    Returns
    -------
    str
        A ``<dl>``.

    Examples
    --------
    >>> import pandas as pd
    >>> glossary = pd.DataFrame({
    ...     "term_id": ["lemma"], "term": ["Lemma"], "definition": ["A word for all its forms."],
    ...     "chinese": "", "pinyin": "", "basis": ["method"], "note": "",
    ... })
    >>> "<dd>A word for all its forms.</dd>" in glossary_html(glossary_table(glossary))
    True
    """
    return f'<dl class="glossary">{"".join(_entry(row) for row in table.itertuples())}</dl>'


def show_glossary(table: pd.DataFrame) -> Any:
    """Show terms as a definition list.

    Parameters
    ----------
    table : pandas.DataFrame
        From `glossary_table`.

    Returns
    -------
    IPython.display.HTML
        What `glossary_html` returns.
    """
    from IPython.display import HTML

    return HTML(glossary_html(table))


def conjecture_table(
    corpus: Corpus, conjectures: pd.DataFrame, work_id: str | None = None
) -> pd.DataFrame:
    """Return the passages that are read by conjecture, for a page.

    Parameters
    ----------
    corpus : Corpus
        The texts, for the names of the works.
    conjectures : pandas.DataFrame
        From `load_conjectures`.
    work_id : str, optional
        Passages of this work only.

    Returns
    -------
    pandas.DataFrame
        ``work`` (its name) as text; ``passage`` (the quotation and a link to it),
        ``trouble``, ``conjecture`` (a dash where none is offered) and ``grounds`` (the
        confidence and what it rests on) as HTML. In the order of ``conjectures``.

    Raises
    ------
    ValueError
        If the corpus has no such work.
    """
    labels = dict(zip(corpus.works["work_id"], corpus.works["label"], strict=True))
    if work_id is not None and work_id not in labels:
        raise ValueError(f"the corpus has no work {work_id!r}; it has {', '.join(labels)}")
    rows = conjectures if work_id is None else conjectures[conjectures["work_id"] == work_id]
    return pd.DataFrame({
        "work": rows["work_id"].map(labels),
        "passage": [
            f"{quoted(corpus, row.work_id, row.quote)} {passage_link(row.sentence_id)}"
            for row in rows.itertuples()
        ],
        "trouble": [with_language(text) for text in rows["trouble"]],
        "conjecture": [with_language(text) or "–" for text in rows["conjecture"]],
        "grounds": [
            with_language(f"{row.confidence}: {row.basis}") for row in rows.itertuples()
        ],
    }).reset_index(drop=True)  # fmt: skip


def confidence_counts(conjectures: pd.DataFrame) -> dict[str, int]:
    """Return how many passages there are of each confidence, zeros included.

    Parameters
    ----------
    conjectures : pandas.DataFrame
        From `load_conjectures`.

    Returns
    -------
    dict of str to int
        Passages by confidence, from ``strong`` to ``none``.

    Examples
    --------
    >>> import pandas as pd
    >>> confidence_counts(pd.DataFrame({"confidence": ["weak", "none", "weak"]}))
    {'strong': 0, 'fair': 0, 'weak': 2, 'none': 1}
    """
    found = Counter(conjectures["confidence"])
    return {level: int(found[level]) for level in CONFIDENCE}


def with_language(text: str) -> str:
    """Escape a text for HTML and mark the Chinese characters in it as Chinese.

    Parameters
    ----------
    text : str
        Plain text.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> with_language("governance (治理) & more")
    'governance (<span lang="zh-Hans">治理</span>) &amp; more'
    """
    return _CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', html.escape(text))


_CHINESE = re.compile("[\u3400-\u9fff](?:[\u3400-\u9fff、，（）()]*[\u3400-\u9fff])?")


def _chinese(characters: str, pinyin: str) -> str:
    if not characters:
        return ""
    return (
        f'<span lang="zh-Hans">{html.escape(characters)}</span> '
        f'<span lang="zh-Latn-pinyin">{html.escape(pinyin)}</span>'
    )


def _entry(row: Any) -> str:
    chinese = f" {row.chinese}" if row.chinese else ""
    note = f" {row.note}" if row.note else ""
    basis = f" <small>({row.basis})</small>" if chinese else ""
    return f"<dt>{row.term}{chinese}{basis}</dt><dd>{row.definition}{note}</dd>"


def conjectures_html(corpus: Corpus, conjectures: pd.DataFrame) -> str:
    """Return passages that cannot be understood as an HTML list: what is wrong, what is offered.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    conjectures : pandas.DataFrame
        From `load_conjectures`.

    Returns
    -------
    str
        HTML; empty without conjectures.
    """
    names = section_names(corpus)
    sections = corpus.sentences.set_index("sentence_id")["section_id"].map(names)
    items = "".join(
        f"<li>{quoted(corpus, row.work_id, row.quote)} "
        f'<a href="{html.escape(passage_address(row.sentence_id), quote=True)}">'
        f"§ {html.escape(sections[row.sentence_id])}</a><br>"
        f"{html.escape(row.trouble)}<br>{_offered(row)}</li>"
        for row in conjectures.itertuples()
    )
    return f'<div class="readings"><ul>{items}</ul></div>' if items else ""


def _offered(row: Any) -> str:
    """Say what the editor offers, marked as a conjecture."""
    if not row.conjecture:
        return "No reading is offered."
    return (
        f"<em>Editor's conjecture ({html.escape(row.confidence)}):</em> "
        f"{html.escape(row.conjecture)} {html.escape(row.basis)}"
    )


def show_conjectures(corpus: Corpus, conjectures: pd.DataFrame) -> Any:
    """Show the passages that cannot be understood, as a list.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    conjectures : pandas.DataFrame
        From `load_conjectures`.

    Returns
    -------
    IPython.display.HTML
        What `conjectures_html` returns.
    """
    from IPython.display import HTML

    return HTML(conjectures_html(corpus, conjectures))
