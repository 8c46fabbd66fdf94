"""Rows of a frame hold what its cells hold, of plain Python types."""

import pandas as pd
import pytest

from dxlib.frames import each

FRAMES = {
    "mixed": pd.DataFrame({"a": [1, 2], "b": [0.5, None], "c": ["x", ""], "d": pd.to_datetime(["2024-01-02", None])}),
    "numbers": pd.DataFrame({"a": [1.5, 2], "b": [0.1, None]}),
    "whole": pd.DataFrame({"a": [1, 2], "b": [3, 4]}),
    "dates": pd.DataFrame({"a": pd.to_datetime(["2024-01-02", None])}),
    "flags": pd.DataFrame({"a": [True, False]}),
    "classes": pd.DataFrame({"a": pd.Categorical(["x", None])}),
    "empty": pd.DataFrame({"a": pd.Series(dtype="float64"), "b": pd.Series(dtype="str")}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_rows_are_those_of_itertuples(name):
    frame = FRAMES[name]
    found = [list(vars(row).items()) for row in each(frame)]
    wanted = [list(row._asdict().items()) for row in frame.itertuples(index=False)]
    assert repr(found) == repr(wanted)


def test_rows_of_a_review_are_those_of_its_frame(demo_review):
    for frame in (demo_review.progress, demo_review.areas, demo_review.decide):
        found = [list(vars(row).values()) for row in each(frame)]
        assert repr(found) == repr([list(row) for row in frame.itertuples(index=False)])


def test_rows_by_indicator_are_those_of_their_frames(demo_review):
    assert list(demo_review.by_indicator) == list(demo_review.progress["indicator"])
    assert list(demo_review.said) == list(demo_review.explanations.index)
    for versus, rows in demo_review.compared.items():
        frame = demo_review.movement[demo_review.movement["versus"] == versus]
        assert list(rows) == list(frame["indicator"])
        assert repr([row.change for row in rows.values()]) == repr(list(frame["change"]))
