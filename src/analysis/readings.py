"""What the sentences of a chapter say in numbers: one function per paragraph.

Each function takes result tables and returns the values for `analysis.prose.say`, so
that the notebook holds the sentence and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import diversity
from analysis.coding import Coding, gaps, problem_remedy_table
from analysis.concepts import Lexicon
from analysis.corpus import BODY_KINDS, Corpus
from analysis.prose import count_of, listed, number_word

Values = dict[str, object]


def work_labels(works: pd.DataFrame) -> pd.Series:
    """Return the label of each work by its identifier."""
    return works.set_index("work_id")["label"]


# --- Corpus -------------------------------------------------------------------------------


def twins(pairs: pd.DataFrame, corpus: Corpus) -> Values:
    """Return the pair of documents most alike, and how alike the next pair is."""
    return {
        "a": pairs["a"].iloc[0],
        "b": pairs["b"].iloc[0],
        "share": pairs["containment"].iloc[0],
        "rest": pairs["containment"].iloc[1],
        "works": number_word(len(corpus.works)),
        "documents": number_word(len(corpus.documents)),
    }


def lengths(body: Corpus) -> Values:
    """Return the words of the works and what share of them makes proposals."""
    words = body.words().groupby("work_id", observed=True).size()
    labels = work_labels(body.works)
    functions = body.words().merge(body.sections[["section_id", "function"]], on="section_id")
    proposing = functions[functions["function"] == "proposals"]
    found = proposing.groupby("work_id", observed=True).size()
    shares = (found.reindex(words.index, fill_value=0) / words).sort_values()
    return {
        "total": int(words.sum()),
        "longest": labels[words.idxmax()],
        "most": int(words.max()),
        "shortest": labels[words.idxmin()],
        "least": int(words.min()),
        "shares": listed([f"{share:.0%} in {labels[w]}" for w, share in shares.items()]),
        "research": _share_of_research(functions),
    }


def _share_of_research(functions: pd.DataFrame, work_id: str = "region") -> float:
    """Return what share of a work's words stands in sections about research."""
    own = functions.loc[functions["work_id"] == work_id, "function"]
    return float(own.isin(["state of research", "problems of research"]).mean())


def twin_words(corpus: Corpus, primary: str, twin: str) -> Values:
    """Return how many words two extractions of one article have, and which differ."""
    tokens = corpus.select(kinds=BODY_KINDS).tokens
    first, second = (
        tokens.loc[tokens["document_id"] == document, "token"].astype(str).tolist()
        for document in (primary, twin)
    )
    different = [(a, b) for a, b in zip(first, second, strict=True) if a.lower() != b.lower()]
    return {
        "size": len(first),
        "number": count_of(len(different), "word"),
        "words": listed([f"*{a}* against *{b}*" for a, b in different]),
    }


def twins_stages(steps: pd.DataFrame) -> Values:
    """Return how far apart two extractions are as received, and at the end."""
    first, last = steps.iloc[0], steps.iloc[-1]
    drop = (steps["differing"].shift() - steps["differing"]).fillna(0)
    return {
        "first": int(first["differing"]),
        "noticeable": number_word(int(first["noticeable"])),
        "largest": float(first["largest"]),
        "word": first["word"],
        "step": steps.loc[drop.idxmax(), "stage"],
        "drop": int(drop.max()),
        "last": number_word(int(last["differing"])),
        "last_noticeable": count_of(int(last["noticeable"]), "word"),
        "jaccard": float(last["jaccard"]),
    }


def left_out(corpus: Corpus) -> pd.DataFrame:
    """Count the words of each document by what they are.

    Returns
    -------
    pandas.DataFrame
        ``document_id, running`` (words of running text, headings included), ``headings``
        (of these), ``marks`` (citation marks and section numbers), ``front, references,
        footnotes``, in words.
    """
    tokens = corpus.tokens.merge(corpus.sections[["section_id", "kind"]], on="section_id")
    running = tokens["kind"].isin(BODY_KINDS)
    parts = {
        "running": running & tokens["is_word"],
        "headings": running & tokens["is_word"] & tokens["is_heading"],
        "marks": running & ~tokens["is_word"],
        "front": tokens["kind"] == "front",
        "references": tokens["kind"] == "references",
        "footnotes": tokens["kind"] == "footnote",
    }
    counts = pd.DataFrame(parts).groupby(tokens["document_id"].astype(str), sort=False).sum()
    order = corpus.documents["document_id"]
    return counts.reindex(order).rename_axis("document_id").reset_index()


def section_sizes(corpus: Corpus) -> pd.DataFrame:
    """Return the sections with the number of their words (``words``)."""
    words = corpus.words().groupby("section_id", observed=True).size()
    columns = ["document_id", "section_id", "number", "title", "level", "kind", "function"]
    counts = corpus.sections["section_id"].map(words).fillna(0).astype(int)
    return corpus.sections[columns].assign(words=counts)


def segmenters(corpus: Corpus) -> pd.DataFrame:
    """Return the recorded comparison of sentence splitters, the best first."""
    path = corpus.folder.parent / "benchmarks" / "results" / "segmenters.csv"
    table = pd.read_csv(path, dtype={"version": str}).fillna({"version": ""})
    return table.sort_values(["f1", "segmenter"], ascending=[False, True], ignore_index=True)


def splitter(table: pd.DataFrame, name: str = "SentenceSplitter") -> Values:
    """Return how often the splitter of this book errs on the sample."""
    row = table.set_index("segmenter").loc[name]
    return {
        "ends": int(row["ends"]),
        "right": int(row["right"]),
        "missed": number_word(int(row["missed"])) if row["missed"] else "none",
        "extra": number_word(int(row["extra"])) if row["extra"] else "none",
    }


def floor_measures() -> dict[str, Callable[[Corpus], float]]:
    """Return some measures of a text whose extraction floor the corpus chapter shows."""

    def rate(lemma: str) -> Callable[[Corpus], float]:
        return lambda part: float((part.words()["lemma"] == lemma).mean() * 1000)

    def forms(part: Corpus) -> pd.Series:
        return part.words()["token"].astype(str).str.lower()

    return {
        "words": lambda part: float(len(part.words())),
        "distinct words": lambda part: float(forms(part).nunique()),
        "sentences": lambda part: float((~part.sentences["is_heading"]).sum()),
        "governance per 1,000 words": rate("governance"),
        "cooperation per 1,000 words": rate("cooperation"),
        "MATTR": lambda part: diversity.mattr(forms(part).tolist()),
    }


def _bound(value: float, digits: int) -> float:
    """Round a bound up, so that what is printed is still one."""
    return math.ceil(value * 10**digits) / 10**digits


def floor_words(floor: pd.DataFrame) -> Values:
    """Return the floor of the rate of a word and of the number of words."""
    received = floor["source"] == "the twins as they were received"
    largest = floor[~received].groupby("measure")["largest"].max()
    words = floor["measure"] == "words"
    return {
        "copies": number_word(int(floor["copies"].max())),
        "governance": _bound(largest["governance per 1,000 words"], 2),
        "words": float(largest["words"]),
        "all": int(floor.loc[words & ~received, "value"].iloc[0]),
        "raw": float(floor.loc[words & received, "difference"].iloc[0]),
    }


def ease(measures: pd.DataFrame, works: pd.DataFrame, floor: pd.DataFrame) -> Values:
    """Return sentence length and reading ease of the works, and whether they differ."""
    received = floor["source"] == "the twins as they were received"
    mattr_floor = floor[~received & (floor["measure"] == "MATTR")]["largest"].max()
    labels = work_labels(works)
    named = [(labels[r.work_id], r) for r in measures.itertuples()]
    apart = _apart(measures, "mattr")
    return {
        "floor": _bound(mattr_floor, 4),
        "works": number_word(len(measures)),
        "lengths": listed([f"{r.words_per_sentence:.0f} words in {label}" for label, r in named]),
        "flesch": listed([f"{r.flesch:.0f} for {label}" for label, r in named]),
        "overlap": (
            "In the variety of their words (MATTR) the intervals of all works overlap and do not separate them."
            if not apart
            else "In the variety of their words (MATTR) the intervals of these pairs do not overlap: "
            + listed([f"{labels[a]} below {labels[b]}" for a, b in apart], last="and")
            + "; the others are not separated."
        ),
    }


def _apart(measures: pd.DataFrame, name: str) -> list[tuple[str, str]]:
    """Return the pairs of works of which the first lies below the second."""
    rows = list(measures.itertuples())
    return [
        (a.work_id, b.work_id)
        for a in rows
        for b in rows
        if getattr(a, f"{name}_high") < getattr(b, f"{name}_low")
    ]


def citations(
    cited: pd.DataFrame,
    shared: pd.DataFrame,
    marks: pd.DataFrame,
    variants: pd.DataFrame,
    works: pd.DataFrame,
) -> Values:
    """Return what the reference lists hold, share and lack."""
    labels = work_labels(works)
    counts = cited.groupby("work_id").size().reindex(labels.index, fill_value=0)
    none = "no entry is" if shared.empty else f"{count_of(len(shared), 'entry', 'entries')} are"
    return {
        "entries": len(cited),
        "counts": listed([f"{n} in {labels[w]}" for w, n in counts.items()]),
        "shared": none,
        "marks": len(marks),
        "unresolved": number_word(int((marks["resolved"] != "yes").sum())),
        "pairs": number_word(len(variants)),
        "same": number_word(int(variants["same"].sum())),
    }


# --- Terms --------------------------------------------------------------------------------


def _wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.pivot(index="term", columns="work_id", values=column)


def terms_apart(frequencies: pd.DataFrame, works: pd.DataFrame) -> Values:
    """Return the terms whose interval in one work lies above that of every other work.

    Also those for which the intervals of all works overlap.
    """
    labels = work_labels(works)
    low, high = _wide(frequencies, "low"), _wide(frequencies, "high")
    terms = frequencies["term"].drop_duplicates().tolist()
    leaders = {t: low.loc[t].idxmax() for t in terms}
    apart = [t for t in terms if low.loc[t].max() > high.loc[t].drop(leaders[t]).max()]
    together = [t for t in terms if low.loc[t].max() <= high.loc[t].min()]
    return {
        "number": number_word(len(terms)),
        "apart_number": number_word(len(apart)),
        "apart": listed([f"*{t}* in {labels[leaders[t]]}" for t in apart]),
        "together_number": number_word(len(together)),
        "together": listed([f"*{t}*" for t in together]),
    }


def two_terms(frequencies: pd.DataFrame, works: pd.DataFrame, first: str, second: str) -> Values:
    """Return the works in which one of two terms is firmly more frequent than the other."""
    labels = work_labels(works)
    low, high, rate = (_wide(frequencies, column) for column in ("low", "high", "rate"))
    before = [w for w in labels.index if low.loc[first, w] > high.loc[second, w]]
    after = [w for w in labels.index if low.loc[second, w] > high.loc[first, w]]
    return {
        "before": listed([_two_rates(labels[w], rate[w], first, second) for w in before]),
        "after": listed([_two_rates(labels[w], rate[w], first, second) for w in after]),
        "open": listed([labels[w] for w in labels.index if w not in {*before, *after}]),
    }


def _two_rates(label: str, rates: pd.Series, first: str, second: str) -> str:
    return f"{label} ({rates[first]:.1f} against {rates[second]:.1f} per thousand words)"


def share_of_terms(frequencies: pd.DataFrame, works: pd.DataFrame, terms: list[str]) -> Values:
    """Return which work has most occurrences of some terms, and which has none."""
    counts = frequencies[frequencies["term"].isin(terms)].groupby("work_id")["count"].sum()
    labels = work_labels(works)
    return {
        "most": int(counts.max()),
        "all": int(counts.sum()),
        "work": labels[counts.idxmax()],
        "without": listed([labels[w] for w in counts.index[counts == 0]]),
    }


# --- Values -------------------------------------------------------------------------------


def lexicon_size(lexicon: Lexicon, hits: pd.DataFrame) -> Values:
    """Return the size of a lexicon and of its yield."""
    return {
        "concepts": len(lexicon.concepts),
        "families": number_word(len(lexicon.families)),
        "patterns": len(lexicon.patterns),
        "hits": len(hits),
        "others": int((hits["stance"] != "invoked").sum()),
    }


def leading_values(shares: pd.DataFrame, lexicon: Lexicon, works: pd.DataFrame) -> Values:
    """Return the leading value of each work, and the values that all or one work have."""
    names = _names(lexicon)
    labels = work_labels(works)
    wide = shares.pivot(index="concept_id", columns="work_id", values="share").fillna(0)
    present = (wide > 0).sum(axis=1)
    everywhere, alone = wide.index[present == len(labels)], wide.index[present == 1]
    leading = [
        f"{names[wide[w].idxmax()]} in {labels[w]} ({wide[w].max():.0%} of its sentences)"
        for w in labels.index
    ]
    owners = [f"{names[c]} ({labels[wide.loc[c].idxmax()]})" for c in alone]
    return {
        "leading": listed(leading),
        "all": len(wide),
        "number": number_word(len(everywhere)),
        "everywhere": listed([names[c] for c in everywhere]),
        "alone": f"By one work only: {listed(owners)}."
        if owners
        else "Every concept is invoked by at least two works.",
    }


def _names(lexicon: Lexicon) -> pd.Series:
    return lexicon.concepts.set_index("concept_id")["label"].str.lower()


def firm_pairs(
    pairs: pd.DataFrame,
    by_work: pd.DataFrame,
    lexicon: Lexicon,
    works: pd.DataFrame,
    q: float = 0.05,
) -> Values:
    """Return the pairs of values whose company chance does not account for.

    Once with all works pooled, and once inside each work.
    """
    names, labels = _names(lexicon), work_labels(works)
    firm = pairs[pairs["q"] < q].sort_values(["q", "concept_a", "concept_b"])
    attract = firm[firm["n_ab"] > firm["expected"]]
    inside = by_work[(by_work["q"] < q) & (by_work["n_ab"] > by_work["expected"])]
    found = [_pair_in_words(r, names) for r in attract.itertuples()]
    own = [f"{_pair_in_words(r, names)} in {labels[r.work_id]}" for r in inside.itertuples()]
    return {
        "all": len(pairs),
        "number": number_word(len(attract)) if found else "none",
        "pairs": listed(found),
        "avoid": count_of(len(firm) - len(attract), "pair").capitalize(),
        "inside_number": f"{count_of(len(own), 'pair')} {'is' if len(own) == 1 else 'are'}",
        "inside": listed(own),
    }


def _pair_in_words(row: Any, names: pd.Series) -> str:
    return (
        f"{names[row.concept_a]} with {names[row.concept_b]} "
        f"({row.n_ab} sentences, {row.expected:.1f} expected)"
    )


# --- Problems and remedies ----------------------------------------------------------------


def coding_size(coding: Coding) -> Values:
    """Return how much was coded, by what, and how often."""
    return {
        "problems": len(coding.problems),
        "remedies": len(coding.remedies),
        "links": len(coding.links),
        "explicit": int((coding.links["basis"] == "explicit").sum()),
        "coder": coding.coder,
        "times": "once" if coding.times == 1 else count_of(coding.times, "time"),
    }


def shared_themes(coding: Coding, works: pd.DataFrame, least: int = 3) -> Values:
    """Return the themes of problems that many works share, and the share of research."""
    names = coding.themes.set_index("theme")["label"].str.lower()
    labels = work_labels(works)
    spread = coding.problems.groupby("theme")["work_id"].nunique()
    common = int((spread == len(labels)).sum())
    research = coding.problems[coding.problems["level"] == "research"].groupby("work_id").size()
    counts = coding.problems.groupby("work_id").size()
    twice = coding.problems.groupby(["theme", "work_id"]).size().ge(2).groupby("theme").sum()
    firm = [t for t in spread.index[spread >= least] if twice[t] >= least]
    of_all = f"of the {number_word(len(spread))} themes {'are' if common > 1 else 'is'}"
    return {
        "common": f"{number_word(common) if common else 'none'} {of_all}".capitalize(),
        "works": number_word(len(labels)),
        "least": number_word(least),
        "number": number_word(int((spread >= least).sum())),
        "shared": listed([names[t] for t in spread.index[spread >= least]]),
        "firm_number": f"{number_word(len(firm)) if firm else 'none'} {'is' if len(firm) < 2 else 'are'}",
        "firm": listed([names[t] for t in firm]),
        "research_work": labels[research.idxmax()],
        "research": int(research.max()),
        "research_of": int(counts[research.idxmax()]),
    }


def shared_answers(coding: Coding, least: int = 2) -> Values:
    """Return the pairs of theme and instrument that several works have."""
    themes = coding.themes.set_index("theme")["label"].str.lower()
    instruments = coding.instruments.set_index("instrument")["label"].str.lower()
    table = problem_remedy_table(coding)
    spread = table.groupby(["theme", "instrument"])["work_id"].nunique()
    shared = spread[spread >= least].sort_values(ascending=False, kind="stable")
    named = [
        f"{instruments[i]} against {themes[t]} ({number_word(n)} works)"
        for (t, i), n in shared.items()
    ]
    stated = table[table["explicit"] > 0].groupby(["theme", "instrument"])["work_id"].nunique()
    return {
        "explicit": number_word(int((stated.reindex(shared.index, fill_value=0) >= least).sum())),
        "number": count_of(len(shared), "pair").capitalize(),
        "least": number_word(least),
        "all": len(spread),
        "pairs": listed(named),
    }


def open_ends(coding: Coding, works: pd.DataFrame) -> Values:
    """Return how many problems have no remedy and how many remedies no problem."""
    labels = work_labels(works)
    table = gaps(coding)
    unanswered = table[table["item"] == "problem"].groupby("work_id").size()
    share = (
        unanswered.reindex(labels.index, fill_value=0) / coding.problems.groupby("work_id").size()
    )
    ordered = share.sort_values(ascending=False, kind="stable")
    return {
        "open": int(unanswered.sum()),
        "all": len(coding.problems),
        "idle": int((table["item"] == "remedy").sum()),
        "remedies": len(coding.remedies),
        "shares": listed([f"{s:.0%} in {labels[w]}" for w, s in ordered.items()]),
    }
