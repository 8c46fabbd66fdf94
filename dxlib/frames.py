"""Frames row by row, for what is printed: whole columns stay with pandas."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd


def each(frame: pd.DataFrame) -> list[SimpleNamespace]:
    """The rows of a frame, its columns as attributes. Quicker than `itertuples`, which makes a class each time and takes
    one column after the other.

    >>> each(pd.DataFrame({"name": ["a", "b"], "value": [1.5, 2]}))
    [namespace(name='a', value=1.5), namespace(name='b', value=2.0)]
    """
    names = frame.columns.tolist()
    return [SimpleNamespace(**dict(zip(names, cells))) for cells in frame.to_numpy(dtype="object").tolist()]
