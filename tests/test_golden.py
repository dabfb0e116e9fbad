"""The numbers that the book publishes for its findings, as they were when last read.

A difference is no fault by itself: read it, see whether the prose still says what the numbers
do, and write the file anew with ``python tests/test_golden.py``.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import analysis
from analysis.findings.registry import load_claims
from analysis.findings.settings import AXES, Materials, Settings
from analysis.findings.study import grid_of, judge

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden" / "findings.csv"
NUMBERS = ["effect", "low", "high", "kept"]
DRAWS = 100


def changes_of(claim, materials):
    """The setting of the chapters, and each setting of a claim changed alone, sections once."""
    default = Settings()
    rows = [("", default)]
    for axis in claim.axes:
        values = [v for v in AXES[axis][1] if v != getattr(default, axis)]
        if axis == "leave_out":
            sections = [r["leave_out"] for r in grid_of(claim, materials) if r["leave_out"]]
            values = sections[len(sections) // 2 :][:1]
        rows += [(f"{axis}: {value}", Settings(**{axis: value})) for value in values]
    return rows


def current():
    """Compute every finding as the chapters do, and under each single change."""
    materials = Materials.load(analysis.load_corpus(ROOT / "data"))
    rows = []
    for claim in load_claims():
        slow = claim.function == "firm_pairs"
        for change, settings in changes_of(claim, materials)[: 1 if slow else None]:
            found = judge(materials, claim, settings, resamples=DRAWS)
            rows.append(
                (claim.finding_id, change, *(found[name] for name in NUMBERS), found["verdict"])
            )
    return pd.DataFrame(rows, columns=["finding_id", "change", *NUMBERS, "verdict"])


def test_findings_are_what_they_were():
    golden = pd.read_csv(GOLDEN, keep_default_na=False, na_values=["NaN"])
    now = current()
    keys = ["finding_id", "change"]
    assert now[keys].to_numpy().tolist() == golden[keys].to_numpy().tolist()
    differs = now["verdict"] != golden["verdict"]
    for name in NUMBERS:
        same = np.isclose(
            now[name], golden[name].astype(float), rtol=1e-6, atol=1e-9, equal_nan=True
        )
        differs |= ~same
    moved = golden[differs].merge(now[differs], on=keys, suffixes=("_was", "_is"))
    assert moved.empty, f"findings moved; read them, then see {__file__}:\n{moved.T.to_string()}"


if __name__ == "__main__":
    current().to_csv(GOLDEN, index=False, na_rep="NaN", float_format="%.9g", lineterminator="\n")
