"""What the page on the consistency of the coding says in numbers."""

from __future__ import annotations

import pandas as pd

from analysis.coding import Coding, touched
from analysis.coding.agreement import ALL, Agreement
from analysis.coding.suggestion import FinderStudy
from analysis.prose import count_of, listed, number_word
from analysis.readings._shared import Values, short_labels


def units_found(result: Agreement, works: pd.DataFrame, threshold: str = "any overlap") -> Values:
    """Return how many units both codings have."""
    labels = short_labels(works)
    table = result.found[result.found["threshold"] == threshold].set_index(["item", "work_id"])
    values: Values = {}
    for item in ("problem", "remedy"):
        row = table.loc[(item, ALL)]
        by_work = table.loc[item].drop(index=ALL)["f1"].sort_values(ascending=False, kind="stable")
        values |= {
            f"{item}_first": int(row["n_first"]), f"{item}_second": int(row["n_second"]),
            f"{item}_matched": int(row["matched"]), f"{item}_of_first": float(row["of_first"]),
            f"{item}_of_second": row["of_second"], f"{item}_f1": row["f1"],
            f"{item}_works": listed([f"{f1:.2f} in {labels[w]}" for w, f1 in by_work.items()]),
        }  # fmt: skip
    return values


def half_overlap(result: Agreement) -> Values:
    """Return how the agreement on units falls when the quotations must cover the same words."""
    table = result.found[result.found["work_id"] == ALL].set_index(["item", "threshold"])["f1"]
    units = result.unitising[result.unitising["work_id"] == ALL].set_index("item")
    return {
        f"{item}_{name}": value
        for item in ("problem", "remedy")
        for name, value in (
            ("half", table[item, "Jaccard 0.5"]), ("sentence", table[item, "same sentence"]),
            ("alpha", units.loc[item, "alpha_u"]), ("low", units.loc[item, "low"]),
            ("high", units.loc[item, "high"]), ("marked", units.loc[item, "marked_first"]),
            ("marked_second", units.loc[item, "marked_second"]),
        )
    }  # fmt: skip


def codes_agreed(result: Agreement, firm: float = 0.8, tentative: float = 0.667) -> Values:
    """Return on which codes the two agree well, by Krippendorff's usual bounds.

    Parameters
    ----------
    result : Agreement
        From `analysis.coding.agreement`.
    firm, tentative : float
        From which alpha on conclusions, and tentative ones, are usually drawn.
    """
    own = result.codes[result.codes["work_id"] == ALL]
    names = {"problem": "problems", "remedy": "remedies", "link": "links"}
    own = own.assign(name=own["code"] + " of " + own["item"].map(names))
    known = own[own["alpha"].notna()].sort_values("alpha", ascending=False, kind="stable")

    def told(rows: pd.DataFrame) -> str:
        return listed([
            f"{r.name} ({r.alpha:.2f}, {r.low:.2f} to {r.high:.2f})"
            for r in rows.itertuples(index=False)
        ])  # fmt: skip

    units = own[own["item"] != "link"].drop_duplicates("item")
    return {
        "left_out": int(units[["left_out_first", "left_out_second"]].sum().sum()),
        "matched": int(units["matched"].sum()),
        "good": told(known[known["alpha"] >= firm]),
        "rest": told(known[known["alpha"] < firm]),
        "unsure": listed(known.loc[known["low"] < firm, "name"].tolist()),
        "poor": number_word(int((known["alpha"] < tentative).sum()))
        if (known["alpha"] < tentative).any()
        else "none",
        "firm": firm,
        "tentative": tentative,
    }


def links_agreed(result: Agreement) -> Values:
    """Return how far the links agree: of all, by basis, and where both ends are shared."""
    row = result.links.set_index("work_id").loc[ALL]
    whole = ("n_first", "n_second", "left_out_first", "left_out_second", "possible", "both",
             "only_first", "only_second")  # fmt: skip
    values: Values = {name: int(row[name]) for name in whole}
    own = result.link_pairs[result.link_pairs["basis_first"].notna()]
    for basis in ("explicit", "inferred"):
        mine = own[own["basis_first"] == basis]
        values |= {basis: len(mine), f"{basis}_both": int((mine["found"] == "both").sum())}
    row = row.astype(float)
    either = row["both"] + row["only_first"] + row["only_second"]
    return {
        **values,
        "of_first": float(row["both"] / max(row["n_first"], 1)),
        "of_second": float(row["both"] / max(row["n_second"], 1)),
        "jaccard": row["both"] / max(either, 1),
        "specific": row["specific_agreement"],
        "alpha": row["alpha"],
    }


def split_units(first: Coding, second: Coding, result: Agreement) -> int:
    """Return how many units without a partner still overlap a unit of the other coding.

    One coding has one unit where the other has two: all but one are left over when units
    are matched one to one.
    """
    number = 0
    for side, other in (("first", second), ("second", first)):
        for item, table in (("problem", other.problems), ("remedy", other.remedies)):
            units = result.units
            alone = units[(units["found"] == side) & (units["item"] == item)]
            number += int(touched(alone, table, "document_id").sum())
    return number


def reviewed(review: pd.DataFrame) -> Values:
    """Return how much of a sample a later reading disputes."""
    links = review["what"] == "link"
    disputed = review["verdict"] == "disputed"
    return {
        "items": int((~links).sum()),
        "items_disputed": int((~links & disputed).sum()),
        "links": int(links.sum()),
        "links_disputed": int((links & disputed).sum()),
    }


def without_examples(result: Agreement, other: Agreement, examples: int) -> Values:
    """Return what the agreement is without the passages that the codebook quotes."""

    def f1(table: Agreement, item: str) -> float:
        found = table.found.set_index(["item", "work_id", "threshold"])["f1"]
        return float(found[item, ALL, "any overlap"])

    def alpha(table: Agreement, item: str, code: str) -> float:
        return float(table.codes.set_index(["item", "work_id", "code"])["alpha"][item, ALL, code])

    return {
        "examples": examples,
        "problem_f1": f1(other, "problem"),
        "remedy_f1": f1(other, "remedy"),
        "theme": alpha(other, "problem", "theme"),
        "instrument": alpha(other, "remedy", "instrument"),
        "problem_f1_all": f1(result, "problem"),
        "remedy_f1_all": f1(result, "remedy"),
        "theme_all": alpha(result, "problem", "theme"),
        "instrument_all": alpha(result, "remedy", "instrument"),
    }


def machine(study: FinderStudy) -> Values:
    """Return how well the best finder does, against proposing everything and a second coding."""
    own = study.quality[study.quality["work_id"] == ALL].set_index(["item", "finder"])
    values: Values = {}
    for item in ("problem", "remedy"):
        table = own.loc[item]
        trained = table.loc[["cues", "words", "words_and_cues"]]
        best = trained["f1"].idxmax()
        better = trained[trained["difference_low"] > 0]
        values |= {
            f"{item}_n": int(table["n"].iloc[0]), f"{item}_positives": int(table["positives"].iloc[0]),
            f"{item}_every": table.loc["every", "f1"], f"{item}_best": best.replace("_", " "),
            f"{item}_f1": table.loc[best, "f1"], f"{item}_precision": table.loc[best, "precision"],
            f"{item}_recall": table.loc[best, "recall"], f"{item}_second": table.loc["second", "f1"],
            f"{item}_better": listed([name.replace("_", " ") for name in better.index]),
            f"{item}_base": table["base_rate"].iloc[0],
        }  # fmt: skip
    heaviest = study.weights[study.weights["finder"] == "words"].sort_values(
        "weight", ascending=False, kind="stable"
    )
    for item, rows in heaviest.groupby("item"):
        values[f"{item}_words"] = listed([f"*{w}*" for w in rows["feature"].head(6)])
    values["cues"] = count_of(len(study.cues), "cue")
    return values
