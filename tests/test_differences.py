"""Two reports compared: what differs is found, and its cause is told where it can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib.differences import CAUSES, differences, page, parts_changed, printed


def row(figure, shown, source="", reason="", **inputs) -> dict:
    return {
        "figure": figure,
        "value": shown,
        "unit": "",
        "reason": reason,
        "formula": "",
        "inputs": inputs,
        "source": source,
    }


def report(*rows, period="2024-Q1") -> dict:
    return {"period": period, "package": "x", "figures": list(rows)}


OLD = [
    row("bands/met", 7),
    row("progress/a/value", 26.0, source="a.xlsx C4", numerator=13, denominator=50),
    row("progress/a/target", 30.0),
    row("progress/a/percent", 86.7, value=26.0, target=30.0),
    row("progress/a/band", "over_70"),
    row("progress/b/percent", 50.0, value=1.0, target=2.0),
]


def changed(parts=None, **to) -> dict[str, tuple]:
    """Causes and details by figure, after some figures are replaced: figure=(value, inputs)."""
    new = []
    for old in OLD:
        name = old["figure"].replace("progress/", "").replace("/", "_")
        value, inputs = to.get(name, (old["value"], old["inputs"]))
        new.append({**old, "value": value, "inputs": inputs})
    frame = differences(report(*OLD), report(*new), parts)
    return {figure: (cause, detail) for figure, cause, detail in zip(frame["figure"], frame["cause"], frame["detail"])}


def test_a_revised_observation_is_told_with_what_was_revised_and_where_it_stands():
    told = changed(
        ["observations.csv"],
        a_value=(28.0, {"numerator": 14, "denominator": 50}),
        a_percent=(93.3, {"value": 28.0, "target": 30.0}),
    )
    assert told["progress/a/value"] == ("data", "numerator 13 -> 14; a.xlsx C4")
    assert told["progress/a/percent"] == ("data", "value 26.0 -> 28.0")


def test_a_changed_plan_is_told_and_what_follows_from_it_says_from_what():
    told = changed(
        ["targets.csv"],
        a_target=(25.0, {}),
        a_percent=(104.0, {"value": 26.0, "target": 25.0}),
        a_band=("met", {}),
        bands_met=(8, {}),
    )
    assert told["progress/a/target"][0] == told["progress/a/percent"][0] == "target"
    assert told["progress/a/band"] == ("follows", "progress/a/target, progress/a/percent")
    assert told["bands/met"][0] == "follows"


def test_the_same_inputs_with_another_result_are_a_changed_method_named():
    told = changed(["code", "pandas 3.0 -> 3.1"], b_percent=(51.0, {"value": 1.0, "target": 2.0}), bands_met=(8, {}))
    assert told == {name: ("method", "code, pandas 3.0 -> 3.1") for name in ("progress/b/percent", "bands/met")}


def test_with_nothing_changed_the_cause_is_unknown():
    assert changed([], b_percent=(51.0, {"value": 1.0, "target": 2.0})) == {"progress/b/percent": ("unknown", "")}


def test_two_periods_differ_by_period():
    frame = differences(report(*OLD), report(row("bands/met", 9), period="2024-Q2"))
    assert set(frame["cause"]) == {"period"} and len(frame) == len(OLD)


def test_a_figure_that_one_report_lacks_is_listed():
    frame = differences(report(*OLD), report(*OLD[1:], row("bands/new", 1)))
    assert frame["figure"].tolist() == ["bands/met", "bands/new"]
    assert frame["new"].isna().tolist() == [True, False]


def test_a_reason_stands_for_a_missing_value():
    frame = differences(report(row("x", None, reason="no_plan")), report(row("x", None, reason="zero_target")))
    assert frame[["old", "new"]].values.tolist() == [["no_plan", "zero_target"]]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.one_of(st.none(), st.floats(allow_nan=False), st.text())), max_size=6
    )
)
def test_a_report_never_differs_from_itself(cells):
    same = report(*(row(f"{name}/{n}", value) for n, (name, value) in enumerate(cells)))
    assert differences(same, same).empty


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_differences_is_text_whatever_it_holds(language):
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    frame = differences(report(row(hostile, "<b>")), report(row(hostile, 2.5, source="<img src=x onerror=alert(1)>")))
    html = page(frame, (hostile, "2024-Q1"), language)
    assert "<script>alert" not in html and "<img" not in html and "49" not in html
    assert "&lt;b&gt;" in html and f'lang="{language}"' in html
    assert list(printed(frame, language)) and len(CAUSES) == 6


def test_parts_name_files_code_and_versions():
    old = {
        "code": "1",
        "inputs": {"a.csv": "1", "b.csv": "1"},
        "notebook": {"q.ipynb": "1"},
        "libraries": {"pandas": "3.0"},
        "parameters": {"tag": ""},
    }
    new = {
        "code": "1",
        "inputs": {"a.csv": "2", "c.csv": "1"},
        "notebook": {"q.ipynb": "2"},
        "libraries": {"pandas": "3.1"},
        "parameters": {"tag": "x"},
    }
    assert parts_changed(old, new) == ["q.ipynb", "a.csv", "b.csv", "c.csv", "pandas 3.0 -> 3.1", "tag  -> x"]
    assert parts_changed(old, old) == []
