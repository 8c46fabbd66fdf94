"""dxlib.intake.portal: a portal's JSON by its declared mapping, and nothing by guess."""

import json
from decimal import Decimal

import pytest

from dxlib.intake.loading import take_in
from dxlib.messages import DxError
from dxlib.settings import read
from tests.intake.conftest import print_of
from tests.intake.test_loading import new_rows, rules

MAPPING = {
    "recognise": {"nguon": "cong-dvc"},
    "sender": "vp-ubnd",
    "rows": "du_lieu.chi_tieu",
    "period": {"path": "ky", "codes": {"2024-06": "2024-Q2"}},
    "reported_on": {"path": "ngay", "type": "date"},
    "indicator": {"path": "ma", "codes": {"TTHC-01": "ho-so-truc-tuyen", "TTHC-02": "so-hoa"}},
    "fields": {
        "numerator": {"path": "so_luong.dat", "type": "number"},
        "denominator": {"path": "so_luong.tong", "type": "number"},
        "value": {"path": "ty_le", "type": "fraction"},
        "note": {"path": "ghi_chu"},
    },
}
CONTENT = {
    "nguon": "cong-dvc",
    "ky": "2024-06",
    "ngay": "2024-06-17",
    "du_lieu": {
        "chi_tieu": [
            {"ma": "TTHC-01", "so_luong": {"dat": 9100, "tong": 20000}, "ty_le": 0.455, "ghi_chu": "tự động"},
            {"ma": "TTHC-02", "so_luong": {"dat": "11880", "tong": 18000}},
        ]
    },
}


@pytest.fixture
def portal(package, tmp_path):
    """Declare the mapping (or another) and write the content (or another): portal({...}) is the file's path."""
    about = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))

    def write(content=CONTENT, mappings=None):
        about["dx"]["intake"] = {"portals": mappings or {"cong-dvc": MAPPING}}
        (package / "datapackage.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        path = tmp_path / "cong.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def changed(**row) -> dict:
    content = json.loads(json.dumps(CONTENT))
    content["du_lieu"]["chi_tieu"][0] |= row
    return content


def test_numerators_and_denominators_are_kept_with_their_place(package, portal):
    (done,) = take_in([portal()], package)
    assert done.state == "taken", done.findings
    told = {row["indicator"]: row for row in new_rows(package, "observations")}
    online = told["ho-so-truc-tuyen"]
    assert (online["value"], online["numerator"], online["denominator"]) == ("45.5", "9100", "20000")
    assert online["reported_on"] == "2024-06-17" and online["note"] == "tự động"
    assert online["source_cell"].endswith("du_lieu.chi_tieu, ô #1.ty_le")
    assert (told["so-hoa"]["value"], told["so-hoa"]["numerator"]) == ("", "11880")
    assert [path.suffix for path in (package / "inbox").iterdir()] == [".json"]
    assert new_rows(package, "submissions")[0]["owner"] == "vp-ubnd"


def test_a_fraction_is_exact(package, portal):
    (done,) = take_in([portal(changed(ty_le=0.45501, so_luong={}))], package, dry=True)
    assert done.draft.rows[0].values["value"] == Decimal("45.501")


def test_an_absent_key_is_no_column_and_null_is_a_blank(package, portal):
    rows = [{"ma": "TTHC-01"}, {"ma": "TTHC-02", "ty_le": None}]
    (done,) = take_in([portal({**CONTENT, "du_lieu": {"chi_tieu": rows}})], package, dry=True)
    absent, blank = done.draft.rows
    assert "status" not in absent.values and blank.values["status"] == "O"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (changed(ma="TTHC-99"), "unknown_indicator"),
        (changed(ty_le="0,455"), "portal_type"),
        (changed(ty_le=True), "portal_type"),
        (changed(ty_le={"x": 1}), "portal_type"),
        (changed(ma=["a"]), "portal_type"),
        (changed(ty_le=0.5), "ratio_differs"),
        (changed(so_luong={"dat": 5}), "pair"),
        ({**CONTENT, "ky": "quý nào"}, "period_unknown"),
        ({**CONTENT, "nguon": "khác"}, "portal_unknown"),
        ({**CONTENT, "du_lieu": []}, "portal_rows"),
        ({**CONTENT, "ngay": "hôm qua"}, "date"),
        ({"a": 1}, "portal_unknown"),
        ([], "portal_unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_the_mapping_is_told(package, portal, content, rule):
    before_path = portal(content)
    before = print_of(package)
    (done,) = take_in([before_path], package)
    assert done.state == "returned" and rule in rules(done), done.findings
    assert print_of(package) == before


@pytest.mark.parametrize(
    "text", ["{", "NaN", '{"a": 1e999999999}', "[" * 100_000, '{"a": ' * 5000 + "1" + "}" * 5000, '{"nguon": "\\ud800"}', "{} x"]
)
def test_what_is_no_json_is_refused_in_one_sentence(package, portal, text):
    (done,) = take_in([portal(text)], package)
    assert done.state in ("refused", "returned")
    if done.state == "refused":
        assert len(str(done.refusal).splitlines()) == 1


def test_a_row_that_does_not_fit_does_not_spoil_the_others_when_good_rows_are_asked_for(package, portal):
    (done,) = take_in([portal(changed(ty_le="x"))], package, accept_good_rows=True)
    assert done.state == "taken" and [row["indicator"] for row in new_rows(package, "observations")] == ["so-hoa"]


def test_two_mappings_that_fit_are_told_apart_or_refused(package, portal):
    plain = {name: part for name, part in MAPPING.items() if name != "recognise"}
    (done,) = take_in([portal(mappings={"a": plain, "b": plain})], package, dry=True)
    assert rules(done) == {"portal_ambiguous"}


@pytest.mark.parametrize(
    "mapping",
    [{}, {**MAPPING, "rows": "a..b"}, {**MAPPING, "fields": {"x": {"path": "a"}}}, {**MAPPING, "period": {}},
     {**MAPPING, "period": {"path": "a", "fixed": "b"}}, {**MAPPING, "fields": {"value": {"path": "a", "type": "float"}}}],
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused_with_the_settings(package, portal, mapping):
    portal(mappings={"a": mapping} if mapping else {"A b": MAPPING})
    with pytest.raises(DxError, match="dx/intake/portals"):
        read(package)
