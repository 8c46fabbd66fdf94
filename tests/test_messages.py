"""Laws of texts: the same in both languages, filled in as they are, and none asked for that is not there."""

import ast
import pickle
import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxlib
from dxlib.messages import LANGUAGES, DxError, catalogue, error_language, label, sentence
from dxlib.reading import DataError, Problem

SOURCES = sorted(Path(dxlib.__file__).parent.glob("*.py"))
FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
TEXTS = [
    pytest.param(language, group, code, id=f"{language}:{group}.{code}")
    for language in LANGUAGES
    for group, texts in catalogue(language).items()
    for code in texts
]


def fields_of(language: str, group: str, code: str) -> set[str]:
    return set(FIELD.findall(catalogue(language)[group][code]))


def test_both_languages_have_the_same_groups_and_codes():
    vi, en = ({group: set(texts) for group, texts in catalogue(language).items()} for language in LANGUAGES)
    assert vi == en


def test_both_languages_put_the_same_fields_into_each_text():
    differ = {
        f"{group}.{code}": (fields_of("vi", group, code), fields_of("en", group, code))
        for group, texts in catalogue("vi").items()
        for code in texts
        if fields_of("vi", group, code) != fields_of("en", group, code)
    }
    assert differ == {}


def test_both_languages_drop_the_same_fields_when_they_are_empty():
    """A part in [ ] goes with its fields: what one language may leave out, the other must be able to."""

    def droppable(language, group, code):
        parts = re.findall(r"\[(.*?)\]", catalogue(language)[group][code])
        return {name for part in parts for name in FIELD.findall(part)} - {"dt"}  # the noun counted is never empty

    differ = {
        f"{group}.{code}": (droppable("vi", group, code), droppable("en", group, code))
        for group, texts in catalogue("vi").items()
        for code in texts
        if droppable("vi", group, code) != droppable("en", group, code)
    }
    assert differ == {}


@pytest.mark.parametrize("language, group, code", TEXTS)
def test_a_text_is_well_formed(language, group, code):
    text = catalogue(language)[group][code]
    assert isinstance(text, str) and text.strip() == text != ""
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char).startswith("C") for char in text), "no control or invisible character"
    assert not re.search(r"[{}]", FIELD.sub("", text)), "braces hold a field's name and nothing else"
    parts = re.findall(r"\[[^\[\]]*\]", text)
    assert all(FIELD.search(part) for part in parts), "a part that can go needs a field to decide it"
    assert not re.search(r"[\[\]]", re.sub(r"\[[^\[\]]*\]", "", text)), "parts are closed and not nested"


@pytest.mark.parametrize("language, group, code", TEXTS)
def test_a_text_with_its_fields_has_no_marks_left(language, group, code):
    names = fields_of(language, group, code)
    for value in ("x", 1, 0, ""):
        filled = label(language, group, code, **dict.fromkeys(names, value))
        assert not re.search(r"[{}\[\]]", filled)


def test_texts_in_english_hold_no_vietnamese():
    """But for the link to the other language's page, and an example of what stands in a Vietnamese cell."""
    foreign = re.compile("[\u00c0-\u024f\u1ea0-\u1ef9]")
    found = {
        f"{group}.{code}"
        for group, texts in catalogue("en").items()
        for code, text in texts.items()
        if foreign.search(text.replace("Quý", ""))
    }
    assert found <= {"word.other_language", "expected.deadline"}


# --- filling in ---------------------------------------------------------------------------------------------------

SENTENCES = [
    ({"met": 7, "total": 24, "dt": "targets"}, ("chart", "bands"), "7 of 24 targets met or exceeded"),
    (
        {"plan": "Q1", "good": 5, "dt": "targets", "behind": 3, "far": 0, "unknown": 0},
        ("sentence", "pace"),
        "Against the plan to date (Q1), 5 of the targets are on track or ahead, 3 behind.",
    ),
    (
        {"plan": "Q1", "good": 5, "dt": "targets", "behind": 3, "far": 2, "unknown": 1},
        ("sentence", "pace"),
        (
            "Against the plan to date (Q1), 5 of the targets are on track or ahead, 3 behind (2 of them far behind);"
            " 1 not determined."
        ),
    ),
    (
        {"owner": "DIC", "cause": "No funds.", "remedy": "", "committed": ""},
        ("sentence", "cause"),
        "Cause (reported by DIC): No funds.",
    ),
    (
        {"owner": "DIC", "cause": "No funds.", "remedy": "Wait.", "committed": "30/6/2024"},
        ("sentence", "cause"),
        "Cause (reported by DIC): No funds. Remedy: Wait. Committed date: 30/6/2024.",
    ),
    ({"place": "a", "found": "b", "expected": "c", "hint": ""}, ("error", "located"), "a: found b, expected c."),
    ({"place": "a", "found": "b", "expected": "c", "hint": "d"}, ("error", "located"), "a: found b, expected c; d."),
]


@pytest.mark.parametrize("fields, where, expected", SENTENCES)
def test_a_part_goes_when_one_of_its_fields_is_nothing(fields, where, expected):
    assert label("en", *where, **fields) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    value=st.text(min_size=1) | st.sampled_from(["{found}", "{hint}", "[x]", "{0}", "{}", "[{hint}]", r"\1", "\\g<0>"])
)
def test_a_value_stays_text_whatever_it_holds(language, value):
    filled, marked = (
        label(language, "error", "located", place="P", found=found, expected="E", hint="H")
        for found in (value, "\ue000")
    )
    assert filled == marked.replace("\ue000", value)


def test_a_text_that_is_not_there_is_not_made_up():
    with pytest.raises(KeyError):
        label("en", "error", "no_such_code")
    with pytest.raises(KeyError):
        label("en", "error", "located", place="P")


@pytest.mark.parametrize("language, dt, start", [("vi", "đô thị", "Đến"), ("en", "targets", "By")])
def test_a_sentence_begins_with_a_capital_and_is_changed_nowhere_else(language, dt, start):
    fields = {"period": "Q1", "total": 2, "dt": dt, "year": 2024, "list": "iPhone"}
    text = sentence(language, "bands", **fields)
    assert text[0].isupper() and text[1:] == label(language, "sentence", "bands", **fields)[1:]
    assert "iPhone" in text


def test_a_sentence_that_begins_with_a_field_gets_its_capital_too():
    assert sentence("vi", "proposed", owner="đoàn tỉnh", proposal="x").startswith("Đoàn tỉnh")


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting, language", {"vi": "vi", "en": "en", "": "vi", "fr": "vi", "VI": "vi"}.items())
def test_errors_are_told_in_the_language_asked_for_else_in_vietnamese(monkeypatch, setting, language):
    monkeypatch.setenv("DX_LANGUAGE", setting)
    assert error_language() == language


def test_without_a_setting_errors_are_vietnamese(monkeypatch):
    monkeypatch.delenv("DX_LANGUAGE")
    assert error_language() == "vi"


@pytest.mark.parametrize("code", catalogue("en")["error"])
def test_every_error_is_told_in_both_languages_and_survives_pickling(monkeypatch, code):
    """A pool of processes hands errors over pickled; the reader's language is the parent's."""
    fields = dict.fromkeys(fields_of("en", "error", code), "{x} [y] Đ")
    error = DxError(code, **fields)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is DxError and (copy.code, copy.fields) == (code, fields)
    told = {}
    for language in LANGUAGES:
        monkeypatch.setenv("DX_LANGUAGE", language)
        assert str(copy) == str(error) == label(language, "error", code, **fields)
        assert error._render_traceback_() == [f"DxError: {error}"]
        told[language] = str(error)
    if FIELD.sub("", catalogue("en")["error"][code]).strip():
        assert told["vi"] != told["en"]


def test_errors_found_in_data_survive_pickling_with_all_their_places(monkeypatch):
    found = [
        Problem("targets.csv", 3, "value", "97,5", "number"),
        Problem("targets.csv", 4, "operator", "at_leest", "choice", (("known", "at_least"),), "at_least"),
        Problem("areas.csv", None, None, "-", "file", (("file", "areas.csv"),)),
    ]
    error = DataError("demo", found)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is DataError
    pd.testing.assert_frame_equal(copy.problems, error.problems)
    assert str(copy) == str(error)
    monkeypatch.setenv("DX_LANGUAGE", "vi")
    assert str(copy) == str(error)
    assert "có phải là at_least?" in str(error)
    assert len(str(error).splitlines()) == 4


@pytest.mark.parametrize("count", [1, 20, 21, 500])
def test_a_long_list_of_errors_is_cut_in_the_sentence_and_kept_in_the_frame(count):
    error = DataError("demo", [Problem("targets.csv", n, "value", "x", "number") for n in range(2, 2 + count)])
    lines = str(error).splitlines()
    assert len(lines) == 1 + min(count, 20) + (count > 20)
    assert str(count) in lines[0]
    if count > 20:
        assert str(count - 20) in lines[-1]
    assert len(error.problems) == count


PLACES = {
    Problem("areas.csv", None, None, "-", "file", (("file", "areas.csv"),)): "areas.csv: ",
    Problem("areas.csv", 1, None, "area", "column", (("column", "level"),)): "areas.csv, row 1: ",
    Problem("areas.csv", 7, "level", "x", "filled"): "areas.csv, row 7, column level: ",
    Problem("datapackage.json", None, "area", "1", "filled"): "datapackage.json, column area: ",
}


@pytest.mark.parametrize("problem, start", PLACES.items(), ids=PLACES.values())
def test_a_problem_begins_with_its_place(problem, start):
    assert problem.text("en").startswith(start)
    assert "None" not in problem.text("en") and "None" not in problem.text("vi")


# --- texts asked for by the code ----------------------------------------------------------------------------------


def literals(node: ast.expr) -> list[str]:
    """The codes that an argument can be, as far as the source tells: a literal, or either side of a condition."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def calls() -> list:
    """Every call in dxlib that names a text: where, group, code, the fields it gives (None: not told by the source)."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            fields = {word.arg for word in node.keywords}
            given = None if None in fields else fields
            if called in ("label", "messages.label") and len(node.args) == 3:
                pairs = [(group, code) for group in literals(node.args[1]) for code in literals(node.args[2])]
            elif called in ("sentence", "messages.sentence") and len(node.args) == 2:
                pairs = [("sentence", code) for code in literals(node.args[1])]
            elif called in ("DxError", "messages.DxError") and node.args:
                pairs = [("error", code) for code in literals(node.args[0])]
            elif called == "Problem" and len(node.args) > 4:
                pairs, given = [("expected", code) for code in literals(node.args[4])], None
            else:
                continue
            found += [pytest.param(*pair, given, id=f"{path.stem}-{node.lineno}-{'.'.join(pair)}") for pair in pairs]
    return found


CALLS = calls()


def test_the_search_for_texts_in_the_code_finds_them():
    groups = {call.values[0] for call in CALLS}
    assert {"sentence", "error", "expected", "word", "column", "section"} <= groups
    assert len(CALLS) > 80


@pytest.mark.parametrize("group, code, given", CALLS)
def test_every_text_the_code_asks_for_exists_and_gets_all_its_fields(group, code, given):
    for language in LANGUAGES:
        assert code in catalogue(language)[group]
        if given is not None:
            assert fields_of(language, group, code) <= given
