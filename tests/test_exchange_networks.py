"""Networks, written and read back by networkx."""

import builtins

import networkx as nx
import pandas as pd
import pytest

import analysis
from analysis.exchange import (
    cooccurrence_network,
    problem_remedy_network,
    write_gexf,
    write_graphml,
)

PAIRS = pd.DataFrame({
    "work_id": ["x", "x", "y", "y"],
    "concept_a": ["law", "law", "law", "law"],
    "concept_b": ["order", "trust", "order", "trust"],
    "n_ab": [3, 0, 1, 2],
    "npmi": [0.5, -1.0, float("nan"), 0.25],
    "odds_ratio": [2.0, 0.0, float("inf"), 1.5],
    "q": [0.01, 1.0, 0.2, 0.3],
})  # fmt: skip


def edges(graph):
    """Edges with their attributes, apart from the names that a format gives them."""
    found = []
    for a, b, data in graph.edges(data=True):
        kept = {k: v for k, v in data.items() if k not in ("id", "label")}
        ends = (a, b) if graph.is_directed() else tuple(sorted((a, b)))
        found.append((*ends, sorted(kept.items())))
    return sorted(found)


def nodes(graph):
    return sorted((n, sorted((k, v) for k, v in d.items())) for n, d in graph.nodes(data=True))


@pytest.fixture(scope="module")
def networks(coding, body, hits):
    pairs = analysis.cooccurrence(hits, body.sentences, by="work_id", draws=200)
    return {
        "small": cooccurrence_network(PAIRS),
        "concepts": cooccurrence_network(pairs),
        "codes": problem_remedy_network(coding),
        "items": problem_remedy_network(coding, "item"),
    }


NAMES = ["small", "concepts", "codes", "items"]


def test_pairs_that_never_meet_have_no_edge_and_infinite_numbers_no_attribute():
    graph = cooccurrence_network(PAIRS)
    assert sorted(graph.edges(keys=True)) == [
        ("law", "order", "x"),
        ("law", "order", "y"),
        ("law", "trust", "y"),
    ]
    assert graph.edges["law", "order", "x"] == {
        "work_id": "x", "n_ab": 3, "npmi": 0.5, "odds_ratio": 2.0, "q": 0.01, "weight": 3,
    }  # fmt: skip
    assert "npmi" not in graph.edges["law", "order", "y"]
    assert "odds_ratio" not in graph.edges["law", "order", "y"]


def test_without_groups_there_is_one_edge_per_pair():
    graph = cooccurrence_network(PAIRS[PAIRS["work_id"] == "x"].drop(columns="work_id"))
    assert not graph.is_multigraph()
    assert list(graph.edges) == [("law", "order")]
    assert sorted(graph) == ["law", "order", "trust"]  # trust keeps no company


def test_table_that_is_no_cooccurrence_is_refused():
    with pytest.raises(ValueError, match="no column n_ab"):
        cooccurrence_network(PAIRS.drop(columns="n_ab"))


def test_codes_are_joined_by_as_many_links_as_were_coded(coding, networks):
    graph = networks["codes"]
    assert sum(weight for _, _, weight in graph.edges(data="weight")) == len(coding.links)
    assert len(graph) == len(coding.themes) + len(coding.instruments)
    themes = {d["label"]: d["items"] for _, d in graph.nodes(data=True) if d["kind"] == "theme"}
    assert sum(themes.values()) == len(coding.problems)
    for remedy, problem in graph.edges:
        assert remedy.startswith("instrument: ") and problem.startswith("theme: ")


def test_items_are_joined_as_the_links_say_and_gaps_stand_alone(coding, networks):
    graph = networks["items"]
    links = coding.links[["remedy_id", "problem_id"]].values.tolist()
    assert sorted(map(list, graph.edges)) == sorted(links)
    items = {*coding.problems["problem_id"], *coding.remedies["remedy_id"]}
    alone = items - {end for link in links for end in link}
    assert alone and set(nx.isolates(graph)) == alone


def test_unknown_nodes_are_refused(coding):
    with pytest.raises(ValueError, match="code or item, not 'word'"):
        problem_remedy_network(coding, "word")


@pytest.mark.parametrize("name", NAMES)
def test_graphml_is_read_back_the_same(name, networks, tmp_path):
    graph = networks[name]
    back = nx.read_graphml(
        write_graphml(graph, tmp_path / "n.graphml"), force_multigraph=graph.is_multigraph()
    )
    assert back.is_directed() == graph.is_directed()
    assert nodes(back) == nodes(graph)
    assert edges(back) == edges(graph)


@pytest.mark.parametrize("name", NAMES)
def test_gexf_is_read_back_the_same(name, networks, tmp_path):
    graph = networks[name]
    back = nx.read_gexf(write_gexf(graph, tmp_path / "n.gexf"))
    assert back.is_directed() == graph.is_directed()
    assert sorted(back) == sorted(graph)
    assert edges(back) == edges(graph)


@pytest.mark.parametrize("write", [write_graphml, write_gexf])
@pytest.mark.parametrize("name", NAMES)
def test_same_network_gives_the_same_bytes_on_another_day(
    name, write, networks, tmp_path, monkeypatch
):
    first = write(networks[name], tmp_path / "first").read_bytes()
    monkeypatch.setattr("time.strftime", lambda *_: "1999-12-31")
    assert write(networks[name], tmp_path / "second").read_bytes() == first


def test_missing_networkx_is_said_with_the_remedy(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "networkx":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "\.\[exchange\]"'):
        cooccurrence_network(PAIRS)
