"""Networks as GraphML and GEXF, for Gephi, Cytoscape, igraph and others.

Needs networkx (``pip install ".[exchange]"``), which is imported only when a network is made.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.coding import Coding, linked
from analysis.tables import write_whole

if TYPE_CHECKING:
    import networkx

_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"


def cooccurrence_network(pairs: pd.DataFrame) -> networkx.Graph:
    """Make a network of the concepts that stand together in at least one unit.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `cooccurrence`: ``concept_a, concept_b, n_ab, n_a, n_b, n`` and measures such as
        ``npmi, q``. A column before ``concept_a``, such as ``work_id``, names the group.

    Returns
    -------
    networkx.Graph or networkx.MultiGraph
        Nodes are concepts, those without company too. An edge carries every measure of its
        row that is a finite number (``weight`` is ``n_ab``). With groups it is a
        multigraph: one edge for each group in which the two concepts meet, which names it.

    Raises
    ------
    ValueError
        If the table is no result of `cooccurrence`.
    ImportError
        If networkx is not installed.

    Examples
    --------
    >>> pairs = pd.DataFrame({"concept_a": ["law"], "concept_b": ["order"], "n_ab": [2]})
    >>> cooccurrence_network(pairs).edges(data=True)
    EdgeDataView([('law', 'order', {'n_ab': 2, 'weight': 2})])
    """
    nx = _networkx()
    missing = [c for c in ("concept_a", "concept_b", "n_ab") if c not in pairs]
    if missing:
        raise ValueError(f"the table has no column {', '.join(missing)}; give that of cooccurrence")
    group = pairs.columns[0] if pairs.columns[0] != "concept_a" else None
    graph = nx.MultiGraph() if group else nx.Graph()
    graph.add_nodes_from(sorted({*pairs["concept_a"].astype(str), *pairs["concept_b"].astype(str)}))
    for row in pairs.to_dict("records"):
        if not row["n_ab"] > 0:
            continue
        a, b = str(row.pop("concept_a")), str(row.pop("concept_b"))
        key = {"key": str(row[group])} if group else {}
        graph.add_edge(a, b, **key, **_attributes(row), weight=_plain(row["n_ab"]))
    return graph


def problem_remedy_network(coding: Coding, nodes: str = "code") -> networkx.DiGraph:
    """Make a network in which remedies answer problems.

    Parameters
    ----------
    coding : Coding
        Its links are the edges.
    nodes : {"code", "item"}
        Themes and instruments, or each problem and each remedy by itself.

    Returns
    -------
    networkx.DiGraph
        Edges point from a remedy to the problem that it answers. Of codes: nodes carry
        ``kind, label, items`` (how many problems or remedies have the code), edges
        ``weight`` (links) and ``works`` (how many works have one). Of items: nodes carry
        ``kind, label, work_id`` and their codes, edges ``basis, rationale``. Nodes without
        an edge are kept: they are the gaps.

    Raises
    ------
    ValueError
        If ``nodes`` is neither of the two.
    ImportError
        If networkx is not installed.
    """
    graph = _networkx().DiGraph()
    if nodes == "code":
        _add_codes(graph, coding)
    elif nodes == "item":
        _add_items(graph, coding)
    else:
        raise ValueError(f"nodes must be code or item, not {nodes!r}")
    return graph


def write_graphml(graph: networkx.Graph, path: str | Path) -> Path:
    """Write a network as GraphML, the same bytes for the same network.

    Parameters
    ----------
    graph : networkx.Graph
        From `cooccurrence_network` or `problem_remedy_network`, or any other.
    path : str or Path
        The file to write, UTF-8.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ImportError
        If networkx is not installed.
    OSError
        If the file cannot be written.

    References
    ----------
    Brandes, U. et al. (2002). GraphML progress report. Graph Drawing, LNCS 2265.
    """
    path = Path(path)
    text = "\n".join(_networkx().generate_graphml(graph))
    write_whole(path, (_DECLARATION + text + "\n").encode("utf-8"))
    return path


def write_gexf(graph: networkx.Graph, path: str | Path) -> Path:
    """Write a network as GEXF 1.2, the same bytes for the same network.

    Parameters
    ----------
    graph : networkx.Graph
        From `cooccurrence_network` or `problem_remedy_network`, or any other.
    path : str or Path
        The file to write, UTF-8. It has no date in it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ImportError
        If networkx is not installed.
    OSError
        If the file cannot be written.
    """
    path = Path(path)
    text = "\n".join(_networkx().generate_gexf(graph))
    # networkx writes the day; the same network would give other bytes tomorrow.
    text = re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1)
    write_whole(path, (_DECLARATION + text + "\n").encode("utf-8"))
    return path


def _networkx() -> Any:
    try:
        import networkx
    except ImportError as error:
        raise ImportError(
            'networks need the package networkx; install it with: pip install ".[exchange]"'
        ) from error
    return networkx


def _add_codes(graph: Any, coding: Coding) -> None:
    """Add themes and instruments, and how often one answers the other."""
    for kind, codes, items in (
        ("theme", coding.themes, coding.problems),
        ("instrument", coding.instruments, coding.remedies),
    ):
        counts = items[kind].value_counts()
        for code, label in zip(codes[kind], codes["label"], strict=True):
            many = int(counts.get(code, 0))
            graph.add_node(f"{kind}: {code}", kind=kind, label=str(label), items=many)
    links = linked(coding).groupby(["instrument", "theme"])["work_id"]
    for (instrument, theme), works in links:
        graph.add_edge(f"instrument: {instrument}", f"theme: {theme}",
                       weight=len(works), works=int(works.nunique()))  # fmt: skip


def _add_items(graph: Any, coding: Coding) -> None:
    """Add each problem and each remedy, and the links between them."""
    for kind, items, codes in (
        ("problem", coding.problems, ["theme", "level"]),
        ("remedy", coding.remedies, ["instrument", "actor"]),
    ):
        columns = ["label", "work_id", *codes, "voice", "stance"]
        for item in items.to_dict("records"):
            known = {column: str(item[column]) for column in columns}
            graph.add_node(str(item[f"{kind}_id"]), kind=kind, **known)
    for link in coding.links.itertuples():
        graph.add_edge(str(link.remedy_id), str(link.problem_id),
                       basis=str(link.basis), rationale=str(link.rationale))  # fmt: skip


def _attributes(row: dict[Any, Any]) -> dict[str, Any]:
    """Return what can be an attribute of an edge: text and finite numbers."""
    plain = {str(name): _plain(value) for name, value in row.items()}
    return {k: v for k, v in plain.items() if not isinstance(v, float) or math.isfinite(v)}


def _plain(value: Any) -> Any:
    """Return a number of numpy as one of Python, which the writers know."""
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (int, float, str)) else str(value)
