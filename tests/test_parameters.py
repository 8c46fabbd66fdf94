"""Parameters are declared once, and refused before anything runs."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxlib import parameters
from dxlib.messages import DxError
from dxlib.parameters import Parameter
from tests.conftest import ROOT

CELL = """period: "quarter" = "2024-Q1"  # what is reviewed
language: "vi, en" = "vi"
as_of: "date, empty" = ""
count = 3
"""


def test_only_annotated_texts_are_declarations_and_their_defaults_are_kept():
    declared = parameters.declared(["import x", "%time y", CELL])
    assert {name: item.default for name, item in declared.items()} == {
        "period": "2024-Q1",
        "language": "vi",
        "as_of": "",
    }
    assert declared["language"].accepts == ("vi", "en")


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_declares_its_parameters_and_its_defaults_pass(notebook):
    nb = nbformat.read(notebook, as_version=4)
    declared = parameters.declared(cell.source for cell in nb.cells if "parameters" in cell.metadata.get("tags", []))
    assert {"period", "data", "language"} <= set(declared)
    assert parameters.checked(declared, {}) == {name: item.default for name, item in declared.items()}


@pytest.mark.parametrize(
    ("accepts", "given", "passed"),
    [
        (("quarter",), "Quý I/2024", "2024-Q1"),
        (("quarter",), "q1-2024", "2024-Q1"),
        (("vi", "en"), "en", "en"),
        (("date", "empty"), "", ""),
        (("date", "empty"), " ", ""),
        (("date", "empty"), "2024-04-03", "2024-04-03"),
        (("code", "empty"), "80", "80"),
        (("folder",), "data/x y", "data/x y"),
    ],
)
def test_a_value_is_passed_on_in_one_spelling(accepts, given, passed):
    assert Parameter("p", accepts, "").checked(given) == passed


@pytest.mark.parametrize(
    ("accepts", "given"),
    [
        (("quarter",), "2024-Q5"), (("quarter",), ""), (("vi", "en"), "fr"), (("vi", "en"), "VI"),
        (("date", "empty"), "03/04/2024"), (("code", "empty"), "../x"), (("code", "empty"), "A b"), (("folder",), ""),
        (("folder",), "x\0"), (("quarter",), 2024), (("quarter",), None), (("vi",), True), (("folder",), ["x"]),
    ],
)  # fmt: skip
def test_a_value_that_nothing_accepts_is_refused_in_one_sentence_that_names_it(accepts, given):
    with pytest.raises(DxError) as refused:
        Parameter("period", accepts, "").checked(given)
    assert "period" in str(refused.value) and "\n" not in str(refused.value)


@given(st.text(max_size=8), st.text(max_size=8))
def test_a_name_is_taken_if_and_only_if_it_is_declared(name, value):
    declared = parameters.declared([CELL])
    if name in declared:
        return
    with pytest.raises(DxError) as refused:
        parameters.checked(declared, {name: value})
    assert refused.value.fields["found"] == name


def test_the_nearest_name_is_suggested():
    with pytest.raises(DxError) as refused:
        parameters.checked(parameters.declared([CELL]), {"as_off": ""})
    assert refused.value.fields["nearest"] == "as_of"


def test_what_papermill_injects_is_seen_and_nothing_else():
    assert parameters.assigned(["x = 1", "# Parameters\nperiod = 'a'\nperid = 'b'", "y = 2"]) == ["period", "perid"]
