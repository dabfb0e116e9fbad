"""What the readings share."""

from __future__ import annotations

import pandas as pd

Values = dict[str, object]


def work_labels(works: pd.DataFrame) -> pd.Series:
    """Return the label of each work by its identifier."""
    return works.set_index("work_id")["label"]


def short_labels(works: pd.DataFrame) -> pd.Series:
    """Return the short label of each work by its identifier."""
    return works.set_index("work_id")["short_label"]
