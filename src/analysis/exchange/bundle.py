"""Everything of a corpus in the formats of the field, in one folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from analysis.coding import Coding
from analysis.concepts import Lexicon, find_concepts
from analysis.cooccurrence import cooccurrence
from analysis.corpus import Corpus
from analysis.exchange.bibliography import write_bibtex, write_csl_json
from analysis.exchange.conllu import write_conllu
from analysis.exchange.networks import (
    cooccurrence_network,
    problem_remedy_network,
    write_gexf,
    write_graphml,
)
from analysis.exchange.refi_qda import write_refi_qda
from analysis.exchange.web_annotation import write_web_annotations
from analysis.folders import whole_folder


def export_all(
    corpus: Corpus,
    folder: str | Path,
    lexicon: Lexicon | None = None,
    coding: Coding | None = None,
    *,
    draws: int = 20_000,
    seed: int = 0,
) -> list[Path]:
    """Write a corpus, and what was made of it, in the formats of the field.

    The files carry the whole texts, whatever the column ``publish`` of ``works.csv``
    allows. They are for the owner of the corpus, on his machine; nothing of them goes
    into a book.

    Parameters
    ----------
    corpus : Corpus
        The texts.
    folder : str or Path
        The folder to make. It must not be there yet, or be empty.
    lexicon : Lexicon, optional
        Its concepts are found in the running text of the primary documents
        (`Corpus.body`) and written as annotations, and their company in sentences,
        counted for each work, as a network.
    coding : Coding, optional
        Written as a REFI-QDA project, as annotations, and as networks.
    draws, seed : int
        As in `cooccurrence`.

    Returns
    -------
    list of Path
        The files, in order of their names: ``works.bib``, ``works.json`` and
        ``tokens.conllu``; with a lexicon ``concepts.jsonld`` and
        ``concepts.graphml, concepts.gexf``; with a coding ``coding.qdpx``,
        ``coding.jsonld``, ``coding-codes.graphml, coding-codes.gexf`` and
        ``coding-items.graphml, coding-items.gexf``. Networks are left out where networkx
        is not installed (``pip install ".[exchange]"``): `networks_left_out` names them.

    Raises
    ------
    InputError
        If the folder holds something already. Nothing is touched then.
    OSError
        If it cannot be written. It takes its name only when all is written: an error or
        an interruption leaves nothing.
    """
    folder = Path(folder)
    with whole_folder(folder) as unfinished:
        write_bibtex(corpus, unfinished / "works.bib")
        write_csl_json(corpus, unfinished / "works.json")
        write_conllu(corpus, unfinished / "tokens.conllu")
        if lexicon is not None:
            _write_concepts(corpus, lexicon, unfinished, draws, seed)
        if coding is not None:
            _write_coding(corpus, coding, unfinished)
    return sorted(folder.iterdir())


def networks_left_out(lexicon: Lexicon | None, coding: Coding | None) -> list[str]:
    """Return which files `export_all` leaves out because networkx is not installed.

    Parameters
    ----------
    lexicon : Lexicon, optional
        As for `export_all`.
    coding : Coding, optional
        As for `export_all`.

    Returns
    -------
    list of str
        Names of files; empty if networkx is there, or nothing to make a network of.

    Examples
    --------
    >>> networks_left_out(None, None)
    []
    """
    if _has_networkx():
        return []
    names = ["concepts"] if lexicon is not None else []
    names += ["coding-codes", "coding-items"] if coding is not None else []
    return [f"{name}.{ending}" for name in names for ending in ("gexf", "graphml")]


def _write_concepts(corpus: Corpus, lexicon: Lexicon, folder: Path, draws: int, seed: int) -> None:
    body = corpus.body()
    hits = find_concepts(body, lexicon)
    write_web_annotations(hits, corpus, folder / "concepts.jsonld")
    if _has_networkx():
        pairs = cooccurrence(hits, body.sentences, by="work_id", draws=draws, seed=seed)
        network = cooccurrence_network(pairs)
        write_graphml(network, folder / "concepts.graphml")
        write_gexf(network, folder / "concepts.gexf")


def _write_coding(corpus: Corpus, coding: Coding, folder: Path) -> None:
    write_refi_qda(coding, corpus, folder / "coding.qdpx")
    write_web_annotations(coding, corpus, folder / "coding.jsonld")
    if _has_networkx():
        for nodes in ("code", "item"):
            network = problem_remedy_network(coding, nodes)
            write_graphml(network, folder / f"coding-{nodes}s.graphml")
            write_gexf(network, folder / f"coding-{nodes}s.gexf")


def _has_networkx() -> bool:
    return importlib.util.find_spec("networkx") is not None
